/*
 * citx.h - the C interface of citx, an embeddable engine for citizen experience.
 *
 * Generated from bindings/c by `cargo run -p xtask -- header`; do not edit. SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Conventions
 * -----------
 * Objects     are opaque. What a function writes to `out` belongs to the caller and is given back once, with the _free function of its
 *             type; _free(NULL) does nothing. Objects that a call is given stay the caller's and may be freed when it has returned,
 *             whatever was made from them. No other function takes ownership, but the two imports of Arrow structs: they take their
 *             structs over, whatever the status.
 * Threads     A `const citx_x *` may be used by any number of threads at once, a `citx_x *` by one, with no other call on that object at the
 *             same time. A clash returns CITX_STATUS_BUSY. Objects may be freed on any thread, when no call uses them any more.
 * Status      Functions that can fail return a citx_status, CITX_STATUS_OK being 0. On failure nothing is written to outputs, but
 *             `*err`, if `err` is not NULL, is set to an error to be freed with citx_error_free. On success `*err` is not touched.
 *             Every function that is given an object may also return CITX_STATUS_PANIC: a bug in citx. The first object of that call is unusable
 *             from then on, and every call on it returns the same until it is freed. Other objects are not affected.
 * Pointers    are checked: NULL is CITX_STATUS_INVALID_ARGUMENT where a comment does not allow it. Outputs of one call must not overlap.
 * Getters     that cannot fail return their value, and a comment says which for NULL.
 * Text        is UTF-8, pointer and length (citx_str, see there). Texts that come out of getters are views into the object asked.
 * Structs     of arguments begin with `struct_size`: set all to zero, then that field to sizeof, then what is wanted. Zero is "left out". So a
 *             program built with an older header works with a newer library. What they point at is read during the call only.
 * Tables      go in and out as Arrow (https://arrow.apache.org/docs/format/CDataInterface.html). Imported arrays are validated, but the
 *             interface does not carry the sizes of buffers: that they are long enough is the producer's promise.
 * Lists       of a record (has_any, has_all) go in as citx_values, read and copied during the call, and come out as a citx_list, which belongs to the
 *             caller. Their items are read with citx_list_get; the texts of items are views into the list.
 * Time        is an argument, never read from a clock: a text such as `2026-11-22`, which starts at midnight in a zone, or
 *             `2026-11-22T09:30:00Z`. As a value an instant is microseconds since 1970-01-01T00:00:00Z, a date days since 1970-01-01.
 * Processes   citx starts threads for a call and ends them with it, so that objects may be used in the child of a fork(); a ledger opens its
 *             file anew there, and one that was in use while forking is CITX_STATUS_BUSY.
 *
 * Personal values never appear in errors. Every comment ends with the version that a function came with.
 */


#ifndef CITX_H
#define CITX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

#endif /* ARROW_C_DATA_INTERFACE */

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};

#endif /* ARROW_C_STREAM_INTERFACE */

#ifdef __cplusplus
}
#endif

/* The citx_str of a string literal. */
#ifdef __cplusplus
#define CITX_STR(literal) (citx_str{"" literal, sizeof(literal) - 1})
#else
#define CITX_STR(literal) ((citx_str){"" literal, sizeof(literal) - 1})
#endif


/**
 * Major version of the header.
 */
#define CITX_VERSION_MAJOR 0

/**
 * Minor version of the header.
 */
#define CITX_VERSION_MINOR 1

/**
 * Patch version of the header.
 */
#define CITX_VERSION_PATCH 0

/**
 * Version of the binary interface: a library with the same number fits this header if its version is not lower than
 * the header's.
 */
#define CITX_ABI_VERSION 1

/**
 * The addresses of the Mailing Preference Service. Never changes.
 */
typedef struct citx_address_list citx_address_list;

/**
 * Who may be contacted, and why not the others. Never changes.
 */
typedef struct citx_audience citx_audience;

/**
 * Where a figure stands among its peers. Never changes.
 */
typedef struct citx_benchmark citx_benchmark;

/**
 * Bytes of their own: Roaring bitmaps, snapshots.
 */
typedef struct citx_bytes citx_bytes;

/**
 * Stops calls from another thread. Any number of calls may share one; any thread may cancel it.
 */
typedef struct citx_cancel citx_cancel;

/**
 * Who entered and who left which live segment by one call, in the order of their numbers. Never changes.
 */
typedef struct citx_changes citx_changes;

/**
 * Which columns of a table of shares differ. Never changes; its texts are views, valid until it is freed.
 */
typedef struct citx_column_letters citx_column_letters;

/**
 * One measure in two waves. Never changes; its texts are views, valid until it is freed. What is not known or withheld is
 * not a number.
 */
typedef struct citx_comparison citx_comparison;

/**
 * A figure of counts that were all counted, so that no sample stands between them and it. Never changes; its texts are
 * views, valid until it is freed.
 */
typedef struct citx_counted citx_counted;

/**
 * The answer to a question, with its legal reason and evidence. Never changes; its texts are views, valid until it is
 * freed.
 */
typedef struct citx_decision citx_decision;

/**
 * Who entered and who left which segment, between two memberships or two books. Never changes.
 */
typedef struct citx_diff citx_diff;

/**
 * Which counts a body withholds, what else goes with them, and what is shown instead. Never changes; its texts are views,
 * valid until it is freed.
 */
typedef struct citx_disclosure_rule citx_disclosure_rule;

/**
 * What drives an outcome. Never changes; its texts are views, valid until it is freed.
 */
typedef struct citx_drivers citx_drivers;

/**
 * What went wrong. Belongs to whoever received it: read by any thread, freed once.
 */
typedef struct citx_error citx_error;

/**
 * A figure with its uncertainty, base, unit and method. Never changes; its texts are views, valid until it is freed.
 * Numbers that are not known or withheld are not a number.
 */
typedef struct citx_estimate citx_estimate;

/**
 * Some estimates. Never changes.
 */
typedef struct citx_estimates citx_estimates;

/**
 * What happened to citizens, and when: what event_count, first_event and last_event of rules read. Never changes.
 */
typedef struct citx_events citx_events;

/**
 * Why a record is in a segment or not: a tree of the rule's predicates. The parts of an explanation live as long as it
 * does.
 */
typedef struct citx_explanation citx_explanation;

/**
 * Facts known for one decision, set by the slots that citx_policy_fact gives.
 */
typedef struct citx_facts citx_facts;

/**
 * The CitX index of every citizen with a touchpoint. Experimental, a construct of citx; it is no ground for a decision about what
 * a citizen is entitled to. Never changes.
 */
typedef struct citx_index citx_index;

/**
 * A published standard's measures, or scales of one's own. Never changes.
 */
typedef struct citx_instrument citx_instrument;

/**
 * An append-only, hash-chained ledger of consent events. Locked inside, so it is shared like an object that never
 * changes.
 */
typedef struct citx_ledger citx_ledger;

/**
 * The items of a list. Never changes.
 */
typedef struct citx_list citx_list;

/**
 * The members of every segment of a book, kept while citizens change, events come in and time moves.
 *
 * A call that fails changes nothing.
 */
typedef struct citx_live citx_live;

/**
 * The management measures of one or many landlords, from their numerators and denominators. Never changes.
 */
typedef struct citx_management citx_management;

/**
 * Who is in which segment, at one instant. Never changes.
 */
typedef struct citx_membership citx_membership;

/**
 * A list of names: segments, columns, files, warnings.
 */
typedef struct citx_names citx_names;

/**
 * The numbers of the Telephone Preference Service, or the Corporate one. Never changes.
 */
typedef struct citx_number_list citx_number_list;

/**
 * Versioned rule data, made the body's own by its controller and purposes. Never changes.
 */
typedef struct citx_policy citx_policy;

/**
 * Citizens at one moment: a table with unique, non-null keys. Never changes.
 */
typedef struct citx_population citx_population;

/**
 * Answers the consent check of Dynamics 365 Customer Insights - Journeys. Never changes.
 */
typedef struct citx_provider citx_provider;

/**
 * One row as names and values: a citizen to match or explain, or a row of a table.
 *
 * Setting a name that is there replaces its value. Views of text are valid until the record is changed or freed.
 */
typedef struct citx_record citx_record;

/**
 * A sample beside the population it is to stand for. Never changes.
 */
typedef struct citx_representativeness citx_representativeness;

/**
 * The members of one segment, or of a combination. Never changes.
 */
typedef struct citx_segment citx_segment;

/**
 * A set of named rules. Never changes.
 */
typedef struct citx_segment_book citx_segment_book;

/**
 * How a survey was done, items a to k of the Tenant Survey Requirements. Never changes.
 */
typedef struct citx_summary_of_approach citx_summary_of_approach;

/**
 * Answers with their design: weights, strata, PSUs. Never changes.
 */
typedef struct citx_survey citx_survey;

/**
 * Named columns of equal length: what goes in, and every result that has rows.
 */
typedef struct citx_table citx_table;

/**
 * Some tables. Never changes.
 */
typedef struct citx_table_list citx_table_list;

/**
 * A test with what it rests on. Never changes; its texts are views, valid until it is freed. What a test has none of is
 * not a number.
 */
typedef struct citx_test citx_test;

/**
 * Text of its own.
 */
typedef struct citx_text citx_text;

/**
 * A measure over waves. Never changes; its texts are views, valid until it is freed.
 */
typedef struct citx_trend citx_trend;

/**
 * The regulator's data set of all landlords' returns of a year. Never changes.
 */
typedef struct citx_tsm_release citx_tsm_release;

/**
 * A landlord's return: all 22 measures with the sample rule, representativeness, the summary of approach, the national position,
 * and what a regulator would ask. Never changes.
 */
typedef struct citx_tsm_return citx_tsm_return;

/**
 * The consent of everyone at one instant. Never changes.
 */
typedef struct citx_view citx_view;

/**
 * How a weighting went. Never changes; its texts are views, valid until it is freed.
 */
typedef struct citx_weighting citx_weighting;

/**
 * How a call went: CITX_STATUS_OK or the number of an error kind, the same in every language. New numbers may appear;
 * old ones keep their meaning.
 */
typedef uint32_t citx_status;

/**
 * Text: `len` bytes of UTF-8 at `data`, not ended by a zero byte.
 *
 * As an input it is read during the call only, and `{NULL, 0}` is the empty text or, for what may be left out,
 * nothing. As an output it is a view into the object asked and valid until that object is changed or freed; `{NULL,
 * 0}` says that there is none.
 */
typedef struct {
    /**
     * The first byte.
     */
    const char *data;
    /**
     * How many bytes.
     */
    size_t len;
} citx_str;

/**
 * A list of texts, read during the call only.
 */
typedef struct {
    /**
     * The first text.
     */
    const citx_str *items;
    /**
     * How many texts.
     */
    size_t len;
} citx_strs;

/**
 * What is sent, and which way. `purpose` and `channels` must be there.
 */
typedef struct {
    /**
     * sizeof(citx_audience_options).
     */
    size_t struct_size;
    /**
     * The purpose of the message.
     */
    citx_str purpose;
    /**
     * The channels to try, in the caller's order.
     */
    citx_strs channels;
    /**
     * `citizen` (the default): the citizen's preferred channel is tried first; `caller`: the caller's order alone.
     */
    citx_str prefer;
    /**
     * `household`: one message for each household at most; left out: everyone for themselves.
     */
    citx_str one_per;
    /**
     * How many contacts there may be in `cap_days` days; heeded where `cap_contacts` is given.
     */
    uint32_t cap_at_most;
    /**
     * The days of the cap.
     */
    uint32_t cap_days;
    /**
     * The contacts that were made; NULL for no cap beside the policy's own.
     */
    const citx_events *cap_contacts;
    /**
     * The kinds of event that are contacts; empty: all.
     */
    citx_strs cap_kinds;
    /**
     * The channels whose contacts count together, and which the cap holds for; empty: all.
     */
    citx_strs cap_channels;
    /**
     * When hours begin in which this message waits, such as `21:00`, beside the policy's own; empty for none.
     */
    citx_str quiet_from;
    /**
     * When they end, such as `08:00`.
     */
    citx_str quiet_to;
    /**
     * The share of those allowed who are held out, in [0, 1).
     */
    double holdout;
    /**
     * The seed of the draw that holds out.
     */
    uint64_t seed;
} citx_audience_options;

/**
 * How a long call runs. NULL in its place: all cores, no cancelling, no progress.
 */
typedef struct {
    /**
     * sizeof(citx_run_options).
     */
    size_t struct_size;
    /**
     * Stops the call with CITX_STATUS_CANCELLED once it is cancelled; NULL for never.
     */
    const citx_cancel *cancel;
    /**
     * Hears the share done, from 0 to 1, from threads of citx, several at once; NULL for nobody. Must not throw.
     */
    void (*progress)(double share, void *data);
    /**
     * Handed to `progress`.
     */
    void *progress_data;
    /**
     * At most this many threads; 0 is all cores. Results do not depend on it.
     */
    uint32_t threads;
    /**
     * Refuses with CITX_STATUS_LIMIT_EXCEEDED, before it starts, what may take more than so many bytes; 0 is no limit.
     */
    uint64_t memory_limit;
} citx_run_options;

/**
 * Breakdowns: each item is one, of one column, or of several crossed; `segment:NAME` is a segment.
 */
typedef struct {
    /**
     * The first breakdown.
     */
    const citx_strs *items;
    /**
     * How many breakdowns.
     */
    size_t len;
} citx_breakdowns;

/**
 * A name and its value.
 */
typedef struct {
    /**
     * The name.
     */
    citx_str name;
    /**
     * The value.
     */
    citx_str value;
} citx_pair;

/**
 * A list of names and values, read during the call only.
 */
typedef struct {
    /**
     * The first pair.
     */
    const citx_pair *items;
    /**
     * How many pairs.
     */
    size_t len;
} citx_pairs;

/**
 * True, false or unknown: one of CITX_TRUTH_*.
 */
typedef uint32_t citx_truth;

/**
 * How two waves are compared. NULL in its place, or zeros: level 0.95, Newcombe, the pooled z test for proportions of
 * unweighted simple samples and else t, no finite population, respondents of both waves taken into account.
 */
typedef struct {
    /**
     * sizeof(citx_compare_options).
     */
    size_t struct_size;
    /**
     * The unit, for surveys of counts; not read by citx_compare_units.
     */
    citx_str unit;
    /**
     * Level of the intervals; 0 for 0.95.
     */
    double level;
    /**
     * Interval of a difference of proportions: `newcombe` (the default), `wald` or `agresti_caffo`.
     */
    citx_str interval;
    /**
     * Variance of the test of proportions: `auto` (the default), `pooled` or `unpooled`.
     */
    citx_str test;
    /**
     * Whether unweighted simple samples from a frame of known size are compared as parts of it; 0 is no.
     */
    uint32_t fpc;
    /**
     * Respondents with one key in both waves: `auto` (the default) takes their covariance into account, `none` takes the
     * waves as independent, `matched` compares those respondents only.
     */
    citx_str overlap;
    /**
     * Fewer answers than this in either wave are suppressed.
     */
    uint64_t min_base;
} citx_compare_options;

/**
 * A survey and the name of its wave, such as `2024/25`.
 */
typedef struct {
    /**
     * The name of the wave.
     */
    citx_str name;
    /**
     * Its survey.
     */
    const citx_survey *survey;
} citx_wave;

/**
 * A list of waves, the earliest first, read during the call only.
 */
typedef struct {
    /**
     * The first wave.
     */
    const citx_wave *items;
    /**
     * How many waves.
     */
    size_t len;
} citx_waves;

/**
 * How answers are pooled over months. NULL in its place, or zeros: 12 months, level 0.95.
 */
typedef struct {
    /**
     * sizeof(citx_rolling_options).
     */
    size_t struct_size;
    /**
     * The unit, for surveys of counts.
     */
    citx_str unit;
    /**
     * Months pooled, each month and those before it; 0 for 12.
     */
    uint32_t months;
    /**
     * Level of the intervals; 0 for 0.95.
     */
    double level;
    /**
     * Fewer answers than this are suppressed.
     */
    uint64_t min_base;
} citx_rolling_options;

/**
 * How groups of one survey are compared. NULL in its place, or zeros: level 0.95, Benjamini and Hochberg, every pair,
 * Newcombe.
 */
typedef struct {
    /**
     * sizeof(citx_group_options).
     */
    size_t struct_size;
    /**
     * Level of the intervals, and of what counts as significant; 0 for 0.95.
     */
    double level;
    /**
     * How p values are adjusted for the number of comparisons: `bh` (the default), `by`, `holm`, `hochberg`, `bonferroni` or
     * `none`.
     */
    citx_str adjust;
    /**
     * What each group is compared with: `pairs` (the default, every other group), `rest` (all others together) or `group`
     * (that in `group`).
     */
    citx_str reference;
    /**
     * The group of the reference `group`.
     */
    citx_str group;
    /**
     * Interval of a difference of proportions: `newcombe` (the default) or `wald`.
     */
    citx_str interval;
    /**
     * Groups with fewer answers than this are suppressed, and compared with nothing.
     */
    uint64_t min_base;
} citx_group_options;

/**
 * How column proportions are compared. NULL in its place, or zeros: `dim`, levels 0.05 and 0.01, bases 10 and 30.
 */
typedef struct {
    /**
     * sizeof(citx_letter_options).
     */
    size_t struct_size;
    /**
     * The program whose test it is: `dim` (the default), `askia` or `ctables`.
     */
    citx_str mode;
    /**
     * Level of a lower-case letter, as the chance of a false finding; 0 for 0.05.
     */
    double level;
    /**
     * Level of an upper-case letter, at most `level`; 0 for 0.01.
     */
    double strict_level;
    /**
     * Whether p values are multiplied by the comparisons in their row, as SPSS CTABLES does; 0 is no.
     */
    uint32_t bonferroni;
    /**
     * Columns with a smaller base get `**` instead of letters, and are compared with nothing; NULL for 10.
     */
    const double *min_base;
    /**
     * Columns with a smaller base get `*` beside their letters; NULL for 30.
     */
    const double *small_base;
} citx_letter_options;

/**
 * Who the controller is, as receipts say it. All must be there.
 */
typedef struct {
    /**
     * sizeof(citx_controller_profile).
     */
    size_t struct_size;
    /**
     * Its name.
     */
    citx_str name;
    /**
     * The person or office to turn to.
     */
    citx_str contact;
    /**
     * Its address, by the names of PostalAddress of schema.org: `streetAddress`, `postalCode`, ...
     */
    citx_pairs address;
    /**
     * Its e-mail address.
     */
    citx_str email;
    /**
     * Its telephone number.
     */
    citx_str phone;
    /**
     * Where its privacy notice is.
     */
    citx_str policy_url;
    /**
     * Its jurisdiction, such as `GB`, used where an event names none.
     */
    citx_str jurisdiction;
    /**
     * The language of the receipt, such as `en`.
     */
    citx_str language;
} citx_controller_profile;

/**
 * What a receipt says of a purpose beside its name. `service`, `purpose` and `termination` must be there.
 */
typedef struct {
    /**
     * sizeof(citx_receipt_purpose).
     */
    size_t struct_size;
    /**
     * The service that it is part of.
     */
    citx_str service;
    /**
     * The purpose in words.
     */
    citx_str purpose;
    /**
     * Its categories, such as `6 - Marketing`.
     */
    citx_strs categories;
    /**
     * The categories of personal data, such as `2 - Contact`.
     */
    citx_strs personal_data;
    /**
     * Those of them that are sensitive.
     */
    citx_strs sensitive_data;
    /**
     * When the processing ends.
     */
    citx_str termination;
    /**
     * To whom the data are disclosed, if to anybody.
     */
    citx_str third_party;
} citx_receipt_purpose;

/**
 * What a record says of the processing; what is left out is left out of the record.
 */
typedef struct {
    /**
     * sizeof(citx_processing).
     */
    size_t struct_size;
    /**
     * The lawful basis.
     */
    citx_str lawful_basis;
    /**
     * How the data are processed.
     */
    citx_str processing_method;
    /**
     * Where they are stored.
     */
    citx_strs storage_locations;
    /**
     * Where they are processed.
     */
    citx_strs processing_locations;
    /**
     * Where they must stay.
     */
    citx_strs geographic_restrictions;
    /**
     * How consent is withdrawn.
     */
    citx_str withdrawal_method;
    /**
     * The rights that the person has.
     */
    citx_strs privacy_rights;
    /**
     * The codes of conduct kept.
     */
    citx_strs codes_of_conduct;
    /**
     * Where the impact assessment is.
     */
    citx_str impact_assessment;
    /**
     * The authority to turn to.
     */
    citx_str authority_party;
} citx_processing;

/**
 * Allow, deny or defer: one of CITX_OUTCOME_*.
 */
typedef uint32_t citx_outcome;

/**
 * Which columns say what the consent rules and the exports need. Each is the name of a column; left out is unknown.
 */
typedef struct {
    /**
     * sizeof(citx_fact_columns).
     */
    size_t struct_size;
    /**
     * E-mail address.
     */
    citx_str email;
    /**
     * Phone number, for calls and text messages.
     */
    citx_str phone;
    /**
     * Postal address: one column with line breaks or commas, or one for each line.
     */
    citx_strs address;
    /**
     * Date of birth.
     */
    citx_str birth_date;
    /**
     * Whether the citizen has died.
     */
    citx_str deceased;
    /**
     * The channel the citizen asked to be contacted by.
     */
    citx_str preferred_channel;
    /**
     * `individual` or `corporate` (PECR reg. 2).
     */
    citx_str subscriber_kind;
    /**
     * When the contact details were collected.
     */
    citx_str collected_at;
    /**
     * How: `sale`, `support`, `service`, ...
     */
    citx_str collected_how;
    /**
     * Since when the number is on the TPS or CTPS.
     */
    citx_str tps_listed_at;
    /**
     * When the number was last screened against them.
     */
    citx_str tps_screened_at;
    /**
     * Whether the address is on the MPS.
     */
    citx_str mps_listed;
    /**
     * A safe-contact instruction.
     */
    citx_str safe_contact;
    /**
     * Language of messages, BCP 47.
     */
    citx_str language;
    /**
     * What makes a household: a UPRN or an id.
     */
    citx_str household;
    /**
     * Columns of special category data (UK GDPR Art. 9).
     */
    citx_strs special_category;
} citx_fact_columns;

/**
 * What rules may read beside the attributes of citizens. NULL in its place, or zeros: nothing, so that a rule which asks
 * for events or consent is refused.
 */
typedef struct {
    /**
     * sizeof(citx_sources).
     */
    size_t struct_size;
    /**
     * For event_count, first_event and last_event.
     */
    const citx_events *events;
    /**
     * For may_contact.
     */
    const citx_view *view;
    /**
     * Which name of a single record is the citizen's key; empty is `citizen_id`. A population knows its own.
     */
    citx_str key;
    /**
     * Which names of a single record are facts of consent; NULL is none. A population knows its own.
     */
    const citx_fact_columns *facts;
} citx_sources;

/**
 * Which columns of tables of counts are what; `categories` and `count` must be there. Several tables may share categories;
 * each has those of its columns.
 */
typedef struct {
    /**
     * sizeof(citx_cell_options).
     */
    size_t struct_size;
    /**
     * Columns of the categories.
     */
    citx_strs categories;
    /**
     * Column of the count of people, unweighted.
     */
    citx_str count;
    /**
     * The label of a total; left out for `Total`.
     */
    citx_str total;
    /**
     * Column and label of its totals, where it differs.
     */
    citx_pairs totals;
    /**
     * Child and parent column, such as area and region: a child's category implies its parent's.
     */
    citx_pairs hierarchies;
    /**
     * Columns of figures about the people counted: withheld with the count.
     */
    citx_strs figures;
    /**
     * Column of a share, and the category whose total it is a share of: withheld if the count or that total is.
     */
    citx_pairs shares;
} citx_cell_options;

/**
 * How well withheld counts are protected, and against whom. NULL in its place, or zeros: so that none is known exactly by a
 * reader who does not know which counts are withheld for their own sake.
 */
typedef struct {
    /**
     * sizeof(citx_suppress_options).
     */
    size_t struct_size;
    /**
     * A reader must be left with counts at least this far apart for each count withheld for its own sake; 0 for 1.
     */
    uint64_t width;
    /**
     * The same, in percent of the count; the greater of the two holds.
     */
    double percent;
    /**
     * Whether the reader knows which counts are withheld for their own sake; 0 is no: both kinds carry one symbol.
     */
    uint32_t knows_primary;
    /**
     * Whether the only member of a withheld cell of 1, who knows it, may work out others in the lines of that cell; 0 is no.
     */
    uint32_t ignore_singletons;
    /**
     * The least a withheld count may be, as the reader knows; NULL for 1 where the rule shows every 0, else 0.
     */
    const uint64_t *floor;
    /**
     * Counts withheld from one line add up to at least this; the rule's, if that is more.
     */
    uint64_t line_total;
} citx_suppress_options;

/**
 * A list of tables, read during the call only.
 */
typedef struct {
    /**
     * The first of them.
     */
    const citx_table *const *items;
    /**
     * How many tables.
     */
    size_t len;
} citx_tables;

/**
 * What the reader of tables is taken to know. NULL in its place, or zeros: no rule, the column `suppressed`, width 1, at most
 * 5,000 withheld cells.
 */
typedef struct {
    /**
     * sizeof(citx_audit_options).
     */
    size_t struct_size;
    /**
     * Column that says what is withheld: `none`, `primary`, `secondary`, or true and false; left out for `suppressed`.
     */
    citx_str suppressed;
    /**
     * The rule by which counts were withheld, so that its least withheld count is known; NULL for none.
     */
    const citx_disclosure_rule *rule;
    /**
     * How far apart the bounds of a protected count must be; 0 for 1.
     */
    uint64_t width;
    /**
     * The same, in percent of the count; the greater of the two holds.
     */
    double percent;
    /**
     * Whether the reader knows which counts are withheld for their own sake; 0 is no.
     */
    uint32_t knows_primary;
    /**
     * More withheld cells than this are refused; 0 for 5,000.
     */
    size_t max_cells;
    /**
     * The least a withheld count may be, as the reader knows; NULL for 1 where the rule shows every 0, else 0.
     */
    const uint64_t *floor;
} citx_audit_options;

/**
 * How drivers are computed. NULL in its place, or zeros: listwise, in the order of the scale, 200 replicates, seed 0, level
 * 0.95.
 */
typedef struct {
    /**
     * sizeof(citx_driver_options).
     */
    size_t struct_size;
    /**
     * Who counts: `listwise` (the default: who answered the outcome and every driver), `pairwise` (for each correlation, who
     * answered both) or `indicator` (who answered the outcome; a missing driver is its mean, and that it is missing enters
     * beside it).
     */
    citx_str missing;
    /**
     * Numbers of a measure's answers: `order` (the default: the scale's places, from worst 1 upwards) or `values`, what the
     * measure makes of them.
     */
    citx_str coding;
    /**
     * Bootstrap replicates behind the intervals, 0 for none; NULL for 200.
     */
    const uint32_t *replicates;
    /**
     * Seed of the bootstrap.
     */
    uint64_t seed;
    /**
     * Level of the intervals; 0 for 0.95.
     */
    double level;
} citx_driver_options;

/**
 * Which columns of a table say what happened. NULL in its place, or zeros: `id`, `kind` and `at`, without channels and
 * values.
 */
typedef struct {
    /**
     * sizeof(citx_event_columns).
     */
    size_t struct_size;
    /**
     * Keys of the citizens: text or whole numbers.
     */
    citx_str citizen;
    /**
     * What happened: text.
     */
    citx_str kind;
    /**
     * When: timestamps, or dates, which start at midnight in `time_zone`.
     */
    citx_str at;
    /**
     * Through which channel: text.
     */
    citx_str channel;
    /**
     * How much: a number.
     */
    citx_str value;
    /**
     * The zone of dates; UTC if empty.
     */
    citx_str time_zone;
} citx_event_columns;

/**
 * Which columns citx_events_features makes.
 */
typedef struct {
    /**
     * sizeof(citx_feature_options).
     */
    size_t struct_size;
    /**
     * How many days back counts and sums go, each a column of its own: 1 to 2^31 - 1.
     */
    const int64_t *windows;
    /**
     * How many windows.
     */
    size_t windows_len;
    /**
     * Which kinds, whether they occur or not; none for all that occur.
     */
    citx_strs kinds;
} citx_feature_options;

/**
 * How scores are computed and withheld. NULL in its place, or zeros: level 0.95, nothing suppressed, Wilson.
 */
typedef struct {
    /**
     * sizeof(citx_score_options).
     */
    size_t struct_size;
    /**
     * Level of the interval; 0 for 0.95.
     */
    double level;
    /**
     * Fewer answers than this are suppressed.
     */
    uint64_t min_base;
    /**
     * Interval of a proportion: `wilson` (the default), `logit`, `likelihood`, `asin`, `beta`, `agresti_coull`, `jeffreys`,
     * `clopper_pearson`; `t` and `normal` are also for other figures, whose default is `t`.
     */
    citx_str method;
    /**
     * What the design effect compares with: `srswr` (the default), a simple random sample with replacement, or `srswor`,
     * one without replacement.
     */
    citx_str deff_reference;
} citx_score_options;

/**
 * A list of numbers, read during the call only.
 */
typedef struct {
    /**
     * The first number.
     */
    const double *items;
    /**
     * How many numbers.
     */
    size_t len;
} citx_numbers;

/**
 * How quantiles are estimated. NULL in its place, or zeros: rule `math`, interval `t`, level 0.95, nothing suppressed.
 */
typedef struct {
    /**
     * sizeof(citx_quantile_options).
     */
    size_t struct_size;
    /**
     * How a quantile is read from weighted values: `math` (the inverse of the distribution function, the default),
     * `school`, or `hf4` to `hf9` (Hyndman and Fan 1996).
     */
    citx_str rule;
    /**
     * Interval of the share below the quantile, from which Woodruff's interval is read: `t` (the default), `logit`, `beta`
     * or `asin`.
     */
    citx_str method;
    /**
     * Level of the interval; 0 for 0.95.
     */
    double level;
    /**
     * Fewer answers than this are suppressed.
     */
    uint64_t min_base;
} citx_quantile_options;

/**
 * Which columns of a table of touchpoints are what; `citizen`, `at` and `kind` must be there.
 */
typedef struct {
    /**
     * sizeof(citx_index_columns).
     */
    size_t struct_size;
    /**
     * Column of the citizen's key.
     */
    citx_str citizen;
    /**
     * Column of the instant or date (midnight UTC).
     */
    citx_str at;
    /**
     * Column of the kind, as the parameters name it.
     */
    citx_str kind;
    /**
     * Column of the number; null for kinds of a fixed value.
     */
    citx_str value;
    /**
     * Column of the channel.
     */
    citx_str channel;
    /**
     * Column of the service.
     */
    citx_str service;
    /**
     * Column of an id by which a touchpoint that comes twice is counted once.
     */
    citx_str id;
} citx_index_columns;

/**
 * A scale: what may be answered and what is made of it. `answers` must be there.
 */
typedef struct {
    /**
     * sizeof(citx_scale_options).
     */
    size_t struct_size;
    /**
     * The answers that count towards the base, as the data write them.
     */
    citx_strs answers;
    /**
     * Those of them that count as positive; for a figure that is a proportion or net.
     */
    citx_strs positive;
    /**
     * Those of them that are taken from the positive; for a net figure.
     */
    citx_strs negative;
    /**
     * Answers left out of numerator and denominator, such as don't know.
     */
    citx_strs excluded;
    /**
     * An answer and another spelling of it; one with several is there several times.
     */
    citx_pairs spellings;
    /**
     * What is made of the answers: `proportion` (the default), `net`, `mean`, or `index`, a mean over `divide_by`.
     */
    citx_str figure;
    /**
     * For a mean or an index, the number of each answer; without, the answers are numbers themselves.
     */
    citx_numbers values;
    /**
     * What an index divides each number by; NULL for 1.
     */
    const double *divide_by;
    /**
     * What the value is multiplied by to be published; NULL for 100, for a mean 1.
     */
    const uint32_t *times;
    /**
     * Decimals of the published text, at most 12; NULL for 1, for a mean 2.
     */
    const uint32_t *decimals;
    /**
     * Whether a `higher` (the default) or a `lower` figure is better.
     */
    citx_str polarity;
    /**
     * The method in words, which goes with every result.
     */
    citx_str definition;
} citx_scale_options;

/**
 * What was counted in one period.
 */
typedef struct {
    /**
     * The numerator, such as completed transactions.
     */
    double numerator;
    /**
     * The denominator, such as started ones.
     */
    double denominator;
} citx_period;

/**
 * Periods, read during the call only.
 */
typedef struct {
    /**
     * The first period.
     */
    const citx_period *items;
    /**
     * How many periods.
     */
    size_t len;
} citx_periods;

/**
 * One consent event. `citizen`, `status` and `captured_at` must be there. Instants are texts such as
 * `2026-11-22T09:30:00Z`; a date starts at midnight in the controller's zone.
 */
typedef struct {
    /**
     * sizeof(citx_event).
     */
    size_t struct_size;
    /**
     * Key of the citizen.
     */
    citx_str citizen;
    /**
     * Purpose it concerns; may be left out where `scope` is `all`.
     */
    citx_str purpose;
    /**
     * Channel it concerns; left out for all channels of the purpose.
     */
    citx_str channel;
    /**
     * `given`, `refused`, `withdrawn`, `objected`, ...
     */
    citx_str status;
    /**
     * When it was said.
     */
    citx_str captured_at;
    /**
     * How: `web`, `phone`, `paper`, `sms`, `import`, ...
     */
    citx_str method;
    /**
     * Contact point it is about, if only one.
     */
    citx_str contact;
    /**
     * Topic within the purpose.
     */
    citx_str topic;
    /**
     * `channel` (the default), `purpose` or `all`.
     */
    citx_str scope;
    /**
     * Privacy notice under which it was given.
     */
    citx_str notice;
    /**
     * Where the evidence lies.
     */
    citx_str evidence_ref;
    /**
     * From when it holds; left out is `captured_at`.
     */
    citx_str valid_from;
    /**
     * Until when it holds (not at that instant any more).
     */
    citx_str valid_until;
    /**
     * Who acted: `self`, `parent`, `attorney`, or staff.
     */
    citx_str actor;
    /**
     * Jurisdiction, such as `GB-ENG`.
     */
    citx_str jurisdiction;
    /**
     * System it came from.
     */
    citx_str source;
    /**
     * Appending twice with one key is appending once.
     */
    citx_str idempotency_key;
} citx_event;

/**
 * What is asked: may we contact this citizen, about this, this way?
 */
typedef struct {
    /**
     * sizeof(citx_question).
     */
    size_t struct_size;
    /**
     * Key of the citizen.
     */
    citx_str citizen;
    /**
     * Purpose of the message.
     */
    citx_str purpose;
    /**
     * Channel of the message.
     */
    citx_str channel;
    /**
     * Topic within the purpose, if any.
     */
    citx_str topic;
    /**
     * What else is known; NULL for nothing.
     */
    const citx_facts *facts;
} citx_question;

/**
 * What kind of value something has: one of CITX_TYPE_*.
 */
typedef uint32_t citx_type;

/**
 * One item of a list, by its type. All zeros is null.
 */
typedef struct {
    /**
     * What kind of value it has: one of CITX_TYPE_*.
     */
    citx_type type;
    /**
     * A whole number; days since 1970-01-01 of a date; microseconds since 1970-01-01T00:00:00Z of an instant; of a
     * boolean 0 is false, anything else true.
     */
    int64_t integer;
    /**
     * A floating point number.
     */
    double number;
    /**
     * Text; an exact decimal written as `-12.340`.
     */
    citx_str text;
} citx_value;

/**
 * A list of values, read during the call only.
 */
typedef struct {
    /**
     * The first value.
     */
    const citx_value *items;
    /**
     * How many values.
     */
    size_t len;
} citx_values;

/**
 * One event of a citizen.
 */
typedef struct {
    /**
     * sizeof(citx_live_event).
     */
    size_t struct_size;
    /**
     * Key of the citizen, a whole number written as text.
     */
    citx_str citizen;
    /**
     * What happened.
     */
    citx_str kind;
    /**
     * When: an instant, or a date, which starts at midnight in the segments' zone.
     */
    citx_str at;
    /**
     * Through which channel; may be left out.
     */
    citx_str channel;
    /**
     * How much; NULL where it is not known.
     */
    const double *value;
    /**
     * The source's id of it: the second event of an id is ignored; may be left out.
     */
    citx_str id;
} citx_live_event;

/**
 * Which columns of a table of management figures are what. NULL in its place, or zeros: columns of the fields' names, no
 * landlords. What is optional is left out where the table does not have it.
 */
typedef struct {
    /**
     * sizeof(citx_management_options).
     */
    size_t struct_size;
    /**
     * Column of the measure: `BS01`, `RP02(1)`, or `RP02` with the part in its own column.
     */
    citx_str measure;
    /**
     * Column of the part, 1 or 2; optional.
     */
    citx_str part;
    /**
     * Column of `LCRA`, `LCHO` or `Combined` for the measures of complaints; optional.
     */
    citx_str tenure;
    /**
     * Column of the numerator: a number, or a symbol such as `[X]`.
     */
    citx_str numerator;
    /**
     * Column of the denominator: a number, or a symbol.
     */
    citx_str denominator;
    /**
     * Column of a symbol in place of the figure; optional.
     */
    citx_str symbol;
    /**
     * Column of the landlord, where there are several.
     */
    citx_str unit;
} citx_management_options;

/**
 * The members of one segment, as citx_segment_to_roaring writes them.
 */
typedef struct {
    /**
     * The segment's name.
     */
    citx_str name;
    /**
     * The first byte.
     */
    const uint8_t *data;
    /**
     * How many bytes.
     */
    size_t len;
} citx_bitmap;

/**
 * The members of some segments, read during the call only.
 */
typedef struct {
    /**
     * The first of them.
     */
    const citx_bitmap *items;
    /**
     * How many.
     */
    size_t len;
} citx_bitmaps;

/**
 * What the controller contacts people for, and on which lawful basis.
 */
typedef struct {
    /**
     * sizeof(citx_purpose).
     */
    size_t struct_size;
    /**
     * Its name.
     */
    citx_str name;
    /**
     * `direct_marketing`, `service`, ...
     */
    citx_str message_class;
    /**
     * `consent`, `contract`, ...
     */
    citx_str basis;
    /**
     * Further constants by name, such as `justification.task`.
     */
    citx_pairs constants;
} citx_purpose;

/**
 * When permitted messages are deferred. `start` and `end` must be there.
 */
typedef struct {
    /**
     * sizeof(citx_quiet_hours).
     */
    size_t struct_size;
    /**
     * When they begin on the controller's clock, such as `21:00`.
     */
    citx_str start;
    /**
     * When they end, on the next day unless it is later; `24:00` is the end of the day.
     */
    citx_str end;
    /**
     * The days on which they begin, `monday` to `sunday`; left out: every day.
     */
    citx_strs days;
    /**
     * The kinds of channel that they hold for; left out: all.
     */
    citx_strs channel_kinds;
    /**
     * The message classes that they hold for; left out: all. Emergency and statutory messages never wait.
     */
    citx_strs message_classes;
} citx_quiet_hours;

/**
 * How often a citizen is contacted at most. `at_most` and `within` must be there.
 */
typedef struct {
    /**
     * sizeof(citx_frequency_cap).
     */
    size_t struct_size;
    /**
     * How many messages there may be, from 1.
     */
    uint32_t at_most;
    /**
     * In any stretch of time this long, such as `7 days`.
     */
    citx_str within;
    /**
     * The kinds of channel whose messages count together; left out: all.
     */
    citx_strs channel_kinds;
    /**
     * The message classes that count together; left out: all.
     */
    citx_strs message_classes;
} citx_frequency_cap;

/**
 * How a file is read. NULL in its place, or zeros: types inferred, UTF-8, the first sheet, a bad row fails the whole
 * read.
 */
typedef struct {
    /**
     * sizeof(citx_read_options).
     */
    size_t struct_size;
    /**
     * Column and type: `text`, `integer`, `float`, `decimal(10, 2)`, `boolean`, `date`, `date:%d/%m/%Y`, `timestamp`,
     * `timestamp:FORMAT`.
     */
    citx_pairs types;
    /**
     * Encoding of a CSV file, such as `utf-8` or `windows-1252`.
     */
    citx_str encoding;
    /**
     * Sheet of a workbook.
     */
    citx_str sheet;
    /**
     * `fail` or `quarantine`: bad rows are set aside, see citx_population_rejected.
     */
    citx_str on_error;
} citx_read_options;

/**
 * Where the tokens that end unsubscribe addresses come from.
 */
typedef struct {
    /**
     * sizeof(citx_tokens).
     */
    size_t struct_size;
    /**
     * Gives the opaque token of a contact point, 1 to 200 letters, digits, `-`, `_`, `.` or `~`. Called during
     * citx_provider_answer on its thread, once for each address wanted; the text must stay valid until that returns.
     */
    citx_str (*token)(citx_str contact, void *data);
    /**
     * Given to `token`.
     */
    void *data;
} citx_tokens;

/**
 * A category or column, and its total.
 */
typedef struct {
    /**
     * The category, as its group is written; those of crossed names as `a x b`. Or the column.
     */
    citx_str name;
    /**
     * Its total.
     */
    double total;
} citx_total;

/**
 * A list of totals, read during the call only.
 */
typedef struct {
    /**
     * The first total.
     */
    const citx_total *items;
    /**
     * How many totals.
     */
    size_t len;
} citx_totals;

/**
 * A name and how many there are of it.
 */
typedef struct {
    /**
     * The name.
     */
    citx_str name;
    /**
     * How many.
     */
    uint64_t count;
} citx_tally;

/**
 * A list of names and their numbers, read during the call only.
 */
typedef struct {
    /**
     * The first of them.
     */
    const citx_tally *items;
    /**
     * How many.
     */
    size_t len;
} citx_tallies;

/**
 * How a sample is drawn. NULL in its place, or zeros: a simple random sample of citizens with seed 0.
 */
typedef struct {
    /**
     * sizeof(citx_draw_options).
     */
    size_t struct_size;
    /**
     * Column of the strata; left out for none.
     */
    citx_str strata;
    /**
     * How many of each stratum: `proportional` (the default), `equal`, `neyman` (in proportion to its size times its `spread`)
     * or `given` (its `numbers`).
     */
    citx_str allocation;
    /**
     * Of `neyman`, the standard deviation in each stratum.
     */
    citx_totals spread;
    /**
     * Of `given`, how many of each stratum.
     */
    citx_tallies numbers;
    /**
     * Column of the household, of which one citizen is drawn; left out for none.
     */
    citx_str one_per;
    /**
     * What the draws depend on, beside the keys.
     */
    uint64_t seed;
} citx_draw_options;

/**
 * Whose signal it is, and where it came from. `citizen` and `at` must be there.
 */
typedef struct {
    /**
     * sizeof(citx_signal).
     */
    size_t struct_size;
    /**
     * Key of the citizen.
     */
    citx_str citizen;
    /**
     * When it came; a date starts at midnight UTC.
     */
    citx_str at;
    /**
     * Channel it concerns.
     */
    citx_str channel;
    /**
     * Contact point it concerns.
     */
    citx_str contact;
    /**
     * System it came from.
     */
    citx_str source;
} citx_signal;

/**
 * Which purposes an opt-out concerns.
 */
typedef struct {
    /**
     * sizeof(citx_opt_outs).
     */
    size_t struct_size;
    /**
     * Purposes that are a sale of personal data.
     */
    citx_strs sale;
    /**
     * Purposes that are sharing for advertising across contexts.
     */
    citx_strs sharing;
    /**
     * Purposes that are targeted advertising.
     */
    citx_strs targeted_advertising;
    /**
     * What an opt-out is: `objected` (the default) or `refused`.
     */
    citx_str status;
} citx_opt_outs;

/**
 * Which columns of a table of answers are what. All may be left out.
 */
typedef struct {
    /**
     * sizeof(citx_survey_options).
     */
    size_t struct_size;
    /**
     * The instrument whose measures the answers are of; NULL for a survey without one.
     */
    const citx_instrument *instrument;
    /**
     * Measure and column, such as `TP01` and `q1`; without any, columns named as measures are taken.
     */
    citx_pairs questions;
    /**
     * Column of the citizen's key.
     */
    citx_str key;
    /**
     * Column of the weights.
     */
    citx_str weights;
    /**
     * Column of the strata.
     */
    citx_str strata;
    /**
     * Columns of the PSUs, one for each stage. A unit is told apart within its stratum or its unit of the stage before.
     */
    citx_strs psu;
    /**
     * Columns of the finite populations, one for each stage: sizes, or sampling fractions if none is above 1.
     */
    citx_strs fpc;
    /**
     * How many there are in the sample frame; 0 for unknown. Without `fpc` and `psu` it is the finite population.
     */
    uint64_t frame_size;
    /**
     * How the sample was drawn: `srs`, `systematic`, `stratified`, `quota` or `census`.
     */
    citx_str selection;
    /**
     * Column of the mode of collection.
     */
    citx_str mode;
    /**
     * Column of the date of collection.
     */
    citx_str collected_at;
    /**
     * What to do with a stratum of one PSU: `fail` (the default), `certainty`, `adjust` or `average`.
     */
    citx_str lonely_psu;
    /**
     * What one row stands for: `answer` (the default), `citizen`, `household` or `home`. Each figure names it; all but answers
     * may be there once only.
     */
    citx_str base;
    /**
     * Column that tells citizens, households or homes apart; without it `key`.
     */
    citx_str base_key;
} citx_survey_options;

/**
 * Which columns of a table of counts are what; all but `frame_size`, `selection` and `base` must be there.
 */
typedef struct {
    /**
     * sizeof(citx_counts_options).
     */
    size_t struct_size;
    /**
     * The instrument whose measures are counted.
     */
    const citx_instrument *instrument;
    /**
     * Column of the unit, such as the landlord.
     */
    citx_str unit;
    /**
     * Column of the measure.
     */
    citx_str measure;
    /**
     * Column of the answer.
     */
    citx_str answer;
    /**
     * Column of the count, which may be weighted and fractional.
     */
    citx_str count;
    /**
     * Column of the size of the sample frame.
     */
    citx_str frame_size;
    /**
     * Column of how the sample was drawn: `srs`, `systematic`, `stratified`, `quota` or `census`.
     */
    citx_str selection;
    /**
     * What is counted: `answer` (the default), `citizen`, `household` or `home`. Each figure names it.
     */
    citx_str base;
} citx_counts_options;

/**
 * Replicate weights that came with the data.
 */
typedef struct {
    /**
     * sizeof(citx_replicate_options).
     */
    size_t struct_size;
    /**
     * Columns of the replicate weights.
     */
    citx_strs columns;
    /**
     * `jk1`, `jkn`, `brr`, `fay`, `bootstrap` or `other`; says the scale where none is given.
     */
    citx_str kind;
    /**
     * What sums of squares are multiplied by; NULL for what `kind` says, which `jkn` and `other` do not.
     */
    const double *scale;
    /**
     * What each replicate's square is multiplied by; without, 1 each.
     */
    citx_numbers rscales;
    /**
     * Fay's factor.
     */
    double rho;
    /**
     * Whether the columns are factors of the weights; 0 is no: they are weights themselves.
     */
    uint32_t factors;
    /**
     * Whether deviations are from the full estimate; 0 is no: they are from the mean of the replicates.
     */
    uint32_t mse;
} citx_replicate_options;

/**
 * The perception survey of one tenure; `tenure` and `survey` must be there.
 */
typedef struct {
    /**
     * sizeof(citx_perception_part).
     */
    size_t struct_size;
    /**
     * `LCRA`, `LCHO` or `Combined`.
     */
    citx_str tenure;
    /**
     * The answers, already weighted where they are to be, or counts of answers.
     */
    const citx_survey *survey;
    /**
     * The landlord, in a survey of counts that has several.
     */
    citx_str unit;
    /**
     * The relevant tenant population; NULL for the size of the survey's frame.
     */
    const uint64_t *population;
    /**
     * How many answered, of a survey of counts; NULL for the base of TP01.
     */
    const uint64_t *achieved;
    /**
     * How the sample was drawn, of a survey of counts.
     */
    citx_str selection;
    /**
     * Answers by mode, of a survey of counts.
     */
    citx_tallies modes;
    /**
     * The columns of the filter questions: measure, such as `TP02`, and column of yes and no.
     */
    citx_pairs filters;
    /**
     * The population's shares, as citx_survey_representativeness takes them; NULL for none.
     */
    const citx_table *targets;
    /**
     * The column of the household, of which one answers.
     */
    citx_str household;
    /**
     * Households left out of the frame in exceptional circumstances; NULL where nobody said.
     */
    const uint64_t *excluded;
    /**
     * Respondents by answer to TP01 without weights, for a survey of weighted counts.
     */
    citx_totals unweighted;
    /**
     * The predominant method of collection of the year before.
     */
    citx_str previous_mode;
    /**
     * What only people know of how it was done, as citx_survey_summary_of_approach takes it.
     */
    citx_pairs approach;
} citx_perception_part;

/**
 * The surveys of a return, read during the call only.
 */
typedef struct {
    /**
     * Pointers to them.
     */
    const citx_perception_part *const *items;
    /**
     * How many.
     */
    size_t len;
} citx_perception_parts;

/**
 * What a return is about, and with what it is compared; `landlord` and `year` must be there.
 */
typedef struct {
    /**
     * sizeof(citx_tsm_return_options).
     */
    size_t struct_size;
    /**
     * The landlord.
     */
    citx_str landlord;
    /**
     * The reporting year, such as `2024/25`: 1 April to 31 March.
     */
    citx_str year;
    /**
     * `PRP` or `LA` (also `LARP`), to be ranked among the same type of landlord; left out for all.
     */
    citx_str landlord_type;
    /**
     * The year of the national figures; left out for the reporting year, or the last before it that there are figures of.
     */
    citx_str benchmark_year;
    /**
     * Low cost rental homes owned at year end; NULL for unknown.
     */
    const uint64_t *lcra_homes;
    /**
     * Low cost home ownership homes owned at year end; NULL for unknown.
     */
    const uint64_t *lcho_homes;
    /**
     * Level of the intervals; 0 for 0.95.
     */
    double level;
} citx_tsm_return_options;

/**
 * Which columns of a campaign's outcome are what. `arm`, `outcome` and `control` must be there.
 */
typedef struct {
    /**
     * sizeof(citx_uplift_options).
     */
    size_t struct_size;
    /**
     * Column of the arm.
     */
    citx_str arm;
    /**
     * Column of the outcome: boolean, a number, or yes / no text.
     */
    citx_str outcome;
    /**
     * The arm that was left alone.
     */
    citx_str control;
    /**
     * Column of what was randomised, such as the household; left out for individuals.
     */
    citx_str cluster;
    /**
     * Column to break down by; left out for none.
     */
    citx_str by;
    /**
     * Level of the intervals; 0 for 0.95.
     */
    double level;
} citx_uplift_options;

/**
 * A classification of citizens whose totals are known. Totals are numbers of citizens, or shares where they add up to 1,
 * which are of the sum of the weights.
 */
typedef struct {
    /**
     * Names, as of a breakdown; crossed where there are several.
     */
    citx_strs by;
    /**
     * The total of each category.
     */
    citx_totals totals;
} citx_margin;

/**
 * A list of margins, read during the call only.
 */
typedef struct {
    /**
     * The first margin.
     */
    const citx_margin *items;
    /**
     * How many margins.
     */
    size_t len;
} citx_margins;

/**
 * When raking stops. NULL in its place, or zeros: tolerance 1e-12, 1000 rounds.
 */
typedef struct {
    /**
     * sizeof(citx_rake_options).
     */
    size_t struct_size;
    /**
     * Largest distance of a category from its target, as a share of the margin's total; 0 for 1e-12.
     */
    double tolerance;
    /**
     * Rounds over all margins before it is given up; 0 for 1000.
     */
    size_t max_iterations;
} citx_rake_options;

/**
 * What calibration meets, and how. One of `margins`, `totals` and `population` must be there.
 */
typedef struct {
    /**
     * sizeof(citx_calibrate_options).
     */
    size_t struct_size;
    /**
     * Categorical columns with the total of each category.
     */
    citx_margins margins;
    /**
     * Numeric columns with the total of each.
     */
    citx_totals totals;
    /**
     * How many citizens there are, where no margin says so; NULL where one does.
     */
    const double *population;
    /**
     * `linear` (the default), `raking` or `logit`, which needs bounds.
     */
    citx_str distance;
    /**
     * Least and greatest factor of a weight: two numbers; NULL for any.
     */
    const double *bounds;
    /**
     * Largest distance of a total from its target, over 1 + the target; 0 for 1e-11.
     */
    double tolerance;
    /**
     * Steps before it is given up; 0 for 200.
     */
    size_t max_iterations;
} citx_calibrate_options;

/**
 * Which weights are trimmed, and what becomes of what they lose. `lower` or `upper` must be there.
 */
typedef struct {
    /**
     * sizeof(citx_trim_options).
     */
    size_t struct_size;
    /**
     * Weights below are raised to this; NULL for none.
     */
    const double *lower;
    /**
     * Weights above are cut to this; NULL for none.
     */
    const double *upper;
    /**
     * What the bounds are: `weight` (the default), multiples of the `mean` weight, or `quantile`s of the weights.
     */
    citx_str of;
    /**
     * What is taken away is shared out equally over the weights not trimmed (`redistribute`, the default), again until no
     * weight is outside (`strict`), or restored by multiplying all weights (`rescale`).
     */
    citx_str rule;
} citx_trim_options;

/**
 * False.
 */
#define CITX_TRUTH_FALSE 0

/**
 * True.
 */
#define CITX_TRUTH_TRUE 1

/**
 * Unknown, or not a condition.
 */
#define CITX_TRUTH_UNKNOWN 2

/**
 * No: the answer of a decision that is not there.
 */
#define CITX_OUTCOME_DENY 0

/**
 * Yes.
 */
#define CITX_OUTCOME_ALLOW 1

/**
 * Not now.
 */
#define CITX_OUTCOME_DEFER 2

/**
 * The call did what it says.
 */
#define CITX_STATUS_OK 0

/**
 * An argument that can never be right.
 */
#define CITX_STATUS_INVALID_ARGUMENT 10

/**
 * A number outside its range.
 */
#define CITX_STATUS_OUT_OF_RANGE 11

/**
 * Text that is not a rule.
 */
#define CITX_STATUS_RULE_SYNTAX 20

/**
 * A rule whose types do not fit.
 */
#define CITX_STATUS_RULE_TYPE 21

/**
 * A name that the schema, book or policy does not have.
 */
#define CITX_STATUS_UNKNOWN_NAME 22

/**
 * Something asked for by key that is not there.
 */
#define CITX_STATUS_NOT_FOUND 30

/**
 * Something that is there already, with other content.
 */
#define CITX_STATUS_CONFLICT 31

/**
 * An object in use elsewhere.
 */
#define CITX_STATUS_BUSY 32

/**
 * A policy that cannot be loaded.
 */
#define CITX_STATUS_POLICY_INVALID 40

/**
 * A policy written for another version of citx.
 */
#define CITX_STATUS_POLICY_UNSUPPORTED 41

/**
 * Too few observations for the figure asked for.
 */
#define CITX_STATUS_INSUFFICIENT_DATA 50

/**
 * An iteration that did not arrive.
 */
#define CITX_STATUS_NOT_CONVERGED 51

/**
 * A figure withheld to protect small groups.
 */
#define CITX_STATUS_SUPPRESSED 52

/**
 * The operating system refused to read or write.
 */
#define CITX_STATUS_IO 60

/**
 * Stored data that was damaged or tampered with.
 */
#define CITX_STATUS_CORRUPTED 61

/**
 * A file of a version that this library does not read.
 */
#define CITX_STATUS_FORMAT_VERSION 62

/**
 * Input beyond a stated limit.
 */
#define CITX_STATUS_LIMIT_EXCEEDED 70

/**
 * The caller cancelled the call.
 */
#define CITX_STATUS_CANCELLED 71

/**
 * Asked for something this build or version does not do.
 */
#define CITX_STATUS_UNSUPPORTED 72

/**
 * A bug in citx, caught before it reached the caller; the object of the call is unusable from then on.
 */
#define CITX_STATUS_PANIC 99

/**
 * Not known.
 */
#define CITX_TYPE_NULL 0

/**
 * True or false.
 */
#define CITX_TYPE_BOOLEAN 1

/**
 * A whole number.
 */
#define CITX_TYPE_INTEGER 2

/**
 * A binary floating point number.
 */
#define CITX_TYPE_FLOAT 3

/**
 * An exact decimal.
 */
#define CITX_TYPE_DECIMAL 4

/**
 * Text.
 */
#define CITX_TYPE_TEXT 5

/**
 * A calendar date.
 */
#define CITX_TYPE_DATE 6

/**
 * An instant.
 */
#define CITX_TYPE_TIMESTAMP 7

/**
 * A type that is carried but has no value here: time of day, binary, struct.
 */
#define CITX_TYPE_OTHER 8

/**
 * A list.
 */
#define CITX_TYPE_LIST 9

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The members of a segment who may be contacted, and why not the others: the only road to a contact list.
 *
 * `run` may be NULL. `*out` is to be freed with citx_audience_free; it may outlive `segment` and `view`. Status:
 * INVALID_ARGUMENT, OUT_OF_RANGE for a cap or a holdout that is none, UNKNOWN_NAME for a channel of the cap,
 * POLICY_UNSUPPORTED for a cap or quiet hours that no rule of the policy heeds, CANCELLED. Since 0.1.
 */
citx_status citx_segment_audience(const citx_segment *segment,
                                  const citx_view *view,
                                  const citx_audience_options *options,
                                  const citx_run_options *run,
                                  citx_audience **out,
                                  citx_error **err);

/**
 * Key, channel, basis, rule: one row for each citizen who may be contacted, in population order. `*out` is to be freed
 * with citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_audience_allowed(const citx_audience *audience, citx_table **out, citx_error **err);

/**
 * Key, channel, reason, rule: one row for each channel tried in vain. `*out` is to be freed with citx_table_free.
 * Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_audience_refused(const citx_audience *audience, citx_table **out, citx_error **err);

/**
 * Key, channel: one row for each citizen who might be contacted and is held out. `*out` is to be freed with
 * citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_audience_held_out(const citx_audience *audience, citx_table **out, citx_error **err);

/**
 * Outcome (`allow`, `deny`, `defer`, `held_out`), channel, rule, reason and how many. `*out` is to be freed with citx_table_free. Status: INVALID_ARGUMENT.
 * Since 0.1.
 */
citx_status citx_audience_summary(const citx_audience *audience,
                                  citx_table **out,
                                  citx_error **err);

/**
 * Whether one of the allowed may not be contacted any more within 400 days, or only by another rule, though nobody does
 * anything; then `*micros` is the first such instant, from which the list must not be used: microseconds since
 * 1970-01-01T00:00:00Z. Since 0.1.
 */
bool citx_audience_expires_at(const citx_audience *audience, int64_t *micros);

/**
 * Whom the gate leaves out: by, group, members, allowed, share, ci_low, ci_high, ratio, difference, difference_ci_low,
 * difference_ci_high, level, suppressed: everyone first, then the groups of each breakdown by columns of the population.
 *
 * `level` 0 is 0.95. Groups of fewer than `min_base` members are withheld (10 is usual, 0 withholds none), and others with
 * them as far as they would give these away. `*out` is to be freed with citx_table_free. Status: UNKNOWN_NAME for a column,
 * INVALID_ARGUMENT, OUT_OF_RANGE for a level that is none. Since 0.1.
 */
citx_status citx_audience_equality(const citx_audience *audience,
                                   citx_breakdowns by,
                                   double level,
                                   uint64_t min_base,
                                   citx_table **out,
                                   citx_error **err);

/**
 * The same audience for another system: `system` is the recipient that the ledger records with what is handed out to it by
 * the citx_audience_write functions; without it, that is the kind of file.
 *
 * `*out` is to be freed with citx_audience_free; `audience` stays valid. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_audience_for_system(const citx_audience *audience, citx_str system, citx_audience **out, citx_error **err);

/**
 * Writes key, channel, contact, basis and rule of everyone who may be contacted as CSV. Status: IO, INVALID_ARGUMENT.
 * Since 0.1.
 */
citx_status citx_audience_write_csv(const citx_audience *audience, citx_str path, citx_error **err);

/**
 * The same as Parquet. Status: IO, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_audience_write_parquet(const citx_audience *audience, citx_str path, citx_error **err);

/**
 * Writes GOV.UK Notify files, one for each channel, split at Notify's row limit: `PREFIX-CHANNEL-K.csv`, the prefix
 * `audience` if empty. `personalisation` names placeholder and column.
 *
 * `*out` are the files' paths, to be freed with citx_names_free. Status: UNKNOWN_NAME for a column, INVALID_ARGUMENT
 * for a channel that Notify does not have or without contact facts, IO. Since 0.1.
 */
citx_status citx_audience_write_notify(const citx_audience *audience,
                                       citx_str directory,
                                       citx_str prefix,
                                       citx_pairs personalisation,
                                       citx_names **out,
                                       citx_error **err);

/**
 * Writes the file that Google Customer Match takes: Email, Phone, First Name, Last Name, Country, Zip, contact points and
 * names hashed by SHA-256. `columns` names columns of the citizens for `first_name`, `last_name`, `country` and `zip`.
 *
 * `*out` is key and reason of those left out, because none of their contact points is allowed and valid, to be freed with
 * citx_table_free. Status: INVALID_ARGUMENT for a purpose that is not of the class `ad_audience`, UNKNOWN_NAME for a column,
 * IO. Since 0.1.
 */
citx_status citx_audience_write_customer_match(const citx_audience *audience,
                                               citx_str path,
                                               citx_pairs columns,
                                               citx_table **out,
                                               citx_error **err);

/**
 * Frees an audience; NULL does nothing. Since 0.1.
 */
void citx_audience_free(citx_audience *audience);

/**
 * A book of these segments: name and rule. Every rule is parsed.
 *
 * `*out` is to be freed with citx_segment_book_free. Status: RULE_SYNTAX with line, column and snippet, UNKNOWN_NAME
 * or RULE_SYNTAX for `in_segment` of an unknown segment or in a circle, INVALID_ARGUMENT for a name, LIMIT_EXCEEDED.
 * Since 0.1.
 */
citx_status citx_segment_book_new(citx_pairs rules, citx_segment_book **out, citx_error **err);

/**
 * A book from TOML text: `name = "rule"`, or a table `[name]` with `rule`, `description`, `owner`, `review_by`.
 *
 * `*out` is to be freed with citx_segment_book_free. Status: as citx_segment_book_new. Since 0.1.
 */
citx_status citx_segment_book_parse(citx_str toml, citx_segment_book **out, citx_error **err);

/**
 * A book from a TOML file. `*out` is to be freed with citx_segment_book_free. Status: IO, and as
 * citx_segment_book_new. Since 0.1.
 */
citx_status citx_segment_book_read(citx_str path, citx_segment_book **out, citx_error **err);

/**
 * How many segments; 0 for NULL. Since 0.1.
 */
size_t citx_segment_book_len(const citx_segment_book *book);

/**
 * The name of the segment at `index`, from 0, valid until `book` is freed; none beyond the end. Since 0.1.
 */
citx_str citx_segment_book_name(const citx_segment_book *book, size_t index);

/**
 * Who is in which segment at `as_of`: a date such as `2026-11-22`, which starts at midnight in `time_zone` (UTC if
 * empty), or an instant such as `2026-11-22T09:30:00Z`. A citizen is a member only where the rule is true: unknown is
 * not.
 *
 * `run` may be NULL. `*out` is to be freed with citx_membership_free; it may outlive `book` and `people`. Status:
 * UNKNOWN_NAME, RULE_TYPE, INVALID_ARGUMENT, LIMIT_EXCEEDED, CANCELLED. Since 0.1.
 */
citx_status citx_segment_book_evaluate(const citx_segment_book *book,
                                       const citx_population *people,
                                       citx_str as_of,
                                       citx_str time_zone,
                                       const citx_run_options *run,
                                       citx_membership **out,
                                       citx_error **err);

/**
 * The names of the segments that one record is in, in the book's order; no population is needed.
 *
 * `as_of` and `time_zone` as citx_segment_book_evaluate. `*out` is to be freed with citx_names_free. Status:
 * UNKNOWN_NAME for an attribute that a rule reads and the record lacks, RULE_TYPE, INVALID_ARGUMENT, BUSY. Since 0.1.
 */
citx_status citx_segment_book_match(const citx_segment_book *book,
                                    const citx_record *record,
                                    citx_str as_of,
                                    citx_str time_zone,
                                    citx_names **out,
                                    citx_error **err);

/**
 * Why one record is in the segment `name` or not. `as_of` and `time_zone` as citx_segment_book_evaluate.
 *
 * `*out` is to be freed with citx_explanation_free. Status: UNKNOWN_NAME, RULE_TYPE, INVALID_ARGUMENT, BUSY. Since
 * 0.1.
 */
citx_status citx_segment_book_explain(const citx_segment_book *book,
                                      citx_str name,
                                      const citx_record *record,
                                      citx_str as_of,
                                      citx_str time_zone,
                                      citx_explanation **out,
                                      citx_error **err);

/**
 * The attributes that the segment `name` reads, through `in_segment` too, sorted. `*out` is to be freed with
 * citx_names_free. Status: UNKNOWN_NAME, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_segment_book_columns_used(const citx_segment_book *book, citx_str name, citx_names **out, citx_error **err);

/**
 * Frees a book; NULL does nothing. Since 0.1.
 */
void citx_segment_book_free(citx_segment_book *book);

/**
 * The expression as canonical text, a view into `explanation`; none for NULL. Since 0.1.
 */
citx_str citx_explanation_text(const citx_explanation *explanation);

/**
 * Whether it is true, false or unknown; CITX_TRUTH_UNKNOWN for NULL. Since 0.1.
 */
citx_truth citx_explanation_outcome(const citx_explanation *explanation);

/**
 * The attribute values that it read. `*out` is to be freed with citx_record_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_explanation_values(const citx_explanation *explanation, citx_record **out, citx_error **err);

/**
 * How many parts it has; 0 for NULL. Since 0.1.
 */
size_t citx_explanation_num_parts(const citx_explanation *explanation);

/**
 * The part at `index`, from 0; it belongs to `explanation` and must not be freed. NULL beyond the end. Since 0.1.
 */
const citx_explanation *citx_explanation_part(const citx_explanation *explanation, size_t index);

/**
 * Frees an explanation that is not a part of another; NULL does nothing. Since 0.1.
 */
void citx_explanation_free(citx_explanation *explanation);

/**
 * The first byte, citx_bytes_len of them, valid until `bytes` is freed; NULL where there are none. Since 0.1.
 */
const uint8_t *citx_bytes_data(const citx_bytes *bytes);

/**
 * How many bytes; 0 for NULL. Since 0.1.
 */
size_t citx_bytes_len(const citx_bytes *bytes);

/**
 * Frees bytes; NULL does nothing. Since 0.1.
 */
void citx_bytes_free(citx_bytes *bytes);

/**
 * How many changes; 0 for NULL. Since 0.1.
 */
size_t citx_changes_len(const citx_changes *changes);

/**
 * The number of the change at `index`, from 0: 1 is the first ever; 0 beyond the end. Since 0.1.
 */
uint64_t citx_changes_seq(const citx_changes *changes, size_t index);

/**
 * The segment of the change at `index`: a view, valid until `changes` is freed; none beyond the end. Since 0.1.
 */
citx_str citx_changes_segment(const citx_changes *changes, size_t index);

/**
 * The key of the citizen of the change at `index`, a whole number written as text: a view, valid until `changes` is
 * freed; none beyond the end. Since 0.1.
 */
citx_str citx_changes_key(const citx_changes *changes, size_t index);

/**
 * Whether the citizen of the change at `index` entered; otherwise they left. False beyond the end. Since 0.1.
 */
bool citx_changes_entered(const citx_changes *changes, size_t index);

/**
 * All of them: a table of `seq`, `segment`, `key`, in the key's own type, and `entered`. `*out` is to be freed with
 * citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_changes_table(const citx_changes *changes, citx_table **out, citx_error **err);

/**
 * Frees changes; NULL does nothing. Since 0.1.
 */
void citx_changes_free(citx_changes *changes);

/**
 * One measure (or numeric column) in two waves: the change, its interval and test. `options` may be NULL.
 *
 * `*out` is to be freed with citx_comparison_free. Status: UNKNOWN_NAME for the measure, NOT_FOUND for the unit,
 * INVALID_ARGUMENT for options that are none, or waves of which one figure is a mean and the other a proportion,
 * OUT_OF_RANGE for the level, INSUFFICIENT_DATA without answers. Since 0.1.
 */
citx_status citx_compare(const citx_survey *before,
                         const citx_survey *after,
                         citx_str measure,
                         const citx_compare_options *options,
                         citx_comparison **out,
                         citx_error **err);

/**
 * Every unit that both surveys of counts have, in both waves, by measure and unit; without `measures`, all that both have.
 *
 * The table: measure, unit, before, after, difference, std_error, ci_low, ci_high, level, statistic, p_value, p_adjusted,
 * significant, n_before, n_after, method, adjust, warnings. P values are adjusted over the units of a measure by `adjust`:
 * `bh` (also if empty), `by`, `holm`, `hochberg`, `bonferroni` or `none`. `options` may be NULL. `*out` is to be freed with
 * citx_table_free. Status: as citx_compare, and INVALID_ARGUMENT for surveys of answers. Since 0.1.
 */
citx_status citx_compare_units(const citx_survey *before,
                               const citx_survey *after,
                               citx_strs measures,
                               citx_str adjust,
                               const citx_compare_options *options,
                               citx_table **out,
                               citx_error **err);

/**
 * A measure in each of some waves, the earliest first, with each change tested, control limits and tests of a trend.
 *
 * P values of the changes are adjusted by `adjust`: `holm` (also if empty), `bh`, `by`, `hochberg`, `bonferroni` or `none`.
 * `chart` gives the control limits: `p` (binomial, for proportions), `xmr` (from moving ranges), or `auto` (also if empty:
 * `p` for proportions, else `xmr`). `options` may be NULL. `*out` is to be freed with citx_trend_free. Status: as
 * citx_compare, INVALID_ARGUMENT for a NULL survey, INSUFFICIENT_DATA for fewer than two waves. Since 0.1.
 */
citx_status citx_trend_of(citx_waves waves,
                          citx_str measure,
                          citx_str adjust,
                          citx_str chart,
                          const citx_compare_options *options,
                          citx_trend **out,
                          citx_error **err);

/**
 * A measure month by month, each with the months before it: raw answers are pooled, averages never averaged.
 *
 * The month of an answer is that of the survey's column of dates; a survey of counts is of the month it is named, such as
 * `2024-05`. The table: month, months (with answers), complete, value, std_error, ci_low, ci_high, level, df, n, n_eff, unit,
 * method, suppressed, warnings. `options` may be NULL. `*out` is to be freed with citx_table_free. Status: as citx_compare,
 * INVALID_ARGUMENT for a survey of answers without a column of dates, naming the row of a text that is no date, or for a
 * name that is no month, INSUFFICIENT_DATA where no answer has a month. Since 0.1.
 */
citx_status citx_rolling(citx_waves waves,
                         citx_str measure,
                         const citx_rolling_options *options,
                         citx_table **out,
                         citx_error **err);

/**
 * Differences of a measure (or numeric column) between the groups of `by`, crossed if there are several names, each with its
 * design-based t test, as R `svyttest` on the two groups.
 *
 * The table: measure, by, group_a, group_b, value_a, value_b, difference (a less b), std_error, ci_low, ci_high, level,
 * statistic, df, p_value, p_adjusted, significant, n_a, n_b, unit, method, adjust, warnings. `options` may be NULL. `*out`
 * is to be freed with citx_table_free. Status: UNKNOWN_NAME for a name or the group of reference, INVALID_ARGUMENT,
 * OUT_OF_RANGE for the level, INSUFFICIENT_DATA for fewer than two groups, LIMIT_EXCEEDED for more than 200. Since 0.1.
 */
citx_status citx_survey_compare_groups(const citx_survey *survey,
                                       citx_str measure,
                                       citx_strs by,
                                       const citx_group_options *options,
                                       citx_table **out,
                                       citx_error **err);

/**
 * The answers to `question`, a measure or any column, in the columns of `by`, each compared with each other column. `by` is one
 * breakdown, crossed if there are several names, or several segments, `segment:NAME`, which may overlap.
 *
 * `options` may be NULL. `*out` is to be freed with citx_column_letters_free. Status: UNKNOWN_NAME, INVALID_ARGUMENT for
 * options that are none, INSUFFICIENT_DATA for fewer than two columns or no answers, LIMIT_EXCEEDED for more than 100 columns.
 * Since 0.1.
 */
citx_status citx_survey_column_letters(const citx_survey *survey,
                                       citx_str question,
                                       citx_strs by,
                                       const citx_letter_options *options,
                                       citx_column_letters **out,
                                       citx_error **err);

/**
 * The measure or column. Since 0.1.
 */
citx_str citx_comparison_measure(const citx_comparison *comparison);

/**
 * The estimate of the earlier wave by itself. `*out` is to be freed with citx_estimate_free. Status:
 * INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_comparison_before(const citx_comparison *comparison, citx_estimate **out, citx_error **err);

/**
 * The estimate of the later wave by itself. `*out` is to be freed with citx_estimate_free. Status:
 * INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_comparison_after(const citx_comparison *comparison, citx_estimate **out, citx_error **err);

/**
 * After less before, in the measure's unit: of shares a proportion. Not a number for NULL, here and below. Since 0.1.
 */
double citx_comparison_difference(const citx_comparison *comparison);

/**
 * The difference in percentage points; not a number for a mean. Since 0.1.
 */
double citx_comparison_difference_pp(const citx_comparison *comparison);

/**
 * Its standard error, from each wave's own variance. Since 0.1.
 */
double citx_comparison_std_error(const citx_comparison *comparison);

/**
 * The low end of its interval. Since 0.1.
 */
double citx_comparison_ci_low(const citx_comparison *comparison);

/**
 * The high end of its interval. Since 0.1.
 */
double citx_comparison_ci_high(const citx_comparison *comparison);

/**
 * The interval's level, such as 0.95. Since 0.1.
 */
double citx_comparison_level(const citx_comparison *comparison);

/**
 * z or t of the test. Since 0.1.
 */
double citx_comparison_statistic(const citx_comparison *comparison);

/**
 * Degrees of freedom of t; infinite for z. Since 0.1.
 */
double citx_comparison_df(const citx_comparison *comparison);

/**
 * Two-sided p value. Since 0.1.
 */
double citx_comparison_p_value(const citx_comparison *comparison);

/**
 * Whether the p value is at most 1 less the level; false for NULL. Since 0.1.
 */
bool citx_comparison_is_significant(const citx_comparison *comparison);

/**
 * `proportion` or `mean`. Since 0.1.
 */
citx_str citx_comparison_unit(const citx_comparison *comparison);

/**
 * How it was made, such as `newcombe; pooled z`. Since 0.1.
 */
citx_str citx_comparison_method(const citx_comparison *comparison);

/**
 * Answers of the earlier wave that it rests on; 0 for NULL. Since 0.1.
 */
uint64_t citx_comparison_n_before(const citx_comparison *comparison);

/**
 * Answers of the later wave; 0 for NULL. Since 0.1.
 */
uint64_t citx_comparison_n_after(const citx_comparison *comparison);

/**
 * Respondents of both waves; 0 for NULL. Since 0.1.
 */
uint64_t citx_comparison_n_matched(const citx_comparison *comparison);

/**
 * Covariance of the two estimates from those respondents. Since 0.1.
 */
double citx_comparison_covariance(const citx_comparison *comparison);

/**
 * How many things differ in how the waves were made; 0 for NULL. Since 0.1.
 */
size_t citx_comparison_num_changed(const citx_comparison *comparison);

/**
 * What differs at `index`, from 0: `instrument`, `scale`, `figure`, `base`, `mode`, `selection`; none beyond the end. Since 0.1.
 */
citx_str citx_comparison_changed(const citx_comparison *comparison, size_t index);

/**
 * How many warnings it carries; 0 for NULL. Since 0.1.
 */
size_t citx_comparison_num_warnings(const citx_comparison *comparison);

/**
 * The warning at `index`, from 0, such as `DifferentMethod`; none beyond the end. Since 0.1.
 */
citx_str citx_comparison_warning(const citx_comparison *comparison, size_t index);

/**
 * Frees a comparison; NULL does nothing. Since 0.1.
 */
void citx_comparison_free(citx_comparison *comparison);

/**
 * One row for each wave: wave, value, std_error, ci_low, ci_high, n, change, change_std_error, change_low, change_high,
 * statistic, df, p_value, p_adjusted, significant, centre, lower, upper, signals, unit, method, warnings. Changes are
 * against the wave before. `*out` is to be freed with
 * citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_trend_table(const citx_trend *trend, citx_table **out, citx_error **err);

/**
 * Change from wave to wave, by least squares weighted by the inverse variances. Not a number for NULL, here and below. Since 0.1.
 */
double citx_trend_slope(const citx_trend *trend);

/**
 * Its standard error from those variances. Since 0.1.
 */
double citx_trend_slope_std_error(const citx_trend *trend);

/**
 * Two-sided p value of no slope, normal. Since 0.1.
 */
double citx_trend_slope_p(const citx_trend *trend);

/**
 * Mann and Kendall's S: pairs of waves that rise less pairs that fall; 0 for NULL. Since 0.1.
 */
int64_t citx_trend_mann_kendall_s(const citx_trend *trend);

/**
 * Kendall's tau-b of the values and the waves' order. Since 0.1.
 */
double citx_trend_tau(const citx_trend *trend);

/**
 * Two-sided p value of no trend. Since 0.1.
 */
double citx_trend_mann_kendall_p(const citx_trend *trend);

/**
 * The control chart: `p` or `xmr`. Since 0.1.
 */
citx_str citx_trend_chart(const citx_trend *trend);

/**
 * Frees a trend; NULL does nothing. Since 0.1.
 */
void citx_trend_free(citx_trend *trend);

/**
 * One row for each answer and column: answer, group, column (its letter), count, n, proportion, letters, flag, base, base_n,
 * base_eff. `letters` are those of the columns whose proportion is significantly lower, in upper case at the stricter
 * level; `flag` is `**` or `*` for small bases. `*out` is to be freed with
 * citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_column_letters_cells(const citx_column_letters *letters, citx_table **out, citx_error **err);

/**
 * One row for each answer and pair of columns: answer, column_a, group_a, column_b, group_b, proportion_a, proportion_b,
 * difference, std_error, statistic, df, p_value, p_adjusted, comparisons, reason. `reason` says why there is no test. `*out` is to be freed with
 * citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_column_letters_tests(const citx_column_letters *letters,
                                      citx_table **out,
                                      citx_error **err);

/**
 * The mode it was made in. Since 0.1.
 */
citx_str citx_column_letters_mode(const citx_column_letters *letters);

/**
 * Frees column letters; NULL does nothing. Since 0.1.
 */
void citx_column_letters_free(citx_column_letters *letters);

/**
 * The receipt of one consent after the Kantara Initiative's specification 1.1.0, as JSON. `history` is what
 * citx_ledger_history gives.
 *
 * `*json` is to be freed with citx_text_free. Status: NOT_FOUND for an event that is not in the history, INVALID_ARGUMENT,
 * for one that gives no consent too, OUT_OF_RANGE for one before 1970, UNKNOWN_NAME for a column. Since 0.1.
 */
citx_status citx_kantara_receipt(const citx_table *history,
                                 uint64_t event_id,
                                 const citx_controller_profile *controller,
                                 const citx_receipt_purpose *words,
                                 citx_text **json,
                                 citx_error **err);

/**
 * The record of a citizen's consent to a purpose, shaped after ISO/IEC TS 27560, as JSON. `history` is what
 * citx_ledger_history gives; `processing` may be NULL.
 *
 * `*json` is to be freed with citx_text_free. Status: NOT_FOUND where no event concerns the purpose, INVALID_ARGUMENT, for
 * events of several citizens too, UNKNOWN_NAME for a column. Since 0.1.
 */
citx_status citx_consent_record(const citx_table *history,
                                citx_str purpose,
                                const citx_controller_profile *controller,
                                const citx_receipt_purpose *words,
                                const citx_processing *processing,
                                citx_text **json,
                                citx_error **err);

/**
 * The receipt of one event of such a record, as JSON. The rest is as for citx_consent_record.
 *
 * `*json` is to be freed with citx_text_free. Status: as citx_consent_record, NOT_FOUND for an event that is not in the
 * record too. Since 0.1.
 */
citx_status citx_consent_receipt(const citx_table *history,
                                 citx_str purpose,
                                 uint64_t event_id,
                                 const citx_controller_profile *controller,
                                 const citx_receipt_purpose *words,
                                 const citx_processing *processing,
                                 citx_text **json,
                                 citx_error **err);

/**
 * Allow, deny or defer; CITX_OUTCOME_DENY for NULL. Since 0.1.
 */
citx_outcome citx_decision_outcome(const citx_decision *decision);

/**
 * Whether the outcome is to allow; false for NULL. Since 0.1.
 */
bool citx_decision_allowed(const citx_decision *decision);

/**
 * The rule that decided, such as `R13`. Since 0.1.
 */
citx_str citx_decision_rule(const citx_decision *decision);

/**
 * The rule that permitted it, before timing; none where none did. Since 0.1.
 */
citx_str citx_decision_permitted_by(const citx_decision *decision);

/**
 * The basis relied on when allowed: `consent`, ..., `soft_opt_in`; else none. Since 0.1.
 */
citx_str citx_decision_basis(const citx_decision *decision);

/**
 * The reason, in plain words. Since 0.1.
 */
citx_str citx_decision_reason(const citx_decision *decision);

/**
 * The policy that decided, `uk-2026@1.0.0#hash`. Since 0.1.
 */
citx_str citx_decision_policy(const citx_decision *decision);

/**
 * How many events the deciding rule read; 0 for NULL. Since 0.1.
 */
size_t citx_decision_num_evidence(const citx_decision *decision);

/**
 * Their ids, citx_decision_num_evidence of them, valid until `decision` is freed; NULL where there are none. Since
 * 0.1.
 */
const uint64_t *citx_decision_evidence(const citx_decision *decision);

/**
 * Whether the same events and facts give another answer within 400 days; then `*micros` is the instant: microseconds
 * since 1970-01-01T00:00:00Z. Since 0.1.
 */
bool citx_decision_until(const citx_decision *decision, int64_t *micros);

/**
 * Frees a decision; NULL does nothing. Since 0.1.
 */
void citx_decision_free(citx_decision *decision);

/**
 * What changed since `previous`, of the same or an earlier population: segments by name, citizens by key.
 *
 * `run` may be NULL. `*out` is to be freed with citx_diff_free. Status: INVALID_ARGUMENT for keys of two types,
 * CANCELLED. Since 0.1.
 */
citx_status citx_membership_diff(const citx_membership *membership,
                                 const citx_membership *previous,
                                 const citx_run_options *run,
                                 citx_diff **out,
                                 citx_error **err);

/**
 * Who would move if `other` took the place of `book`. Only what differs, and what calls it, is evaluated.
 *
 * `as_of` and `time_zone` as citx_segment_book_evaluate; `sources` and `run` may be NULL. `*out` is to be freed with
 * citx_diff_free. Status: as citx_segment_book_evaluate_with. Since 0.1.
 */
citx_status citx_segment_book_diff(const citx_segment_book *book,
                                   const citx_segment_book *other,
                                   const citx_population *people,
                                   citx_str as_of,
                                   citx_str time_zone,
                                   const citx_sources *sources,
                                   const citx_run_options *run,
                                   citx_diff **out,
                                   citx_error **err);

/**
 * The segments that only the later one has; their members are not listed as entering where two memberships are
 * compared. `*out` is to be freed with citx_names_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_diff_added(const citx_diff *diff, citx_names **out, citx_error **err);

/**
 * The segments that only the earlier one has. `*out` is to be freed with citx_names_free. Status: INVALID_ARGUMENT.
 * Since 0.1.
 */
citx_status citx_diff_removed(const citx_diff *diff, citx_names **out, citx_error **err);

/**
 * The segments of both books whose own rule is another; none where two memberships are compared. `*out` is to be freed
 * with citx_names_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_diff_changed(const citx_diff *diff, citx_names **out, citx_error **err);

/**
 * Who moved: a table of `segment`, `key` and `change`, which is `entered` or `left`. `*out` is to be freed with
 * citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_diff_moves(const citx_diff *diff, citx_table **out, citx_error **err);

/**
 * How many: a table of `segment`, `before`, `after`, `entered` and `left`, null where one lacks the segment. `*out` is
 * to be freed with citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_diff_counts(const citx_diff *diff, citx_table **out, citx_error **err);

/**
 * Frees a difference; NULL does nothing. Since 0.1.
 */
void citx_diff_free(citx_diff *diff);

/**
 * A rule that ships with citx, such as `rsh-tsm`, `nhs-fft` or `uk-tre`. `*out` is to be freed with
 * citx_disclosure_rule_free. Status: UNKNOWN_NAME, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_disclosure_rule_builtin(citx_str name, citx_disclosure_rule **out, citx_error **err);

/**
 * A rule of one's own from TOML text. `*out` is to be freed with citx_disclosure_rule_free. Status: INVALID_ARGUMENT naming
 * the line. Since 0.1.
 */
citx_status citx_disclosure_rule_parse(citx_str toml, citx_disclosure_rule **out, citx_error **err);

/**
 * The names of the rules that ship with citx. `*out` is to be freed with citx_names_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_disclosure_rule_names(citx_names **out, citx_error **err);

/**
 * Its name; none for NULL, here and below. Since 0.1.
 */
citx_str citx_disclosure_rule_name(const citx_disclosure_rule *rule);

/**
 * What it is for, in words. Since 0.1.
 */
citx_str citx_disclosure_rule_title(const citx_disclosure_rule *rule);

/**
 * Where it is written. Since 0.1.
 */
citx_str citx_disclosure_rule_source(const citx_disclosure_rule *rule);

/**
 * What is shown in place of a count. Since 0.1.
 */
citx_str citx_disclosure_rule_symbol(const citx_disclosure_rule *rule);

/**
 * Smaller counts are withheld; 0 for NULL. Since 0.1.
 */
uint64_t citx_disclosure_rule_threshold(const citx_disclosure_rule *rule);

/**
 * Frees a rule; NULL does nothing. Since 0.1.
 */
void citx_disclosure_rule_free(citx_disclosure_rule *rule);

/**
 * The same table with small counts withheld, and others by which they could be found: with the columns `shown` and
 * `suppressed` (`none`, `primary` or `secondary`) more.
 *
 * `options` may be NULL. `*out` is to be freed with citx_table_free. Status: UNKNOWN_NAME for a column, INVALID_ARGUMENT for a
 * count that is null or not a whole number of 0 or more, a cell that is there twice, or rows that do not add up to their
 * total, NOT_CONVERGED if a cell cannot be protected as far as asked for. Since 0.1.
 */
citx_status citx_suppress(const citx_table *table,
                          const citx_cell_options *cells,
                          const citx_disclosure_rule *rule,
                          const citx_suppress_options *options,
                          citx_table **out,
                          citx_error **err);

/**
 * The same for tables that share cells or totals, none of which may give another away; in the same order.
 *
 * `options` may be NULL. `*out` is to be freed with citx_table_list_free. Status: as citx_suppress. Since 0.1.
 */
citx_status citx_suppress_linked(citx_tables tables,
                                 const citx_cell_options *cells,
                                 const citx_disclosure_rule *rule,
                                 const citx_suppress_options *options,
                                 citx_table_list **out,
                                 citx_error **err);

/**
 * A table of counts with the totals of all margins.
 *
 * `*out` is to be freed with citx_table_free. Status: UNKNOWN_NAME for a column, INVALID_ARGUMENT for a count that is null or
 * not a whole number, a category that is null, or a table that has totals already. Since 0.1.
 */
citx_status citx_with_totals(const citx_table *table, const citx_cell_options *cells, citx_table **out, citx_error **err);

/**
 * What a reader could still work out of each withheld count from all that the tables show.
 *
 * The table, of a row for each withheld cell: the categories, count, suppressed, lower, upper (null without limit), recoverable
 * (the bounds are one number), protected, attained (both bounds are counts of whole tables that were found). Counts may be
 * null where they are withheld. `options` may be NULL. `*out` is to be freed with citx_table_free. Status: UNKNOWN_NAME for a
 * column, INVALID_ARGUMENT for a count that is not a whole number of 0 or more, a cell that is there twice, or rows that do not
 * add up to their total, LIMIT_EXCEEDED for too many withheld cells, NOT_CONVERGED. Since 0.1.
 */
citx_status citx_audit(citx_tables tables,
                       const citx_cell_options *cells,
                       const citx_audit_options *options,
                       citx_table **out,
                       citx_error **err);

/**
 * A table of citx_survey_scores with small bases withheld, and others by which they could be found. In a withheld row all
 * figures and n are null, `published` is the rule's symbol and `suppressed` is true; the columns are the same.
 *
 * `options` may be NULL. `*out` is to be freed with citx_table_free. Status: UNKNOWN_NAME for a column that is not there,
 * INVALID_ARGUMENT for an n that is null, a row that is there twice, or groups with more respondents than their total,
 * NOT_CONVERGED. Since 0.1.
 */
citx_status citx_protect_scores(const citx_table *scores,
                                const citx_disclosure_rule *rule,
                                const citx_suppress_options *options,
                                citx_table **out,
                                citx_error **err);

/**
 * How many tables; 0 for NULL. Since 0.1.
 */
size_t citx_table_list_len(const citx_table_list *tables);

/**
 * The table at `index`, from 0. `*out` is to be freed with citx_table_free. Status: OUT_OF_RANGE, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_table_list_get(const citx_table_list *tables, size_t index, citx_table **out, citx_error **err);

/**
 * Frees a list of tables; NULL does nothing. Since 0.1.
 */
void citx_table_list_free(citx_table_list *tables);

/**
 * How much of the variation of `outcome` each driver accounts for. `outcome` and `drivers` are measures, or numeric columns;
 * without drivers, all other measures are.
 *
 * `options` and `run` may be NULL. `*out` is to be freed with citx_drivers_free. Status: UNKNOWN_NAME, INVALID_ARGUMENT for a
 * driver named twice or options that are none, OUT_OF_RANGE for the level, LIMIT_EXCEEDED for more than 20 drivers,
 * INSUFFICIENT_DATA where nobody is left or the outcome is constant, CANCELLED. Since 0.1.
 */
citx_status citx_survey_drivers(const citx_survey *survey,
                                citx_str outcome,
                                citx_strs drivers,
                                const citx_driver_options *options,
                                const citx_run_options *run,
                                citx_drivers **out,
                                citx_error **err);

/**
 * The measure or column that is driven. Since 0.1.
 */
citx_str citx_drivers_outcome(const citx_drivers *drivers);

/**
 * The share of its weighted variance that all drivers account for together. Not a number for NULL, here and below. Since 0.1.
 */
double citx_drivers_r_squared(const citx_drivers *drivers);

/**
 * The low end of the bootstrap interval of that share; not a number without replicates. Since 0.1.
 */
double citx_drivers_r_squared_ci_low(const citx_drivers *drivers);

/**
 * The high end of it. Since 0.1.
 */
double citx_drivers_r_squared_ci_high(const citx_drivers *drivers);

/**
 * Level of the intervals. Since 0.1.
 */
double citx_drivers_level(const citx_drivers *drivers);

/**
 * Respondents it rests on; 0 for NULL. Since 0.1.
 */
uint64_t citx_drivers_n(const citx_drivers *drivers);

/**
 * Kish's effective number of them. Since 0.1.
 */
double citx_drivers_n_eff(const citx_drivers *drivers);

/**
 * Respondents who answered the outcome; 0 for NULL. Since 0.1.
 */
uint64_t citx_drivers_n_outcome(const citx_drivers *drivers);

/**
 * How missing answers were dealt with: `listwise`, `pairwise` or `indicator`. Since 0.1.
 */
citx_str citx_drivers_missing(const citx_drivers *drivers);

/**
 * What numbers answers were given: `order` or `values`. Since 0.1.
 */
citx_str citx_drivers_coding(const citx_drivers *drivers);

/**
 * Bootstrap replicates that could be evaluated; 0 for NULL. Since 0.1.
 */
uint64_t citx_drivers_replicates(const citx_drivers *drivers);

/**
 * How many warnings it carries; 0 for NULL. Since 0.1.
 */
size_t citx_drivers_num_warnings(const citx_drivers *drivers);

/**
 * The warning at `index`, from 0, such as `Collinear`; none beyond the end. Since 0.1.
 */
citx_str citx_drivers_warning(const citx_drivers *drivers, size_t index);

/**
 * One row for each driver, the most important first: driver, rank, lmg, lmg_low, lmg_high, lmg_share, relative_weight,
 * relative_weight_low, relative_weight_high, first, last, pratt, beta, vif, correlation, performance, performance_unit,
 * quadrant, n, dont_know, dont_know_share, reason. Shares of R squared, of 1. `*out` is to be freed with
 * citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_drivers_table(const citx_drivers *drivers, citx_table **out, citx_error **err);

/**
 * Frees drivers; NULL does nothing. Since 0.1.
 */
void citx_drivers_free(citx_drivers *drivers);

/**
 * The name of a status, such as `InvalidArgument`; `Ok` for CITX_STATUS_OK; none for a number without meaning. Valid
 * for ever. Since 0.1.
 */
citx_str citx_status_name(citx_status status);

/**
 * The status that the call returned; CITX_STATUS_OK for NULL. Since 0.1.
 */
citx_status citx_error_status(const citx_error *error);

/**
 * What was wanted, what was found, what to do; for a rule also the line with a caret line below it. Never a value from
 * data. A view into `error`; none for NULL. Since 0.1.
 */
citx_str citx_error_message(const citx_error *error);

/**
 * The line in the rule's text, from 1; 0 where the error is not about a rule. Since 0.1.
 */
size_t citx_error_line(const citx_error *error);

/**
 * The column in that line in code points, from 1; 0 where the error is not about a rule. Since 0.1.
 */
size_t citx_error_column(const citx_error *error);

/**
 * Where the fault starts in the rule's text, in bytes; 0 where the error is not about a rule. Since 0.1.
 */
size_t citx_error_span_start(const citx_error *error);

/**
 * Where the fault ends in the rule's text, in bytes; 0 where the error is not about a rule. Since 0.1.
 */
size_t citx_error_span_end(const citx_error *error);

/**
 * The line of the rule with a caret line below it. A view into `error`; none where the error is not about a rule.
 * Since 0.1.
 */
citx_str citx_error_snippet(const citx_error *error);

/**
 * A name that may have been meant in the rule. A view into `error`; none where there is none. Since 0.1.
 */
citx_str citx_error_suggestion(const citx_error *error);

/**
 * Frees an error; NULL does nothing. Since 0.1.
 */
void citx_error_free(citx_error *error);

/**
 * The figure; a share is in [0, 1]. Not a number for NULL, here and below. Since 0.1.
 */
double citx_estimate_value(const citx_estimate *estimate);

/**
 * Its design-based standard error. Since 0.1.
 */
double citx_estimate_std_error(const citx_estimate *estimate);

/**
 * The low end of the interval. Since 0.1.
 */
double citx_estimate_ci_low(const citx_estimate *estimate);

/**
 * The high end of the interval. Since 0.1.
 */
double citx_estimate_ci_high(const citx_estimate *estimate);

/**
 * The interval's level, such as 0.95. Since 0.1.
 */
double citx_estimate_level(const citx_estimate *estimate);

/**
 * Degrees of freedom of the design. Since 0.1.
 */
double citx_estimate_df(const citx_estimate *estimate);

/**
 * How many answers, citizens, households or homes it rests on, as citx_estimate_base says; unweighted. 0 for NULL. Since
 * 0.1.
 */
uint64_t citx_estimate_n(const citx_estimate *estimate);

/**
 * What citx_estimate_n counts: `answer`, `citizen`, `household` or `home`; empty where that is not known. Since 0.1.
 */
citx_str citx_estimate_base(const citx_estimate *estimate);

/**
 * Kish's effective sample size, in respondents. Since 0.1.
 */
double citx_estimate_n_eff(const citx_estimate *estimate);

/**
 * Design effect, against the sample that citx_estimate_deff_reference names. Since 0.1.
 */
double citx_estimate_deff(const citx_estimate *estimate);

/**
 * Margin of error: half the interval's width. Since 0.1.
 */
double citx_estimate_moe(const citx_estimate *estimate);

/**
 * What the design effect compares with: `srswr`, a simple random sample with replacement of the same size, or `srswor`,
 * one without replacement from a population of the sum of the weights. Since 0.1.
 */
citx_str citx_estimate_deff_reference(const citx_estimate *estimate);

/**
 * The margin of error by the instrument's own formula, where it has one and the size of the frame is known. It knows
 * nothing of weights and design, and is published beside citx_estimate_moe, not in its place. Since 0.1.
 */
double citx_estimate_standard_moe(const citx_estimate *estimate);

/**
 * `proportion`, `net`, `mean`, `index`, `total`, `ratio` or `quantile`. Since 0.1.
 */
citx_str citx_estimate_unit(const citx_estimate *estimate);

/**
 * How value and interval were made. Since 0.1.
 */
citx_str citx_estimate_method(const citx_estimate *estimate);

/**
 * What an instrument's measure is, in words: which answers count, what is left out, how it is rounded. Empty without an
 * instrument. Since 0.1.
 */
citx_str citx_estimate_definition(const citx_estimate *estimate);

/**
 * The standard's own text form, or `[S]`; none without a standard. Since 0.1.
 */
citx_str citx_estimate_published(const citx_estimate *estimate);

/**
 * Unit of the published form, such as `percent`; none without a standard. Since 0.1.
 */
citx_str citx_estimate_published_unit(const citx_estimate *estimate);

/**
 * How many warnings it carries; 0 for NULL. Since 0.1.
 */
size_t citx_estimate_num_warnings(const citx_estimate *estimate);

/**
 * The warning at `index`, from 0, such as `NonProbabilitySample`; none beyond the end. Since 0.1.
 */
citx_str citx_estimate_warning(const citx_estimate *estimate, size_t index);

/**
 * Frees an estimate; NULL does nothing. Since 0.1.
 */
void citx_estimate_free(citx_estimate *estimate);

/**
 * How many estimates; 0 for NULL. Since 0.1.
 */
size_t citx_estimates_len(const citx_estimates *estimates);

/**
 * The estimate at `index`, from 0. `*out` is to be freed with citx_estimate_free; it may outlive `estimates`. Status:
 * OUT_OF_RANGE, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_estimates_get(const citx_estimates *estimates, size_t index, citx_estimate **out, citx_error **err);

/**
 * Frees a list of estimates; NULL does nothing. Since 0.1.
 */
void citx_estimates_free(citx_estimates *estimates);

/**
 * Takes the events of an Arrow stream, all its batches, in any order.
 *
 * `stream` is moved: whatever the status, it has been released and is marked so. `columns` may be NULL. `*out` is to be
 * freed with citx_events_free. Status: UNKNOWN_NAME for a column, INVALID_ARGUMENT naming column and rows, UNSUPPORTED,
 * LIMIT_EXCEEDED. Since 0.1.
 */
citx_status citx_events_from_stream(struct ArrowArrayStream *stream,
                                    const citx_event_columns *columns,
                                    citx_events **out,
                                    citx_error **err);

/**
 * The events of a table; `table` stays the caller's. `columns` may be NULL.
 *
 * `*out` is to be freed with citx_events_free; it may outlive `table`. Status: as citx_events_from_stream. Since 0.1.
 */
citx_status citx_events_from_table(const citx_table *table,
                                   const citx_event_columns *columns,
                                   citx_events **out,
                                   citx_error **err);

/**
 * How many events; 0 for NULL. Since 0.1.
 */
size_t citx_events_len(const citx_events *events);

/**
 * What kinds of events there are. `*out` is to be freed with citx_names_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_events_kinds(const citx_events *events, citx_names **out, citx_error **err);

/**
 * What citizens did as columns, for citx_population_with_features: one row for each citizen of the population, in its order.
 *
 * Beside the key column there are for each kind `KIND_30d` for each window (events of the last 30 days, as event_count of
 * rules), `last_KIND_at` and `first_KIND_at` (null without one), and if the events have values `KIND_value_30d` for each window
 * (their sum, rounded once; null values add nothing). Events after `as_of` do not count. `as_of` and `time_zone` as
 * citx_segment_book_evaluate; `run` may be NULL. `*out` is to be freed with citx_table_free. Status: INVALID_ARGUMENT without
 * windows, for one given twice, a kind given twice, two columns of one name or one named as the key column, OUT_OF_RANGE for a
 * window, LIMIT_EXCEEDED beyond 10,000 columns or the memory, CANCELLED. Since 0.1.
 */
citx_status citx_events_features(const citx_events *events,
                                 const citx_population *people,
                                 citx_str as_of,
                                 citx_str time_zone,
                                 const citx_feature_options *options,
                                 const citx_run_options *run,
                                 citx_table **out,
                                 citx_error **err);

/**
 * Frees events; NULL does nothing. Since 0.1.
 */
void citx_events_free(citx_events *events);

/**
 * The score of one measure, for one unit where the survey has units (`unit` empty where it has none). `options` may be
 * NULL.
 *
 * `*out` is to be freed with citx_estimate_free. Status: UNKNOWN_NAME for the measure, NOT_FOUND for the unit,
 * INSUFFICIENT_DATA, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_survey_score(const citx_survey *survey,
                              citx_str measure,
                              citx_str unit,
                              const citx_score_options *options,
                              citx_estimate **out,
                              citx_error **err);

/**
 * All measures, overall or by unit, and by each breakdown: a table of measure, by, group, value, std_error, ci_low,
 * ci_high, level, df, n, n_eff, deff, moe, unit, published, published_unit, method, suppressed, warnings. `options` may be
 * NULL.
 *
 * `*out` is to be freed with citx_table_free. Status: UNKNOWN_NAME for a column or segment, INVALID_ARGUMENT. Since
 * 0.1.
 */
citx_status citx_survey_scores(const citx_survey *survey,
                               citx_breakdowns by,
                               const citx_score_options *options,
                               citx_table **out,
                               citx_error **err);

/**
 * The mean of a numeric column; nulls are left out. `options` may be NULL.
 *
 * `*out` is to be freed with citx_estimate_free. Status: UNKNOWN_NAME, INVALID_ARGUMENT for a column that is not
 * numeric, INSUFFICIENT_DATA. Since 0.1.
 */
citx_status citx_survey_mean(const citx_survey *survey,
                             citx_str column,
                             const citx_score_options *options,
                             citx_estimate **out,
                             citx_error **err);

/**
 * The mean of a numeric column in each group of `by`: the table of citx_survey_scores. Status: as citx_survey_mean.
 * Since 0.1.
 */
citx_status citx_survey_mean_by(const citx_survey *survey,
                                citx_str column,
                                citx_breakdowns by,
                                const citx_score_options *options,
                                citx_table **out,
                                citx_error **err);

/**
 * The population's total of a numeric column by the weights' own scale; or, unless `equals` is left out, how many have
 * that value. Nulls are left out. The weights must add up to the population. `options` may be NULL. Status: as
 * citx_survey_mean. Since 0.1.
 */
citx_status citx_survey_total(const citx_survey *survey,
                              citx_str column,
                              citx_str equals,
                              const citx_score_options *options,
                              citx_estimate **out,
                              citx_error **err);

/**
 * That total in each group of `by`: the table of citx_survey_scores. Status: as citx_survey_mean. Since 0.1.
 */
citx_status citx_survey_total_by(const citx_survey *survey,
                                 citx_str column,
                                 citx_str equals,
                                 citx_breakdowns by,
                                 const citx_score_options *options,
                                 citx_table **out,
                                 citx_error **err);

/**
 * The total of one numeric column by that of another, such as repairs a home. Rows with a null in either are left out.
 * `options` may be NULL. Status: as citx_survey_mean. Since 0.1.
 */
citx_status citx_survey_ratio(const citx_survey *survey,
                              citx_str numerator,
                              citx_str denominator,
                              const citx_score_options *options,
                              citx_estimate **out,
                              citx_error **err);

/**
 * That ratio in each group of `by`: the table of citx_survey_scores. Status: as citx_survey_mean. Since 0.1.
 */
citx_status citx_survey_ratio_by(const citx_survey *survey,
                                 citx_str numerator,
                                 citx_str denominator,
                                 citx_breakdowns by,
                                 const citx_score_options *options,
                                 citx_table **out,
                                 citx_error **err);

/**
 * The share whose value in `column` is written `equals`; nulls are left out. `options` may be NULL. Status: as
 * citx_survey_mean. Since 0.1.
 */
citx_status citx_survey_proportion(const citx_survey *survey,
                                   citx_str column,
                                   citx_str equals,
                                   const citx_score_options *options,
                                   citx_estimate **out,
                                   citx_error **err);

/**
 * That share in each group of `by`: the table of citx_survey_scores. Status: as citx_survey_mean. Since 0.1.
 */
citx_status citx_survey_proportion_by(const citx_survey *survey,
                                      citx_str column,
                                      citx_str equals,
                                      citx_breakdowns by,
                                      const citx_score_options *options,
                                      citx_table **out,
                                      citx_error **err);

/**
 * Quantiles of a numeric column, one estimate for each of `shares` in (0, 1), with Woodruff's interval: the quantiles at
 * the ends of the interval of the share that lies at or below the estimate. `options` may be NULL.
 *
 * `*out` is to be freed with citx_estimates_free. Status: as citx_survey_mean, and OUT_OF_RANGE for a share, or none.
 * Since 0.1.
 */
citx_status citx_survey_quantile(const citx_survey *survey,
                                 citx_str column,
                                 citx_numbers shares,
                                 const citx_quantile_options *options,
                                 citx_estimates **out,
                                 citx_error **err);

/**
 * Those quantiles in each group of `by`: the table of citx_survey_scores, where `measure` is the column and the share,
 * such as `rent[0.5]`. Status: as citx_survey_quantile. Since 0.1.
 */
citx_status citx_survey_quantile_by(const citx_survey *survey,
                                    citx_str column,
                                    citx_numbers shares,
                                    citx_breakdowns by,
                                    const citx_quantile_options *options,
                                    citx_table **out,
                                    citx_error **err);

/**
 * The index at `as_of` (a date is midnight UTC); touchpoints that are later are left out. `parameters` are TOML as
 * `data/index/citx-index.toml`, or left out for those that ship with citx.
 *
 * `*out` is to be freed with citx_index_free. Status: UNKNOWN_NAME for a column or kind, INVALID_ARGUMENT for parameters or an
 * `as_of` that are none, and naming column and row of a null citizen, an instant that is none, or a value off its scale. Since
 * 0.1.
 */
citx_status citx_index_from_table(const citx_table *table,
                                  const citx_index_columns *columns,
                                  citx_str parameters,
                                  citx_str as_of,
                                  citx_index **out,
                                  citx_error **err);

/**
 * One row a citizen, by key: the key column, citx_index (0 to 100), touchpoints, weight, last_at. `*out` is to be freed with
 * citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_index_table(const citx_index *index, citx_table **out, citx_error **err);

/**
 * One citizen's touchpoints, the newest first, with what each adds to the index above or below 50: at, kind, channel, service,
 * value, weight, contribution. The contributions and 50 add up to the index. `*out` is to be freed with citx_table_free. Status:
 * NOT_FOUND for a citizen without touchpoints, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_index_explain(const citx_index *index, citx_str citizen, citx_table **out, citx_error **err);

/**
 * The mean index of all, or of a segment's citizens, overall and by each of `by`: `channel` or `service`, where each citizen
 * counts only the touchpoints there.
 *
 * `people` and `segment` are both NULL, or the population and a segment of it. `level` is the intervals'; 0 for 0.95. The table:
 * by, group, value, std_error, ci_low, ci_high, level, n, unit, method, warnings. `*out` is to be freed with citx_table_free.
 * Status: INVALID_ARGUMENT for another breakdown, one whose column was not named, or one of `people` and `segment` alone,
 * OUT_OF_RANGE for the level. Since 0.1.
 */
citx_status citx_index_means(const citx_index *index,
                             citx_strs by,
                             const citx_population *people,
                             const citx_segment *segment,
                             double level,
                             citx_table **out,
                             citx_error **err);

/**
 * Frees an index; NULL does nothing. Since 0.1.
 */
void citx_index_free(citx_index *index);

/**
 * The same citizens with more columns: of `features`, which has the population's key column and one row at most for each citizen.
 * A citizen without a row has nulls; a column that was there is replaced.
 *
 * `*out` is to be freed with citx_population_free. Status: UNKNOWN_NAME without the key column, INVALID_ARGUMENT naming the row
 * for a key that is null, appears twice or is no citizen's. Since 0.1.
 */
citx_status citx_population_with_features(const citx_population *people,
                                          const citx_table *features,
                                          citx_population **out,
                                          citx_error **err);

/**
 * The names of the instruments that ship with citx. `*out` is to be freed with citx_names_free. Status:
 * INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_instrument_builtin_names(citx_names **out, citx_error **err);

/**
 * An instrument that ships with citx, such as `tsm-2022` or `nps`. `*out` is to be freed with citx_instrument_free. Status:
 * UNKNOWN_NAME, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_instrument_builtin(citx_str name, citx_instrument **out, citx_error **err);

/**
 * An instrument of one's own from TOML text. `*out` is to be freed with citx_instrument_free. Status:
 * INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_instrument_parse(citx_str toml, citx_instrument **out, citx_error **err);

/**
 * An instrument of one's own from a TOML file. `*out` is to be freed with citx_instrument_free. Status: IO,
 * INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_instrument_read(citx_str path, citx_instrument **out, citx_error **err);

/**
 * An instrument of one scale, of which every measure is. `*out` is to be freed with citx_instrument_free. Status:
 * INVALID_ARGUMENT for a scale without answers, an answer named twice, a positive answer that is none, or an answer
 * without a number for a mean. Since 0.1.
 */
citx_status citx_instrument_scale(citx_str name, const citx_scale_options *options, citx_instrument **out, citx_error **err);

/**
 * Its name and version, valid until `instrument` is freed; none for NULL. Since 0.1.
 */
citx_str citx_instrument_name(const citx_instrument *instrument);

/**
 * Its measures as a table: measure, asks_about, scale, excluded, filter, tenures, not_applicable, source, figure, answers,
 * polarity, definition, experimental. Those of counts have no scale; their `answers` are numerator and denominator.
 *
 * `*out` is to be freed with citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_instrument_explain(const citx_instrument *instrument, citx_table **out, citx_error **err);

/**
 * A measure of counts, pooled over periods: the sum of the numerators by the sum of the denominators, never a mean of
 * means.
 *
 * `*out` is to be freed with citx_counted_free. Status: UNKNOWN_NAME for the measure, INVALID_ARGUMENT for counts below 0
 * or a part that is more than the whole, INSUFFICIENT_DATA where nothing was counted. Since 0.1.
 */
citx_status citx_instrument_counted(const citx_instrument *instrument,
                                    citx_str measure,
                                    citx_periods periods,
                                    citx_counted **out,
                                    citx_error **err);

/**
 * Where `estimate` stands among its national peers, such as `LCRA` in `2024/25`.
 *
 * `*out` is to be freed with citx_benchmark_free. Status: NOT_FOUND for a measure, peer group or year without figures,
 * INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_instrument_benchmark(const citx_instrument *instrument,
                                      citx_str measure,
                                      const citx_estimate *estimate,
                                      citx_str peer,
                                      citx_str year,
                                      citx_benchmark **out,
                                      citx_error **err);

/**
 * The sample that the standard requires of a population: `*required` answers for a margin of error of `*moe`, a
 * proportion; `*exact` is the number before rounding. Status: UNSUPPORTED for an instrument that requires none,
 * OUT_OF_RANGE, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_instrument_sample_size(const citx_instrument *instrument,
                                        uint64_t population,
                                        uint64_t *required,
                                        double *exact,
                                        double *moe,
                                        citx_error **err);

/**
 * That sample in another `form`: `plain`, n0 / (1 + n0 / N), or `cochran`, n0 / (1 + (n0 - 1) / N) (Cochran 1977, section
 * 4.4); empty for the standard's own. Status: as citx_instrument_sample_size. Since 0.1.
 */
citx_status citx_instrument_sample_size_by(const citx_instrument *instrument,
                                           uint64_t population,
                                           citx_str form,
                                           uint64_t *required,
                                           double *exact,
                                           double *moe,
                                           citx_error **err);

/**
 * The margin of error that `n` answers of `population` achieve by the standard's formula, a proportion. Status:
 * OUT_OF_RANGE, UNSUPPORTED, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_instrument_margin_of_error(const citx_instrument *instrument,
                                            uint64_t n,
                                            uint64_t population,
                                            double *out,
                                            citx_error **err);

/**
 * Frees an instrument; NULL does nothing. Since 0.1.
 */
void citx_instrument_free(citx_instrument *instrument);

/**
 * The quartile, 1 (best) to 4; 0 for NULL. Since 0.1.
 */
uint32_t citx_benchmark_quartile(const citx_benchmark *benchmark);

/**
 * How many peers; 0 for NULL. Since 0.1.
 */
uint64_t citx_benchmark_peers(const citx_benchmark *benchmark);

/**
 * The rank among the peers, 1 is best; 0 where the peers' figures are not known one by one. Since 0.1.
 */
uint64_t citx_benchmark_rank(const citx_benchmark *benchmark);

/**
 * Lower quartile of the peers, a proportion. Since 0.1.
 */
double citx_benchmark_lower_quartile(const citx_benchmark *benchmark);

/**
 * Median of the peers, a proportion. Since 0.1.
 */
double citx_benchmark_median(const citx_benchmark *benchmark);

/**
 * Upper quartile of the peers, a proportion. Since 0.1.
 */
double citx_benchmark_upper_quartile(const citx_benchmark *benchmark);

/**
 * Frees a benchmark; NULL does nothing. Since 0.1.
 */
void citx_benchmark_free(citx_benchmark *benchmark);

/**
 * The figure: a proportion where the numerator is part of the denominator. Not a number for NULL, here and below. Since
 * 0.1.
 */
double citx_counted_value(const citx_counted *counted);

/**
 * Sum of the numerators. Since 0.1.
 */
double citx_counted_numerator(const citx_counted *counted);

/**
 * Sum of the denominators. Since 0.1.
 */
double citx_counted_denominator(const citx_counted *counted);

/**
 * The standard's own text form. Since 0.1.
 */
citx_str citx_counted_published(const citx_counted *counted);

/**
 * Its unit, such as `percent`. Since 0.1.
 */
citx_str citx_counted_published_unit(const citx_counted *counted);

/**
 * Whether the value is exactly 1, which the text may say of one that is not; false for NULL. Since 0.1.
 */
bool citx_counted_is_exactly_1(const citx_counted *counted);

/**
 * The method in words. Since 0.1.
 */
citx_str citx_counted_definition(const citx_counted *counted);

/**
 * How many warnings it carries; 0 for NULL. Since 0.1.
 */
size_t citx_counted_num_warnings(const citx_counted *counted);

/**
 * The warning at `index`, from 0, such as `Experimental`; none beyond the end. Since 0.1.
 */
citx_str citx_counted_warning(const citx_counted *counted, size_t index);

/**
 * Frees a figure of counts; NULL does nothing. Since 0.1.
 */
void citx_counted_free(citx_counted *counted);

/**
 * Opens or creates the ledger at `path`; `:memory:` is one without a file. `read_only` refuses to append, and to
 * create.
 *
 * `*out` is to be freed with citx_ledger_free, which closes it; it may outlive `policy`. Status: IO, CORRUPTED where
 * the database is behind its head file, FORMAT_VERSION, BUSY, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_ledger_open(citx_str path, const citx_policy *policy, bool read_only, citx_ledger **out, citx_error **err);

/**
 * Appends one event; returns when it is durable, its number (1, 2, 3, ...) in `*id`.
 *
 * Status: INVALID_ARGUMENT, UNKNOWN_NAME for a purpose or channel that the policy does not have, CONFLICT for an
 * idempotency key used with other content, BUSY, IO, UNSUPPORTED where opened read only. Since 0.1.
 */
citx_status citx_ledger_append(const citx_ledger *ledger, const citx_event *event, uint64_t *id, citx_error **err);

/**
 * Appends a table's events, columns named as the fields of citx_event, in one transaction: all or none. `*appended` is
 * how many were new.
 *
 * Status: as citx_ledger_append, naming column and row. Since 0.1.
 */
citx_status citx_ledger_append_table(const citx_ledger *ledger, const citx_table *events, uint64_t *appended, citx_error **err);

/**
 * One decision at the instant `at`; a date starts at midnight in the controller's zone.
 *
 * `*out` is to be freed with citx_decision_free. Status: as citx_view_decide; IO and CORRUPTED where the ledger cannot
 * be read: it never decides then. Since 0.1.
 */
citx_status citx_ledger_decide(const citx_ledger *ledger,
                               const citx_question *question,
                               citx_str at,
                               citx_decision **out,
                               citx_error **err);

/**
 * The consent of everyone at the instant `at`; where `known_at` is not empty, as it was known then. Dates start at
 * midnight in the controller's zone.
 *
 * `*out` is to be freed with citx_view_free; it may outlive `ledger`. Status: IO, CORRUPTED, INVALID_ARGUMENT. Since
 * 0.1.
 */
citx_status citx_ledger_as_of(const citx_ledger *ledger, citx_str at, citx_str known_at, citx_view **out, citx_error **err);

/**
 * A citizen's events in order, with `id` and `recorded_at`: a table. `*out` is to be freed with citx_table_free.
 * Status: IO, CORRUPTED, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_ledger_history(const citx_ledger *ledger, citx_str citizen, citx_table **out, citx_error **err);

/**
 * Recomputes every hash and compares the head; `*verified` is how many events were verified. Status: CORRUPTED naming
 * the first bad event, IO, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_ledger_verify(const citx_ledger *ledger, uint64_t *verified, citx_error **err);

/**
 * The last event's number and chain hash in hex: kept elsewhere, it shows a later truncation.
 *
 * `*hash` is to be freed with citx_text_free. Status: IO, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_ledger_head(const citx_ledger *ledger, uint64_t *sequence, citx_text **hash, citx_error **err);

/**
 * Accepts the database at `path` as it is after a backup was restored: writes its head file anew. A deliberate act, on
 * a ledger that is not open.
 *
 * `*hash` is to be freed with citx_text_free. Status: IO, CORRUPTED where the chain does not verify, INVALID_ARGUMENT.
 * Since 0.1.
 */
citx_status citx_ledger_accept_head(citx_str path,
                                    const citx_policy *policy,
                                    uint64_t *sequence,
                                    citx_text **hash,
                                    citx_error **err);

/**
 * Erases a citizen: removes every personal value of theirs and leaves a suppression mark; the chain still verifies, and the citizen is
 * denied as erased from then on. `*id` is the number of the erasure. Status: NOT_FOUND for a citizen without events, IO, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_ledger_erase(const citx_ledger *ledger,
                              citx_str citizen,
                              uint64_t *id,
                              citx_error **err);

/**
 * How many events, in `*out`. Status: IO, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_ledger_len(const citx_ledger *ledger, uint64_t *out, citx_error **err);

/**
 * Closes a ledger; NULL does nothing. Since 0.1.
 */
void citx_ledger_free(citx_ledger *ledger);

/**
 * Sets `name` to a list, for has_any and has_all. The items are copied; none is the empty list. Status: INVALID_ARGUMENT
 * naming an item that is none, such as a list in a list, OUT_OF_RANGE for a date, BUSY. Since 0.1.
 */
citx_status citx_record_set_list(citx_record *record, citx_str name, citx_values items, citx_error **err);

/**
 * The items of a list. `*out` is to be freed with citx_list_free; it may outlive `record`. Status: as
 * citx_record_get_bool. Since 0.1.
 */
citx_status citx_record_get_list(const citx_record *record, citx_str name, citx_list **out, citx_error **err);

/**
 * How many items; 0 for NULL. Since 0.1.
 */
size_t citx_list_len(const citx_list *list);

/**
 * The item at `index`, from 0; its text is a view into `list`. Status: OUT_OF_RANGE, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_list_get(const citx_list *list, size_t index, citx_value *out, citx_error **err);

/**
 * Frees a list; NULL does nothing. Since 0.1.
 */
void citx_list_free(citx_list *list);

/**
 * Evaluates the book and keeps it up from then on.
 *
 * `as_of` and `time_zone` as citx_segment_book_evaluate; `sources` and `run` may be NULL. `*out` is to be freed with
 * citx_live_free; it may outlive all that it was made from. Status: as citx_segment_book_evaluate_with. Since 0.1.
 */
citx_status citx_live_new(const citx_segment_book *book,
                          const citx_population *people,
                          citx_str as_of,
                          citx_str time_zone,
                          const citx_sources *sources,
                          const citx_run_options *run,
                          citx_live **out,
                          citx_error **err);

/**
 * Writes one citizen: a name that `record` lacks keeps its value, a null writes null, a new key inserts.
 *
 * `*out` is to be freed with citx_changes_free. Status: UNKNOWN_NAME, INVALID_ARGUMENT for a value that does not fit its
 * attribute or a record without a key, BUSY. Since 0.1.
 */
citx_status citx_live_upsert(citx_live *live, const citx_record *record, citx_changes **out, citx_error **err);

/**
 * The same for many citizens, all or none, such as a table that came with citx_table_import_stream.
 *
 * `*out` is to be freed with citx_changes_free. Status: as citx_live_upsert. Since 0.1.
 */
citx_status citx_live_upsert_table(citx_live *live, const citx_table *rows, citx_changes **out, citx_error **err);

/**
 * Takes an event of a citizen, who need not be there yet. One that lies in the future counts when its time has come.
 *
 * `*out` is to be freed with citx_changes_free. Status: INVALID_ARGUMENT, LIMIT_EXCEEDED, BUSY. Since 0.1.
 */
citx_status citx_live_append(citx_live *live, const citx_live_event *event, citx_changes **out, citx_error **err);

/**
 * Moves time on to `as_of`: an instant, or a date, which starts at midnight in the segments' zone.
 *
 * `*out` is to be freed with citx_changes_free. Status: INVALID_ARGUMENT for an earlier time, BUSY. Since 0.1.
 */
citx_status citx_live_advance(citx_live *live, citx_str as_of, citx_changes **out, citx_error **err);

/**
 * Puts another consent view in the place of the one that may_contact asks. `run` may be NULL.
 *
 * `*out` is to be freed with citx_changes_free. Status: UNKNOWN_NAME for a purpose or channel, CANCELLED,
 * INVALID_ARGUMENT, BUSY. Since 0.1.
 */
citx_status citx_live_set_view(citx_live *live,
                               const citx_view *view,
                               const citx_run_options *run,
                               citx_changes **out,
                               citx_error **err);

/**
 * Whether a change is due if nothing but time moves: then `*known` is true and `*out` the next such instant, in
 * microseconds since 1970-01-01T00:00:00Z; otherwise `*out` is 0. Status: INVALID_ARGUMENT, BUSY. Since 0.1.
 */
citx_status citx_live_next_change_at(citx_live *live, bool *known, int64_t *out, citx_error **err);

/**
 * How many changes there have been. Status: INVALID_ARGUMENT, BUSY. Since 0.1.
 */
citx_status citx_live_seq(const citx_live *live, uint64_t *out, citx_error **err);

/**
 * How many members each segment has: a table of `segment` and `count`. `*out` is to be freed with citx_table_free.
 * Status: INVALID_ARGUMENT, BUSY. Since 0.1.
 */
citx_status citx_live_counts(const citx_live *live, citx_table **out, citx_error **err);

/**
 * The keys of one segment's members, in the key's own type: a table of one column. `*out` is to be freed with
 * citx_table_free. Status: UNKNOWN_NAME, INVALID_ARGUMENT, BUSY. Since 0.1.
 */
citx_status citx_live_members(const citx_live *live, citx_str segment, citx_table **out, citx_error **err);

/**
 * Who is in which segment now, as citx_segment_book_evaluate gives it. `*out` is to be freed with citx_membership_free;
 * it may outlive `live`. Status: INVALID_ARGUMENT, BUSY. Since 0.1.
 */
citx_status citx_live_membership(const citx_live *live, citx_membership **out, citx_error **err);

/**
 * The citizens as they are now. `*out` is to be freed with citx_population_free; it may outlive `live`. Status:
 * INVALID_ARGUMENT, BUSY. Since 0.1.
 */
citx_status citx_live_population(const citx_live *live, citx_population **out, citx_error **err);

/**
 * All that citx_live_restore needs to go on from here: personal data. `*out` is to be freed with citx_bytes_free.
 * Status: UNSUPPORTED, LIMIT_EXCEEDED, INVALID_ARGUMENT, BUSY. Since 0.1.
 */
citx_status citx_live_snapshot(const citx_live *live, citx_bytes **out, citx_error **err);

/**
 * Goes on from a snapshot, `len` bytes at `bytes`, which are read during the call only, with the book that it was taken
 * with, and with `view` if its rules ask for consent; `view` and `run` may be NULL.
 *
 * `*out` is to be freed with citx_live_free. Status: CORRUPTED, CONFLICT for another book, FORMAT_VERSION for a later
 * version's snapshot, INVALID_ARGUMENT, CANCELLED. Since 0.1.
 */
citx_status citx_live_restore(const citx_segment_book *book,
                              const uint8_t *bytes,
                              size_t len,
                              const citx_view *view,
                              const citx_run_options *run,
                              citx_live **out,
                              citx_error **err);

/**
 * Frees live segments; NULL does nothing. Since 0.1.
 */
void citx_live_free(citx_live *live);

/**
 * The figures of a table, one row for each measure or part, and landlord. `options` may be NULL.
 *
 * `*out` is to be freed with citx_management_free. Status: UNKNOWN_NAME for a column or measure, INVALID_ARGUMENT naming column
 * and row for a count that is neither a number of 0 or more nor a symbol, for a part or tenure that the measure does not have,
 * and for a measure that is there twice. Since 0.1.
 */
citx_status citx_management_from_table(const citx_table *table,
                                       const citx_management_options *options,
                                       citx_management **out,
                                       citx_error **err);

/**
 * The landlords, sorted; none where the table names none. `*out` is to be freed with
 * citx_names_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_management_units(const citx_management *management, citx_names **out, citx_error **err);

/**
 * The figures of one landlord.
 *
 * `*out` is to be freed with citx_management_free. Status: NOT_FOUND, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_management_of_unit(const citx_management *management, citx_str unit, citx_management **out, citx_error **err);

/**
 * The figures: unit, tenure, measure, counts, of, numerator, denominator, value, value_unit, published, published_unit,
 * symbol, is_exactly_100, to_publish. `*out` is to be freed with
 * citx_table_free. Status: LIMIT_EXCEEDED, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_management_table(const citx_management *management, citx_table **out, citx_error **err);

/**
 * What does not fit together: unit, code, tenure, measure, sentence. `*out` is to be freed with
 * citx_table_free. Status: LIMIT_EXCEEDED, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_management_checks(const citx_management *management, citx_table **out, citx_error **err);

/**
 * Frees management figures; NULL does nothing. Since 0.1.
 */
void citx_management_free(citx_management *management);

/**
 * How many segments; 0 for NULL. Since 0.1.
 */
size_t citx_membership_len(const citx_membership *membership);

/**
 * The name of the segment at `index`, from 0 in the book's order, valid until `membership` is freed; none beyond the
 * end. Since 0.1.
 */
citx_str citx_membership_name(const citx_membership *membership, size_t index);

/**
 * How many members the segment at `index` has; 0 beyond the end. Since 0.1.
 */
size_t citx_membership_count(const citx_membership *membership, size_t index);

/**
 * One segment by name. `*out` is to be freed with citx_segment_free; it may outlive `membership`. Status:
 * UNKNOWN_NAME, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_membership_segment(const citx_membership *membership, citx_str name, citx_segment **out, citx_error **err);

/**
 * The key and one boolean column for each segment. `*out` is to be freed with citx_table_free. Status:
 * INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_membership_table(const citx_membership *membership, citx_table **out, citx_error **err);

/**
 * Frees a membership; NULL does nothing. Since 0.1.
 */
void citx_membership_free(citx_membership *membership);

/**
 * How many members; 0 for NULL. Since 0.1.
 */
size_t citx_segment_len(const citx_segment *segment);

/**
 * What it is called; a combination is called by its expression, such as `a & ~b`. Valid until `segment` is freed; none
 * for NULL. Since 0.1.
 */
citx_str citx_segment_name(const citx_segment *segment);

/**
 * The members' keys in population order, in the key's own type: a table of one column. `*out` is to be freed with
 * citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_segment_keys(const citx_segment *segment, citx_table **out, citx_error **err);

/**
 * Whether each citizen is a member, in population order, without nulls: a table of one column. `*out` is to be freed
 * with citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_segment_mask(const citx_segment *segment, citx_table **out, citx_error **err);

/**
 * The attributes that its rules read, sorted. `*out` is to be freed with citx_names_free. Status: INVALID_ARGUMENT.
 * Since 0.1.
 */
citx_status citx_segment_columns_used(const citx_segment *segment, citx_names **out, citx_error **err);

/**
 * Members of both. `*out` is to be freed with citx_segment_free. Status: INVALID_ARGUMENT, also for segments of two
 * populations. Since 0.1.
 */
citx_status citx_segment_and(const citx_segment *segment, const citx_segment *other, citx_segment **out, citx_error **err);

/**
 * Members of either. `*out` is to be freed with citx_segment_free. Status: as citx_segment_and. Since 0.1.
 */
citx_status citx_segment_or(const citx_segment *segment, const citx_segment *other, citx_segment **out, citx_error **err);

/**
 * Members of `segment` that are not in `other`. `*out` is to be freed with citx_segment_free. Status: as
 * citx_segment_and. Since 0.1.
 */
citx_status citx_segment_minus(const citx_segment *segment, const citx_segment *other, citx_segment **out, citx_error **err);

/**
 * Everyone who is not a member, those for whom the rule is unknown included. `*out` is to be freed with
 * citx_segment_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_segment_complement(const citx_segment *segment, citx_segment **out, citx_error **err);

/**
 * Frees a segment; NULL does nothing. Since 0.1.
 */
void citx_segment_free(citx_segment *segment);

/**
 * Every segment against every other: a table of `a`, `b`, `both`, `either` and `jaccard`, null where both are empty.
 *
 * `run` may be NULL. `*out` is to be freed with citx_table_free. Status: LIMIT_EXCEEDED, CANCELLED, INVALID_ARGUMENT.
 * Since 0.1.
 */
citx_status citx_membership_overlap(const citx_membership *membership,
                                    const citx_run_options *run,
                                    citx_table **out,
                                    citx_error **err);

/**
 * Every segment against the groups of `column`, an attribute or `segment:NAME`.
 *
 * `run` may be NULL. `*out` is to be freed with citx_table_free. Status: UNKNOWN_NAME, INVALID_ARGUMENT for a column that
 * makes no groups, LIMIT_EXCEEDED, CANCELLED. Since 0.1.
 */
citx_status citx_membership_crosstab(const citx_membership *membership,
                                     citx_str column,
                                     const citx_run_options *run,
                                     citx_table **out,
                                     citx_error **err);

/**
 * The same segments, each citizen only in the first that has them. `*out` is to be freed with citx_membership_free.
 * Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_membership_exclusive(const citx_membership *membership, citx_membership **out, citx_error **err);

/**
 * Some of the segments, in this order. `*out` is to be freed with citx_membership_free. Status: UNKNOWN_NAME,
 * INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_membership_select(const citx_membership *membership, citx_strs names, citx_membership **out, citx_error **err);

/**
 * The segments that one citizen is in, by key, a whole number written as text. `*out` is to be freed with
 * citx_names_free. Status: NOT_FOUND, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_membership_segments_of(const citx_membership *membership, citx_str key, citx_names **out, citx_error **err);

/**
 * The members' rows, counted from 0, as portable Roaring bytes of 32 bits. `*out` is to be freed with citx_bytes_free.
 * Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_segment_to_roaring(const citx_segment *segment, citx_bytes **out, citx_error **err);

/**
 * A segment called `name` of the rows in `len` portable Roaring bytes at `bytes`, which are read during the call only.
 *
 * `as_of` and `time_zone` as citx_segment_book_evaluate. `*out` is to be freed with citx_segment_free; it may outlive
 * `people`. Status: CORRUPTED, OUT_OF_RANGE for a row that the population does not have, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_segment_from_roaring(const citx_population *people,
                                      citx_str name,
                                      citx_str as_of,
                                      citx_str time_zone,
                                      const uint8_t *bytes,
                                      size_t len,
                                      citx_segment **out,
                                      citx_error **err);

/**
 * The same segment, decided by these attributes: citx_segment_from_roaring cannot know them, and an audience asks whether
 * any is sensitive. `*out` is to be freed with citx_segment_free. Status: UNKNOWN_NAME, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_segment_with_columns_used(const citx_segment *segment, citx_strs columns, citx_segment **out, citx_error **err);

/**
 * Who is in which segment of `book`, from members that were kept: one bitmap for each segment, in any order.
 *
 * `as_of` and `time_zone` as citx_segment_book_evaluate, of the evaluation that was kept. `*out` is to be freed with
 * citx_membership_free; it may outlive `book` and `people`. Status: CORRUPTED, OUT_OF_RANGE for a row that the population
 * does not have, UNKNOWN_NAME for a segment or attribute, RULE_TYPE, INVALID_ARGUMENT for a segment that comes twice or not
 * at all. Since 0.1.
 */
citx_status citx_membership_from_roaring(const citx_segment_book *book,
                                         const citx_population *people,
                                         citx_str as_of,
                                         citx_str time_zone,
                                         citx_bitmaps segments,
                                         citx_membership **out,
                                         citx_error **err);

/**
 * A policy that ships with citx, such as `uk-2026`. `*out` is to be freed with citx_policy_free. Status: UNKNOWN_NAME,
 * INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_policy_builtin(citx_str name, citx_policy **out, citx_error **err);

/**
 * A policy from its TOML text. `*out` is to be freed with citx_policy_free. Status: POLICY_INVALID,
 * POLICY_UNSUPPORTED, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_policy_parse(citx_str toml, citx_policy **out, citx_error **err);

/**
 * A policy from a TOML file. `*out` is to be freed with citx_policy_free. Status: IO, and as citx_policy_parse. Since
 * 0.1.
 */
citx_status citx_policy_read(citx_str path, citx_policy **out, citx_error **err);

/**
 * The same rules for this body. `kind` is `public_authority`, `housing_association`, `charity` or `company`; its days
 * begin in `time_zone`.
 *
 * `*out` is to be freed with citx_policy_free; `policy` stays valid. Status: INVALID_ARGUMENT, UNKNOWN_NAME for the
 * zone. Since 0.1.
 */
citx_status citx_policy_with_controller(const citx_policy *policy,
                                        citx_str name,
                                        citx_str kind,
                                        citx_str time_zone,
                                        citx_policy **out,
                                        citx_error **err);

/**
 * The same with one more purpose, or another one of that name.
 *
 * `*out` is to be freed with citx_policy_free; `policy` stays valid. Status: INVALID_ARGUMENT, UNKNOWN_NAME for a
 * constant. Since 0.1.
 */
citx_status citx_policy_with_purpose(const citx_policy *policy, const citx_purpose *purpose, citx_policy **out, citx_error **err);

/**
 * The same with more quiet hours, in which permitted messages are deferred.
 *
 * `*out` is to be freed with citx_policy_free; `policy` stays valid. Status: POLICY_INVALID for a time or day that is none, or
 * an unknown kind or class, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_policy_with_quiet_hours(const citx_policy *policy,
                                         const citx_quiet_hours *quiet_hours,
                                         citx_policy **out,
                                         citx_error **err);

/**
 * The same with one more cap on how often a citizen is contacted, counted from events `disclosed`, which writing an
 * audience appends to the ledger.
 *
 * `*out` is to be freed with citx_policy_free; `policy` stays valid. Status: POLICY_INVALID for no message, a time that is
 * none, or an unknown kind or class, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_policy_with_frequency_cap(const citx_policy *policy,
                                           const citx_frequency_cap *cap,
                                           citx_policy **out,
                                           citx_error **err);

/**
 * `uk-2026@1.0.0#hash`; the hash covers rules, controller, purposes, quiet hours and caps. Valid until `policy` is freed; none for NULL.
 * Since 0.1.
 */
citx_str citx_policy_id(const citx_policy *policy);

/**
 * Its rules: a table of `order`, `stage`, `id`, `guard`, `outcome`, `basis`, `when_unknown`, `because`, `reason`,
 * `condition`, `source`, `confidence`, `reach`, in the order in which they are asked.
 *
 * `*out` is to be freed with citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_policy_explain(const citx_policy *policy, citx_table **out, citx_error **err);

/**
 * The rules that can be shown never to decide: a table of `rule` and `finding`, a row each.
 *
 * `*out` is to be freed with citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_policy_check(const citx_policy *policy, citx_table **out, citx_error **err);

/**
 * Which rules can allow a message: a table with a row for each message class and a column for each kind of channel.
 *
 * `*out` is to be freed with citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_policy_compact(const citx_policy *policy, citx_table **out, citx_error **err);

/**
 * What is different in `other`: a table of `what`, `name`, `change`, `field`, `from`, `to`.
 *
 * `*out` is to be freed with citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_policy_diff(const citx_policy *policy, const citx_policy *other, citx_table **out, citx_error **err);

/**
 * The channels it knows. `*out` is to be freed with citx_names_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_policy_channels(const citx_policy *policy, citx_names **out, citx_error **err);

/**
 * The facts that a question may carry: a table of `name` and `type`. `*out` is to be freed with citx_table_free.
 * Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_policy_facts(const citx_policy *policy, citx_table **out, citx_error **err);

/**
 * The slot of the fact `name`, for the citx_facts_set functions with facts of this policy. Status: UNKNOWN_NAME,
 * INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_policy_fact(const citx_policy *policy, citx_str name, uint32_t *slot, citx_error **err);

/**
 * Frees a policy; NULL does nothing. Since 0.1.
 */
void citx_policy_free(citx_policy *policy);

/**
 * No facts yet; what is not set is unknown. `*out` is to be freed with citx_facts_free; it may outlive `policy`.
 * Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_facts_new(const citx_policy *policy, citx_facts **out, citx_error **err);

/**
 * Sets a fact to true or false. Status: OUT_OF_RANGE for the slot, INVALID_ARGUMENT, BUSY. A value of another type
 * than the fact's is found when a decision is asked. Since 0.1.
 */
citx_status citx_facts_set_bool(citx_facts *facts, uint32_t slot, bool value, citx_error **err);

/**
 * Sets a fact to a whole number. Status: as citx_facts_set_bool. Since 0.1.
 */
citx_status citx_facts_set_int(citx_facts *facts, uint32_t slot, int64_t value, citx_error **err);

/**
 * Sets a fact to a floating point number. Status: as citx_facts_set_bool. Since 0.1.
 */
citx_status citx_facts_set_float(citx_facts *facts, uint32_t slot, double value, citx_error **err);

/**
 * Sets a fact to text, which is copied. Status: as citx_facts_set_bool. Since 0.1.
 */
citx_status citx_facts_set_str(citx_facts *facts, uint32_t slot, citx_str value, citx_error **err);

/**
 * Sets a fact to a date: days since 1970-01-01. Status: as citx_facts_set_bool. Since 0.1.
 */
citx_status citx_facts_set_date(citx_facts *facts, uint32_t slot, int32_t days, citx_error **err);

/**
 * Sets a fact to an instant: microseconds since 1970-01-01T00:00:00Z. Status: as citx_facts_set_bool. Since 0.1.
 */
citx_status citx_facts_set_instant(citx_facts *facts, uint32_t slot, int64_t micros, citx_error **err);

/**
 * Sets a fact to null: unknown. Status: as citx_facts_set_bool. Since 0.1.
 */
citx_status citx_facts_set_null(citx_facts *facts, uint32_t slot, citx_error **err);

/**
 * Forgets all facts, so that the same object serves the next decision. Status: INVALID_ARGUMENT, BUSY. Since 0.1.
 */
citx_status citx_facts_clear(citx_facts *facts, citx_error **err);

/**
 * Frees facts; NULL does nothing. Since 0.1.
 */
void citx_facts_free(citx_facts *facts);

/**
 * Citizens from a table whose column `key` names each; `table` stays the caller's.
 *
 * `*out` is to be freed with citx_population_free. Status: UNKNOWN_NAME, INVALID_ARGUMENT naming the rows whose key is
 * null or there twice. Since 0.1.
 */
citx_status citx_population_from_table(const citx_table *table, citx_str key, citx_population **out, citx_error **err);

/**
 * Citizens from a `.csv`, `.parquet`, `.arrow` or `.xlsx` file whose column `key` names each.
 *
 * `*out` is to be freed with citx_population_free. Status: IO, UNKNOWN_NAME, INVALID_ARGUMENT naming file, column and
 * row, UNSUPPORTED. Since 0.1.
 */
citx_status citx_population_read(citx_str path,
                                 citx_str key,
                                 const citx_read_options *options,
                                 citx_population **out,
                                 citx_error **err);

/**
 * How many citizens; 0 for NULL. Since 0.1.
 */
size_t citx_population_len(const citx_population *people);

/**
 * The name of the key column, valid until `people` is freed; none for NULL. Since 0.1.
 */
citx_str citx_population_key(const citx_population *people);

/**
 * The attributes: a table of `name` and `type`, the types as rules see them. `*out` is to be freed with
 * citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_population_schema(const citx_population *people, citx_table **out, citx_error **err);

/**
 * All citizens as a table, the types as they came. `*out` is to be freed with citx_table_free. Status:
 * INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_population_table(const citx_population *people, citx_table **out, citx_error **err);

/**
 * The rows that were set aside, with a reason; no rows unless quarantined. `*out` is to be freed with citx_table_free.
 * Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_population_rejected(const citx_population *people, citx_table **out, citx_error **err);

/**
 * One citizen by key, a whole number written as text. `*out` is to be freed with citx_record_free. Status: NOT_FOUND,
 * INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_population_row(const citx_population *people, citx_str key, citx_record **out, citx_error **err);

/**
 * A new population with `rows` written into it: an absent column keeps its value, a null writes null, a new key
 * inserts. The old one stays valid.
 *
 * `*out` is to be freed with citx_population_free. Status: UNKNOWN_NAME, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_population_upsert(const citx_population *people,
                                   const citx_table *rows,
                                   citx_population **out,
                                   citx_error **err);

/**
 * The same citizens, knowing which columns are facts.
 *
 * `*out` is to be freed with citx_population_free. Status: UNKNOWN_NAME, INVALID_ARGUMENT for a column that cannot be
 * that fact. Since 0.1.
 */
citx_status citx_population_with_facts(const citx_population *people,
                                       const citx_fact_columns *facts,
                                       citx_population **out,
                                       citx_error **err);

/**
 * Frees a population; NULL does nothing. Since 0.1.
 */
void citx_population_free(citx_population *people);

/**
 * Runs the project file at `path` for `as_of` (a date, an instant, or `now`) and writes its results, as the program `citx` does.
 *
 * `run` may be NULL. `*out` is what was found and written, as JSON, to be freed with citx_text_free. Status: any; nothing half written is left. Since 0.1.
 */
citx_status citx_run(citx_str path,
                     citx_str as_of,
                     const citx_run_options *run,
                     citx_text **out,
                     citx_error **err);

/**
 * A provider for everyone in a view; whose contact point one is, say its events and the contact columns of `people`, which
 * may be NULL. `mapping` is TOML that says what a tenant's identifiers mean (docs/spec/records.md).
 *
 * `*out` is to be freed with citx_provider_free; it may outlive `view` and `people`. Status: INVALID_ARGUMENT for text that
 * is no mapping, UNKNOWN_NAME for a purpose or channel that the policy does not have, or a mapped column. Since 0.1.
 */
citx_status citx_provider_new(const citx_view *view,
                              const citx_population *people,
                              citx_str mapping,
                              citx_provider **out,
                              citx_error **err);

/**
 * The same with the mapping in a file. Status: IO, and as citx_provider_new. Since 0.1.
 */
citx_status citx_provider_read(const citx_view *view,
                               const citx_population *people,
                               citx_str path,
                               citx_provider **out,
                               citx_error **err);

/**
 * Answers a request: JSON in, JSON out. `tokens` may be NULL where no unsubscribe address is wanted.
 *
 * What has no place in the mapping is denied, which is not an error. `*json` is to be freed with citx_text_free. Status:
 * INVALID_ARGUMENT for text that is no such request, or an address wanted that cannot be made; LIMIT_EXCEEDED for more than
 * 1,000 contact points, one of more than 1,024 bytes, or more than 1 MiB. Since 0.1.
 */
citx_status citx_provider_answer(const citx_provider *provider,
                                 citx_str request,
                                 const citx_tokens *tokens,
                                 citx_text **json,
                                 citx_error **err);

/**
 * Frees a provider; NULL does nothing. Since 0.1.
 */
void citx_provider_free(citx_provider *provider);

/**
 * An empty record. `*out` is to be freed with citx_record_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_record_new(citx_record **out, citx_error **err);

/**
 * Sets `name` to null: known to be not known. Status: INVALID_ARGUMENT, BUSY. Since 0.1.
 */
citx_status citx_record_set_null(citx_record *record, citx_str name, citx_error **err);

/**
 * Sets `name` to true or false. Status: INVALID_ARGUMENT, BUSY. Since 0.1.
 */
citx_status citx_record_set_bool(citx_record *record, citx_str name, bool value, citx_error **err);

/**
 * Sets `name` to a whole number. Status: INVALID_ARGUMENT, BUSY. Since 0.1.
 */
citx_status citx_record_set_int(citx_record *record, citx_str name, int64_t value, citx_error **err);

/**
 * Sets `name` to a floating point number. Status: INVALID_ARGUMENT, BUSY. Since 0.1.
 */
citx_status citx_record_set_float(citx_record *record, citx_str name, double value, citx_error **err);

/**
 * Sets `name` to an exact decimal written as `-12.340`. Status: INVALID_ARGUMENT, BUSY. Since 0.1.
 */
citx_status citx_record_set_decimal(citx_record *record, citx_str name, citx_str value, citx_error **err);

/**
 * Sets `name` to text, which is copied. Status: INVALID_ARGUMENT, BUSY. Since 0.1.
 */
citx_status citx_record_set_str(citx_record *record, citx_str name, citx_str value, citx_error **err);

/**
 * Sets `name` to a date: days since 1970-01-01. Status: INVALID_ARGUMENT, BUSY. Since 0.1.
 */
citx_status citx_record_set_date(citx_record *record, citx_str name, int32_t days, citx_error **err);

/**
 * Sets `name` to an instant: microseconds since 1970-01-01T00:00:00Z. Status: INVALID_ARGUMENT, BUSY. Since 0.1.
 */
citx_status citx_record_set_instant(citx_record *record, citx_str name, int64_t micros, citx_error **err);

/**
 * How many names. Status: INVALID_ARGUMENT, BUSY. Since 0.1.
 */
citx_status citx_record_len(const citx_record *record, size_t *out, citx_error **err);

/**
 * The name at `index`, from 0: a view into `record`. Status: OUT_OF_RANGE, INVALID_ARGUMENT, BUSY. Since 0.1.
 */
citx_status citx_record_name(const citx_record *record, size_t index, citx_str *out, citx_error **err);

/**
 * The kind of value that `name` has: one of CITX_TYPE_*. Status: UNKNOWN_NAME, INVALID_ARGUMENT, BUSY. Since 0.1.
 */
citx_status citx_record_type(const citx_record *record, citx_str name, citx_type *out, citx_error **err);

/**
 * The value of a boolean. Status: UNKNOWN_NAME, INVALID_ARGUMENT for a value of another type or null, BUSY. Since 0.1.
 */
citx_status citx_record_get_bool(const citx_record *record, citx_str name, bool *out, citx_error **err);

/**
 * The value of a whole number. Status: as citx_record_get_bool. Since 0.1.
 */
citx_status citx_record_get_int(const citx_record *record, citx_str name, int64_t *out, citx_error **err);

/**
 * The value of a floating point number. Status: as citx_record_get_bool. Since 0.1.
 */
citx_status citx_record_get_float(const citx_record *record, citx_str name, double *out, citx_error **err);

/**
 * The value of a decimal, written as `-12.340`. `*out` is to be freed with citx_text_free. Status: as
 * citx_record_get_bool. Since 0.1.
 */
citx_status citx_record_get_decimal(const citx_record *record, citx_str name, citx_text **out, citx_error **err);

/**
 * The value of a text: a view into `record`. Status: as citx_record_get_bool. Since 0.1.
 */
citx_status citx_record_get_str(const citx_record *record, citx_str name, citx_str *out, citx_error **err);

/**
 * The value of a date: days since 1970-01-01. Status: as citx_record_get_bool. Since 0.1.
 */
citx_status citx_record_get_date(const citx_record *record, citx_str name, int32_t *out, citx_error **err);

/**
 * The value of an instant: microseconds since 1970-01-01T00:00:00Z. Status: as citx_record_get_bool. Since 0.1.
 */
citx_status citx_record_get_instant(const citx_record *record, citx_str name, int64_t *out, citx_error **err);

/**
 * Frees a record; NULL does nothing. Since 0.1.
 */
void citx_record_free(citx_record *record);

/**
 * The days since 1970-01-01 of a date such as `2026-11-22`. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_date_parse(citx_str text, int32_t *out, citx_error **err);

/**
 * The microseconds since 1970-01-01T00:00:00Z of an instant such as `2026-11-22T09:30:00Z`, or of a date, which starts
 * at midnight in `time_zone` (UTC if empty). Status: INVALID_ARGUMENT, UNKNOWN_NAME for the zone, OUT_OF_RANGE. Since
 * 0.1.
 */
citx_status citx_instant_parse(citx_str text, citx_str time_zone, int64_t *out, citx_error **err);

/**
 * The rule of the segment at `index`, from 0, as it was written: a view, valid until `book` is freed; none beyond the
 * end. Since 0.1.
 */
citx_str citx_segment_book_rule(const citx_segment_book *book, size_t index);

/**
 * Its description, as citx_segment_book_rule; none where there is none. Since 0.1.
 */
citx_str citx_segment_book_description(const citx_segment_book *book, size_t index);

/**
 * Its owner, as citx_segment_book_rule; none where there is none. Since 0.1.
 */
citx_str citx_segment_book_owner(const citx_segment_book *book, size_t index);

/**
 * The date by which it is to be reviewed, such as `2027-04-01`, as citx_segment_book_rule; none where there is none.
 * Since 0.1.
 */
citx_str citx_segment_book_review_by(const citx_segment_book *book, size_t index);

/**
 * The segments to be reviewed by `date`, such as `2026-11-22`. `*out` is to be freed with citx_names_free. Status:
 * INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_segment_book_due_for_review(const citx_segment_book *book, citx_str date, citx_names **out, citx_error **err);

/**
 * The same book, which knows `len` places by `name`, for within_m_any: latitudes and longitudes in degrees. Places that
 * had the name are replaced.
 *
 * `latitudes` and `longitudes` are read during the call only. `*out` is to be freed with citx_segment_book_free. Status:
 * INVALID_ARGUMENT for a name, OUT_OF_RANGE for a place that is not on the Earth, LIMIT_EXCEEDED. Since 0.1.
 */
citx_status citx_segment_book_with_places(const citx_segment_book *book,
                                          citx_str name,
                                          const double *latitudes,
                                          const double *longitudes,
                                          size_t len,
                                          citx_segment_book **out,
                                          citx_error **err);

/**
 * The book as JSON, see docs/spec/book.schema.json. `*out` is to be freed with citx_text_free. Status: INVALID_ARGUMENT.
 * Since 0.1.
 */
citx_status citx_segment_book_to_json(const citx_segment_book *book, citx_text **out, citx_error **err);

/**
 * A book from JSON. `*out` is to be freed with citx_segment_book_free. Status: INVALID_ARGUMENT or RULE_SYNTAX naming
 * the path, and as citx_segment_book_new. Since 0.1.
 */
citx_status citx_segment_book_from_json(citx_str json, citx_segment_book **out, citx_error **err);

/**
 * Every rule as a condition of a database, over columns named and typed as the attributes of `people`: a table of
 * `segment` and `sql`. `dialect` is `duckdb`, `postgres` or `spark`.
 *
 * `as_of` and `time_zone` as citx_segment_book_evaluate. `*out` is to be freed with citx_table_free. Status: UNSUPPORTED
 * for what the dialect cannot say, INVALID_ARGUMENT for a dialect, UNKNOWN_NAME, RULE_TYPE. Since 0.1.
 */
citx_status citx_segment_book_to_sql(const citx_segment_book *book,
                                     citx_str dialect,
                                     const citx_population *people,
                                     citx_str as_of,
                                     citx_str time_zone,
                                     citx_table **out,
                                     citx_error **err);

/**
 * At most how many bytes citx_segment_book_evaluate takes, its result included, with the threads of `run`, which may be
 * NULL. Status: UNKNOWN_NAME, RULE_TYPE, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_segment_book_memory_needed(const citx_segment_book *book,
                                            const citx_population *people,
                                            const citx_run_options *run,
                                            uint64_t *out,
                                            citx_error **err);

/**
 * Corrects an event that was recorded wrongly: takes its personal values out of the ledger and appends `corrected` in the
 * same transaction; `*id` is the number of the corrected event. An erasure stands.
 *
 * Status: NOT_FOUND for an event that is not there, was erased or is an erasure; INVALID_ARGUMENT, for a correction that
 * says the same too; the others as citx_ledger_append, CONFLICT where the corrected event is there already. Since 0.1.
 */
citx_status citx_ledger_rectify(const citx_ledger *ledger,
                                uint64_t event_id,
                                const citx_event *corrected,
                                uint64_t *id,
                                citx_error **err);

/**
 * Says that two records are of one person from the instant `at` on: each then counts for both, and no event of either
 * changes. `actor` is who found it out; it may be empty. `*id` is the number of the event that `citizen` gets; that of
 * `other` is the next.
 *
 * Status: INVALID_ARGUMENT, for a record and itself too; NOT_FOUND where neither has an event; IO. Since 0.1.
 */
citx_status citx_ledger_merge(const citx_ledger *ledger,
                              citx_str citizen,
                              citx_str other,
                              citx_str at,
                              citx_str actor,
                              uint64_t *id,
                              citx_error **err);

/**
 * Says that two merged records are of two people after all: from the instant `at` on each counts for itself. The rest is
 * as for citx_ledger_merge.
 *
 * Status: INVALID_ARGUMENT, NOT_FOUND, IO. Since 0.1.
 */
citx_status citx_ledger_unmerge(const citx_ledger *ledger,
                                citx_str citizen,
                                citx_str other,
                                citx_str at,
                                citx_str actor,
                                uint64_t *id,
                                citx_error **err);

/**
 * Everything that is held about a citizen, as JSON: the ledger's events, decisions and recipients; the attributes in
 * `people` and, of those, why the citizen is in each segment of `book` or not. Both may be NULL. An empty `at` is now.
 *
 * `*json` is to be freed with citx_text_free. Status: IO, CORRUPTED, UNKNOWN_NAME, RULE_TYPE, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_ledger_subject_access(const citx_ledger *ledger,
                                       citx_str citizen,
                                       citx_str at,
                                       const citx_population *people,
                                       const citx_segment_book *book,
                                       citx_text **json,
                                       citx_error **err);

/**
 * The receipt of one event, as JSON shaped after ISO/IEC TS 27560, of what the policy knows of controller and purpose.
 *
 * `*json` is to be freed with citx_text_free. Status: NOT_FOUND for an event that is not there or was erased,
 * INVALID_ARGUMENT, for one without a purpose too, IO, CORRUPTED. Since 0.1.
 */
citx_status citx_ledger_receipt(const citx_ledger *ledger, uint64_t event_id, citx_text **json, citx_error **err);

/**
 * How many events there are, and the root of the Merkle tree over their hashes (RFC 9162) in hex: noted elsewhere, it
 * lets single events be proved later.
 *
 * `*root` is to be freed with citx_text_free. Status: INSUFFICIENT_DATA for a ledger without events, IO, CORRUPTED,
 * INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_ledger_root(const citx_ledger *ledger, uint64_t *size, citx_text **root, citx_error **err);

/**
 * Proves, as JSON, that an event is among the first `size`, for whoever has their root. The proof holds the event's
 * personal values.
 *
 * `*json` is to be freed with citx_text_free. Status: NOT_FOUND for an event that is not among them, OUT_OF_RANGE for
 * more than there are, IO, CORRUPTED, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_ledger_prove(const citx_ledger *ledger, uint64_t event_id, uint64_t size, citx_text **json, citx_error **err);

/**
 * Checks a proof, without the ledger, against a size and root that were noted; `*event_id` is what it proves.
 *
 * Status: CORRUPTED where it does not prove its event for this root, FORMAT_VERSION, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_verify_proof(citx_str proof, uint64_t size, citx_str root, uint64_t *event_id, citx_error **err);

/**
 * A token that has not been cancelled. `*out` is to be freed with citx_cancel_free. Status: INVALID_ARGUMENT. Since
 * 0.1.
 */
citx_status citx_cancel_new(citx_cancel **out, citx_error **err);

/**
 * Asks the calls that hold the token to stop. Any thread, at any time; NULL does nothing. Since 0.1.
 */
void citx_cancel_set(const citx_cancel *cancel);

/**
 * Whether it was asked; false for NULL. Since 0.1.
 */
bool citx_cancel_is_set(const citx_cancel *cancel);

/**
 * Frees a token that no call holds any more; NULL does nothing. Since 0.1.
 */
void citx_cancel_free(citx_cancel *cancel);

/**
 * A random sample without replacement of `n` citizens, within strata where they are named, or of one citizen of each of `n`
 * households. Neither the order of rows nor threads can change it.
 *
 * The table: the key's own name, stratum, unit (the household, or the key), probability, weight, stratum_population and
 * stratum_sample (in units); sorted by stratum and key. `options` may be NULL. `*out` is to be freed with citx_table_free.
 * Status: OUT_OF_RANGE for 0 or more than there are, INVALID_ARGUMENT naming the row of a null stratum or household or of a
 * household in two strata, UNKNOWN_NAME for a column, or a stratum that is not there. Since 0.1.
 */
citx_status citx_population_draw(const citx_population *people,
                                 uint64_t n,
                                 const citx_draw_options *options,
                                 citx_table **out,
                                 citx_error **err);

/**
 * The outcome rates of a sample's final dispositions by AAPOR's Standard Definitions: RR1 to RR6, COOP1 to COOP4, REF1 to REF3
 * and CON1 to CON3.
 *
 * The column `code` has the standard's codes, symbols or words; that of `count`, which may be left out, how many cases each row
 * stands for. `eligible` is the share of unknown cases taken to be eligible; NULL for the share among those that are known. The
 * table: rate, value, numerator, denominator, e, formula, source. `*out` is to be freed with citx_table_free. Status:
 * UNKNOWN_NAME for a column, INVALID_ARGUMENT naming the row of a code that is none or a count below 0, OUT_OF_RANGE for
 * `eligible` outside [0, 1]. Since 0.1.
 */
citx_status citx_response_rates(const citx_table *dispositions,
                                citx_str code,
                                citx_str count,
                                const double *eligible,
                                citx_table **out,
                                citx_error **err);

/**
 * Whom answers stand for: one row with answers, citizens, citizens_more_than_once, citizens_unknown, and the same of households
 * where `household` is not left out.
 *
 * `*out` is to be freed with citx_table_free. Status: UNKNOWN_NAME for a column, INVALID_ARGUMENT without rows. Since 0.1.
 */
citx_status citx_coverage(const citx_table *answers, citx_str citizen, citx_str household, citx_table **out, citx_error **err);

/**
 * What the header `Sec-GPC` opts out of: events as citx_ledger_append_table takes them, and the facts that follow: `gpc`, if it is
 * set. `header` is none where there was none.
 *
 * `*out` is to be freed with citx_table_free, `*facts` with citx_record_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_signal_gpc(const citx_signal *signal,
                            citx_str header,
                            const citx_opt_outs *opt_outs,
                            citx_table **out,
                            citx_record **facts,
                            citx_error **err);

/**
 * What an IAB GPP string opts out of. The rest is as for citx_signal_gpc.
 *
 * `*out` is to be freed with citx_table_free, `*facts` with citx_record_free. Status: INVALID_ARGUMENT for a string that is none,
 * UNSUPPORTED for another version, LIMIT_EXCEEDED. Since 0.1.
 */
citx_status citx_signal_gpp(const citx_signal *signal,
                            citx_str text,
                            const citx_opt_outs *opt_outs,
                            citx_table **out,
                            citx_record **facts,
                            citx_error **err);

/**
 * What an IAB TCF string says of each purpose. `purposes` names purposes of the policy and the TCF purpose, `1` to `24`, that
 * each needs; one that needs several is named several times. `vendor` must be among the vendors that consent was given to; 0 asks
 * for none.
 *
 * `*out` are events, to be freed with citx_table_free. Status: INVALID_ARGUMENT for a string that is none, UNSUPPORTED for another
 * version, LIMIT_EXCEEDED. Since 0.1.
 */
citx_status citx_signal_tcf(const citx_signal *signal,
                            citx_str text,
                            citx_pairs purposes,
                            uint32_t vendor,
                            citx_table **out,
                            citx_error **err);

/**
 * What a click on an unsubscribe address (RFC 8058) says: consent to the purpose is withdrawn, and objected to.
 *
 * `*out` are events, to be freed with citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_signal_one_click(const citx_signal *signal,
                                  citx_str address,
                                  citx_str purpose,
                                  citx_table **out,
                                  citx_error **err);

/**
 * What an answer to a text message says: STOP and its like. `purpose` is what the message was for; none for all.
 *
 * `*out` are events, none where the answer says nothing, to be freed with citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_signal_sms(const citx_signal *signal, citx_str message, citx_str purpose, citx_table **out, citx_error **err);

/**
 * What the bounces of a contact point come to. `history` are instants, as text, and what was at each: `hard`, `soft`,
 * `complaint` or `delivered`; the signal names channel and contact, and its `at` is not used.
 *
 * `*out` are events, to be freed with citx_table_free. Status: INVALID_ARGUMENT, OUT_OF_RANGE. Since 0.1.
 */
citx_status citx_signal_bounces(const citx_signal *signal, citx_pairs history, citx_table **out, citx_error **err);

/**
 * All fields of an IAB TCF string of version 2 or 1, as JSON. `*json` is to be freed with citx_text_free. Status:
 * INVALID_ARGUMENT for text that is no such string, UNSUPPORTED, LIMIT_EXCEEDED. Since 0.1.
 */
citx_status citx_tcf_json(citx_str text, citx_text **json, citx_error **err);

/**
 * All sections of an IAB GPP string, as JSON. `*json` is to be freed with citx_text_free. Status: as citx_tcf_json. Since 0.1.
 */
citx_status citx_gpp_json(citx_str text, citx_text **json, citx_error **err);

/**
 * What an answer to a text message is: `revoked`, `unclear`, `help` or `other`. `*reply` is to be freed with citx_text_free. Status: INVALID_ARGUMENT. Since
 * 0.1.
 */
citx_status citx_sms_reply(citx_str message,
                           citx_text **reply,
                           citx_error **err);

/**
 * The headers by which one click unsubscribes (RFC 8058): `*header` is for `List-Unsubscribe`, `*post` for
 * `List-Unsubscribe-Post`. `address`, which starts with `https:`, and the opaque `token` make the address to post to; `mailto` may be
 * none.
 *
 * `*header` and `*post` are to be freed with citx_text_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_one_click_headers(citx_str address,
                                   citx_str token,
                                   citx_str mailto,
                                   citx_text **header,
                                   citx_text **post,
                                   citx_error **err);

/**
 * Whether a POST with this content type and body is a click on such an address. Status: INVALID_ARGUMENT, for a body that is
 * not UTF-8 too. Since 0.1.
 */
citx_status citx_is_one_click(citx_str content_type, citx_str body, bool *out, citx_error **err);

/**
 * The numbers of a licensee's file, whose data are as of the day `released`; numbers are compared as `policy` says.
 *
 * `*out` is to be freed with citx_number_list_free; it may outlive `policy`. Status: IO, INVALID_ARGUMENT naming the row. Since 0.1.
 */
citx_status citx_number_list_read(citx_str path,
                                  citx_str released,
                                  const citx_policy *policy,
                                  citx_number_list **out,
                                  citx_error **err);

/**
 * How many numbers; 0 for NULL. Since 0.1.
 */
size_t citx_number_list_len(const citx_number_list *list);

/**
 * Frees a list of numbers; NULL does nothing. Since 0.1.
 */
void citx_number_list_free(citx_number_list *list);

/**
 * The addresses of a file, whose data are as of the day `released`. `address` are the columns of its lines; `surname` and
 * `postcode` name a column or are none.
 *
 * `*out` is to be freed with citx_address_list_free. Status: IO, UNKNOWN_NAME for a column, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_address_list_read(citx_str path,
                                   citx_str released,
                                   citx_strs address,
                                   citx_str surname,
                                   citx_str postcode,
                                   citx_address_list **out,
                                   citx_error **err);

/**
 * How many addresses; 0 for NULL. Since 0.1.
 */
size_t citx_address_list_len(const citx_address_list *list);

/**
 * How many rows match nobody, because no address could be read; 0 for NULL. Since 0.1.
 */
size_t citx_address_list_unread(const citx_address_list *list);

/**
 * Frees a list of addresses; NULL does nothing. Since 0.1.
 */
void citx_address_list_free(citx_address_list *list);

/**
 * Screens everyone's number, the fact `phone`, against the TPS and the CTPS: a table of key, `number`, `tps_listed_at`,
 * `tps_screened_at` and `evidence`, for citx_population_with_screening. `previous` is the screening before, or NULL: a number that
 * it found on neither list was registered since.
 *
 * `*out` is to be freed with citx_table_free. Status: INVALID_ARGUMENT where no column is known as `phone`. Since 0.1.
 */
citx_status citx_screen_calls(const citx_population *people,
                              const citx_number_list *tps,
                              const citx_number_list *ctps,
                              const citx_table *previous,
                              const citx_policy *policy,
                              citx_table **out,
                              citx_error **err);

/**
 * Screens everyone's address against the MPS: a table of key, `mps_listed` and `evidence`. `address` are columns of the
 * population, or empty for those known as the fact `address`; then `surname` and `postcode` must be none.
 *
 * `*out` is to be freed with citx_table_free. Status: INVALID_ARGUMENT where no column is known as an address, UNKNOWN_NAME for a
 * column. Since 0.1.
 */
citx_status citx_screen_post(const citx_population *people,
                             const citx_address_list *mps,
                             citx_strs address,
                             citx_str surname,
                             citx_str postcode,
                             citx_table **out,
                             citx_error **err);

/**
 * The population with what a screening found, known as facts.
 *
 * `*out` is to be freed with citx_population_free; `people` stays valid. Status: INVALID_ARGUMENT, UNKNOWN_NAME for a column.
 * Since 0.1.
 */
citx_status citx_population_with_screening(const citx_population *people,
                                           const citx_table *screening,
                                           citx_population **out,
                                           citx_error **err);

/**
 * The events of a preference centre's export, a `.csv`, `.parquet`, `.arrow` or `.xlsx` file, by a mapping in a TOML file
 * (docs/spec/signals.md), with keys by which a ledger takes the same file once. `at` is when all of it was said, where the mapping
 * names no column for that; days begin in `time_zone`, none being UTC.
 *
 * `*out` is to be freed with citx_table_free. Status: IO, INVALID_ARGUMENT naming column and row, UNKNOWN_NAME. Since 0.1.
 */
citx_status citx_preferences_read(citx_str path,
                                  citx_str mapping,
                                  citx_str at,
                                  citx_str time_zone,
                                  citx_table **out,
                                  citx_error **err);

/**
 * As citx_segment_book_evaluate, with events and consent for the rules that ask for them.
 *
 * `sources` and `run` may be NULL. `*out` is to be freed with citx_membership_free; it may outlive all that it was made
 * from. Status: as citx_segment_book_evaluate, and INVALID_ARGUMENT for a rule that asks for what was not given. Since
 * 0.1.
 */
citx_status citx_segment_book_evaluate_with(const citx_segment_book *book,
                                            const citx_population *people,
                                            citx_str as_of,
                                            citx_str time_zone,
                                            const citx_sources *sources,
                                            const citx_run_options *run,
                                            citx_membership **out,
                                            citx_error **err);

/**
 * How citx_segment_book_evaluate_with would answer the book, a row for each part: a table of `reads`, `form`,
 * `conditions` and `why`. A form is `compare`, `look up`, `look up patterns`, `look up patterns of coarse codes`,
 * `grid`, `bits`, `compute` or `join`.
 *
 * `sources` and `run` may be NULL. `*out` is to be freed with citx_table_free. Status: as
 * citx_segment_book_evaluate_with. Since 0.1.
 */
citx_status citx_segment_book_explain_plan(const citx_segment_book *book,
                                           const citx_population *people,
                                           citx_str as_of,
                                           citx_str time_zone,
                                           const citx_sources *sources,
                                           const citx_run_options *run,
                                           citx_table **out,
                                           citx_error **err);

/**
 * As citx_segment_book_match, with events and consent; the citizen's key is the record's `key` of `sources`.
 *
 * `sources` may be NULL. `*out` is to be freed with citx_names_free. Status: as citx_segment_book_match and
 * citx_segment_book_evaluate_with. Since 0.1.
 */
citx_status citx_segment_book_match_with(const citx_segment_book *book,
                                         const citx_record *record,
                                         citx_str as_of,
                                         citx_str time_zone,
                                         const citx_sources *sources,
                                         citx_names **out,
                                         citx_error **err);

/**
 * As citx_segment_book_explain, with events and consent; the citizen's key is the record's `key` of `sources`.
 *
 * `sources` may be NULL. `*out` is to be freed with citx_explanation_free. Status: as citx_segment_book_explain and
 * citx_segment_book_evaluate_with. Since 0.1.
 */
citx_status citx_segment_book_explain_with(const citx_segment_book *book,
                                           citx_str name,
                                           const citx_record *record,
                                           citx_str as_of,
                                           citx_str time_zone,
                                           const citx_sources *sources,
                                           citx_explanation **out,
                                           citx_error **err);

/**
 * Why one citizen of the membership, by key, a whole number written as text, is in the segment `name` or not.
 *
 * `sources` may be NULL. `*out` is to be freed with citx_explanation_free. Status: UNKNOWN_NAME for the segment,
 * NOT_FOUND for the citizen, INVALID_ARGUMENT for a rule that asks for what was not given. Since 0.1.
 */
citx_status citx_membership_explain(const citx_membership *membership,
                                    citx_str name,
                                    citx_str key,
                                    const citx_sources *sources,
                                    citx_explanation **out,
                                    citx_error **err);

/**
 * A survey from answers, one row for each respondent. `options` may be NULL.
 *
 * `*out` is to be freed with citx_survey_free; it may outlive `table`. Status: UNKNOWN_NAME for a column or measure,
 * INVALID_ARGUMENT naming column and row, INSUFFICIENT_DATA. Since 0.1.
 */
citx_status citx_survey_from_table(const citx_table *table,
                                   const citx_survey_options *options,
                                   citx_survey **out,
                                   citx_error **err);

/**
 * A survey from counts of answers, one row for each unit, measure and answer.
 *
 * `*out` is to be freed with citx_survey_free; it may outlive `table`. Status: as citx_survey_from_table. Since 0.1.
 */
citx_status citx_survey_from_counts(const citx_table *table,
                                    const citx_counts_options *options,
                                    citx_survey **out,
                                    citx_error **err);

/**
 * The same answers, each with its citizen's attributes and, where `membership` is not NULL, its segments, so that
 * breakdowns can name both.
 *
 * `*out` is to be freed with citx_survey_free; `survey` stays valid. Status: INVALID_ARGUMENT, also for a membership
 * of another population. Since 0.1.
 */
citx_status citx_survey_with_population(const citx_survey *survey,
                                        const citx_population *people,
                                        const citx_membership *membership,
                                        citx_survey **out,
                                        citx_error **err);

/**
 * The same survey with variances by `replicates` made of its sampling units: `kind` is `jk1` (jackknife without strata),
 * `jkn` (within strata) or `bootstrap`, drawn by `seed`; the first two make as many as they need.
 *
 * `*out` is to be freed with citx_survey_free; `survey` stays valid. Status: INVALID_ARGUMENT for another kind,
 * INSUFFICIENT_DATA for a stratum of one unit, LIMIT_EXCEEDED. Since 0.1.
 */
citx_status citx_survey_replicated(const citx_survey *survey,
                                   citx_str kind,
                                   size_t replicates,
                                   uint64_t seed,
                                   citx_survey **out,
                                   citx_error **err);

/**
 * The same survey with variances by replicate weights that came with the data.
 *
 * `*out` is to be freed with citx_survey_free; `survey` stays valid. Status: UNKNOWN_NAME for a column, INVALID_ARGUMENT,
 * for a weight that is null or below 0 naming column and row. Since 0.1.
 */
citx_status citx_survey_with_replicate_weights(const citx_survey *survey,
                                               const citx_replicate_options *options,
                                               citx_survey **out,
                                               citx_error **err);

/**
 * Frees a survey; NULL does nothing. Since 0.1.
 */
void citx_survey_free(citx_survey *survey);

/**
 * Takes the table of an Arrow stream, all its batches.
 *
 * `stream` is moved: whatever the status, it has been released and is marked so. Nothing is copied where one batch
 * came; the producer's release callback is called, from any thread, when the last object made from it is gone. Every
 * array is validated. `*out` is to be freed with citx_table_free. Status: INVALID_ARGUMENT, UNSUPPORTED for a type,
 * LIMIT_EXCEEDED. Since 0.1.
 */
citx_status citx_table_import_stream(struct ArrowArrayStream *stream, citx_table **out, citx_error **err);

/**
 * Takes the table of one Arrow struct array and its schema, one child for each column.
 *
 * `array` and `schema` are moved: whatever the status, both have been taken over, are marked as released, and will be
 * released as citx_table_import_stream says. `*out` is to be freed with citx_table_free. Status: INVALID_ARGUMENT,
 * UNSUPPORTED, LIMIT_EXCEEDED. Since 0.1.
 */
citx_status citx_table_import_array(struct ArrowArray *array, struct ArrowSchema *schema, citx_table **out, citx_error **err);

/**
 * Writes the table as an Arrow stream of one batch to `out`, whose old content is not looked at.
 *
 * `*out` is the caller's, to be released through its own callback; it may outlive `table`. Status: INVALID_ARGUMENT.
 * Since 0.1.
 */
citx_status citx_table_export_stream(const citx_table *table, struct ArrowArrayStream *out, citx_error **err);

/**
 * Reads a `.csv`, `.parquet`, `.arrow` or `.xlsx` file; `text` names columns that are text whatever they look like,
 * such as keys.
 *
 * `*out` is to be freed with citx_table_free. Status: IO, INVALID_ARGUMENT naming file, column and row, UNSUPPORTED.
 * Since 0.1.
 */
citx_status citx_table_read(citx_str path, citx_strs text, const citx_read_options *options, citx_table **out, citx_error **err);

/**
 * Writes a table as CSV: UTF-8, a header line, empty for null, safe against spreadsheet formulas. Status: IO,
 * INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_table_write_csv(const citx_table *table, citx_str path, citx_error **err);

/**
 * Writes a table as Parquet. Status: IO, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_table_write_parquet(const citx_table *table, citx_str path, citx_error **err);

/**
 * How many rows; 0 for NULL. Since 0.1.
 */
size_t citx_table_num_rows(const citx_table *table);

/**
 * How many columns; 0 for NULL. Since 0.1.
 */
size_t citx_table_num_columns(const citx_table *table);

/**
 * The name of the column at `index`, from 0, valid until `table` is freed; none beyond the end. Since 0.1.
 */
citx_str citx_table_column_name(const citx_table *table, size_t index);

/**
 * The row at `index`, from 0, as names and values: for a look at a few rows; many go as Arrow.
 *
 * `*out` is to be freed with citx_record_free. Status: OUT_OF_RANGE, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_table_row(const citx_table *table, size_t index, citx_record **out, citx_error **err);

/**
 * Frees a table; NULL does nothing. Since 0.1.
 */
void citx_table_free(citx_table *table);

/**
 * Whether the mean of a numeric column is `mean`, by a t statistic on one degree of freedom less than the design has (R
 * `svyttest(y - mean ~ 0)`); `level` is the interval's, such as 0.95.
 *
 * `*out` is to be freed with citx_test_free. Status: as citx_survey_mean, OUT_OF_RANGE for `level`, and INSUFFICIENT_DATA
 * where the design leaves no degrees of freedom or no variance. Since 0.1.
 */
citx_status citx_survey_test_mean(const citx_survey *survey,
                                  citx_str column,
                                  double mean,
                                  double level,
                                  citx_test **out,
                                  citx_error **err);

/**
 * Whether the means of a numeric column differ between the two groups of `by` (R `svyttest(y ~ group)`): both groups in
 * one design, so that units which hold both count once.
 *
 * `*out` is to be freed with citx_test_free. Status: as citx_survey_test_mean, and INVALID_ARGUMENT unless `by` has two
 * groups. Since 0.1.
 */
citx_status citx_survey_test(const citx_survey *survey,
                             citx_str column,
                             citx_str by,
                             double level,
                             citx_test **out,
                             citx_error **err);

/**
 * Whether two categorical columns are associated (R `svychisq`). Rows with a null in either are left out.
 *
 * `statistic` is `F` (the default: Rao and Scott's second order), `Chisq` (their first), `Wald`, or `adjWald`, corrected for
 * few degrees of freedom. `*out` is to be freed with citx_test_free. Status: UNKNOWN_NAME, INVALID_ARGUMENT for another
 * statistic, INSUFFICIENT_DATA for fewer than two rows or columns of the table, or a singular covariance, LIMIT_EXCEEDED
 * for more than 400 cells. Since 0.1.
 */
citx_status citx_survey_chi_squared(const citx_survey *survey,
                                    citx_str rows,
                                    citx_str columns,
                                    citx_str statistic,
                                    citx_test **out,
                                    citx_error **err);

/**
 * The statistic: t, F or chi-squared. Not a number for NULL, here and below. Since 0.1.
 */
double citx_test_statistic(const citx_test *test);

/**
 * Degrees of freedom, of the numerator where there are two. Since 0.1.
 */
double citx_test_df(const citx_test *test);

/**
 * Degrees of freedom of the denominator. Since 0.1.
 */
double citx_test_df_denominator(const citx_test *test);

/**
 * How likely a statistic as large is where there is no difference or association; two-sided. Since 0.1.
 */
double citx_test_p_value(const citx_test *test);

/**
 * The mean less what it is compared with, or the second group's mean less the first's. Since 0.1.
 */
double citx_test_difference(const citx_test *test);

/**
 * Standard error of the difference. Since 0.1.
 */
double citx_test_std_error(const citx_test *test);

/**
 * The low end of the difference's interval. Since 0.1.
 */
double citx_test_ci_low(const citx_test *test);

/**
 * The high end of the difference's interval. Since 0.1.
 */
double citx_test_ci_high(const citx_test *test);

/**
 * The interval's level, such as 0.95. Since 0.1.
 */
double citx_test_level(const citx_test *test);

/**
 * Respondents it rests on; 0 for NULL. Since 0.1.
 */
uint64_t citx_test_n(const citx_test *test);

/**
 * How many groups were compared: 2, or 0 for another test or NULL. Since 0.1.
 */
size_t citx_test_num_groups(const citx_test *test);

/**
 * The group at `index`, from 0; none beyond the end. The first is taken from the second. Since 0.1.
 */
citx_str citx_test_group(const citx_test *test, size_t index);

/**
 * What was computed. Since 0.1.
 */
citx_str citx_test_method(const citx_test *test);

/**
 * How many warnings it carries; 0 for NULL. Since 0.1.
 */
size_t citx_test_num_warnings(const citx_test *test);

/**
 * The warning at `index`, from 0, as those of an estimate; none beyond the end. Since 0.1.
 */
citx_str citx_test_warning(const citx_test *test, size_t index);

/**
 * Frees a test; NULL does nothing. Since 0.1.
 */
void citx_test_free(citx_test *test);

/**
 * The text, valid until `text` is freed; none for NULL. Since 0.1.
 */
citx_str citx_text_str(const citx_text *text);

/**
 * Frees a text; NULL does nothing. Since 0.1.
 */
void citx_text_free(citx_text *text);

/**
 * How many names; 0 for NULL. Since 0.1.
 */
size_t citx_names_len(const citx_names *names);

/**
 * The name at `index`, from 0, valid until `names` is freed; none beyond the end. Since 0.1.
 */
citx_str citx_names_get(const citx_names *names, size_t index);

/**
 * Frees a list of names; NULL does nothing. Since 0.1.
 */
void citx_names_free(citx_names *names);

/**
 * The return of these surveys and figures; `management` is NULL for none.
 *
 * `*out` is to be freed with citx_tsm_return_free; it may outlive all that it was made from. Status: INVALID_ARGUMENT for a
 * tenure that is none or comes twice, a year that is none, a filter that is none, or figures of several landlords, UNKNOWN_NAME
 * for a column or an item of the summary of approach, OUT_OF_RANGE for the level, and as citx_survey_score. Since 0.1.
 */
citx_status citx_tsm_return_new(citx_perception_parts parts,
                                const citx_management *management,
                                const citx_tsm_return_options *options,
                                citx_tsm_return **out,
                                citx_error **err);

/**
 * All measures of each tenure: measure, tenure, kind, value, value_unit, published, published_unit, symbol, numerator,
 * denominator, n, regulator_moe, moe, ci_low, ci_high, n_eff, deff, not_applicable_share, filter_share, is_exactly_100,
 * quartile (1 best), quartile_method, benchmark_year, peers, peer_group, peer_lower, peer_median, peer_upper, warnings. `*out` is to be freed with
 * citx_table_free. Status: LIMIT_EXCEEDED, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_tsm_return_measures(const citx_tsm_return *made,
                                     citx_table **out,
                                     citx_error **err);

/**
 * The sample rule for each tenure: tenure, population, achieved, selection, required, required_exact, moe_required,
 * moe_achieved, n_eff, moe_weighted, short_by, census_suffices, rule. `*out` is to be freed with
 * citx_table_free. Status: LIMIT_EXCEEDED, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_tsm_return_samples(const citx_tsm_return *made, citx_table **out, citx_error **err);

/**
 * Answers by method of collection: tenure, method, responses, share, predominant, value, published. `*out` is to be freed with
 * citx_table_free. Status: LIMIT_EXCEEDED, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_tsm_return_methods(const citx_tsm_return *made, citx_table **out, citx_error **err);

/**
 * Answers to each question: tenure, measure, answer, in_base, respondents, weighted. `*out` is to be freed with
 * citx_table_free. Status: LIMIT_EXCEEDED, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_tsm_return_answer_counts(const citx_tsm_return *made, citx_table **out, citx_error **err);

/**
 * The sample beside the population, by tenure and category. `*out` is to be freed with
 * citx_table_free. Status: LIMIT_EXCEEDED, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_tsm_return_representativeness(const citx_tsm_return *made, citx_table **out, citx_error **err);

/**
 * The same by characteristic, with what weighting by it would do to TP01. `*out` is to be freed with
 * citx_table_free. Status: LIMIT_EXCEEDED, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_tsm_return_characteristics(const citx_tsm_return *made, citx_table **out, citx_error **err);

/**
 * What weighting did: tenure, weighted, n, n_eff, efficiency, largest_weight, tp01_unweighted, tp01_weighted, effect_pp. `*out` is to be freed with
 * citx_table_free. Status: LIMIT_EXCEEDED, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_tsm_return_weighting(const citx_tsm_return *made,
                                      citx_table **out,
                                      citx_error **err);

/**
 * The summary of approach of each tenure: tenure, item, name, heading, text, complete. `*out` is to be freed with
 * citx_table_free. Status: LIMIT_EXCEEDED, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_tsm_return_summary_of_approach(const citx_tsm_return *made, citx_table **out, citx_error **err);

/**
 * What a regulator would ask about: code, tenure, measure, sentence. `*out` is to be freed with
 * citx_table_free. Status: LIMIT_EXCEEDED, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_tsm_return_warnings(const citx_tsm_return *made, citx_table **out, citx_error **err);

/**
 * The management figures as they were given and computed, as citx_management_table. `*out` is to be freed with
 * citx_table_free. Status: NOT_FOUND where none were given, LIMIT_EXCEEDED, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_tsm_return_management(const citx_tsm_return *made, citx_table **out, citx_error **err);

/**
 * The summary of approach as Markdown. `*out` is to be freed with
 * citx_text_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_tsm_return_summary_markdown(const citx_tsm_return *made, citx_text **out, citx_error **err);

/**
 * Writes the return's workbook (XLSX), a sheet for each of the tables above. Status: IO, LIMIT_EXCEEDED, INVALID_ARGUMENT. Since
 * 0.1.
 */
citx_status citx_tsm_return_write(const citx_tsm_return *made, citx_str path, citx_error **err);

/**
 * Frees a return; NULL does nothing. Since 0.1.
 */
void citx_tsm_return_free(citx_tsm_return *made);

/**
 * The sample, unweighted and weighted, beside the population's shares of some characteristics.
 *
 * `population` has a row for each category: `characteristic` (a column of the answers, or an attribute of their citizens),
 * `category`, and `share` (of the characteristic, in [0, 1]) or `count`. `measure`, left out for `TP01`, is that on which the
 * effect of weighting is judged. `*out` is to be freed with citx_representativeness_free. Status: INVALID_ARGUMENT for a survey of
 * counts, shares that do not add up to 1 or a category named twice, UNKNOWN_NAME for a characteristic, INSUFFICIENT_DATA. Since
 * 0.1.
 */
citx_status citx_survey_representativeness(const citx_survey *survey,
                                           const citx_table *population,
                                           citx_str measure,
                                           citx_representativeness **out,
                                           citx_error **err);

/**
 * One row for each category: characteristic, category, population_share, n, sample_share, weighted_share, difference_pp,
 * weighted_difference_pp, residual, note. `*out` is to be freed with
 * citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_representativeness_categories(const citx_representativeness *found, citx_table **out, citx_error **err);

/**
 * One row for each characteristic: characteristic, n, missing, chi_squared, df, p_value, largest_difference_pp,
 * largest_weighted_difference_pp, dissimilarity, weighted_dissimilarity, r_indicator, propensity_cv, effect_pp, material. `*out` is to be freed with
 * citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_representativeness_characteristics(const citx_representativeness *found,
                                                    citx_table **out,
                                                    citx_error **err);

/**
 * Frees what was found; NULL does nothing. Since 0.1.
 */
void citx_representativeness_free(citx_representativeness *found);

/**
 * The summary of approach, items a to k: from the survey's own facts where it has them, from `approach` where only people know.
 * What nobody states is `not stated` and not complete.
 *
 * Names of `approach` are the items' names or letters: `achieved_sample`, `timing`, `collection_methods`, `sample_method`,
 * `representativeness`, `weighting`, `contractors`, `exclusions`, `sample_shortfall`, `incentives`, `other_issues`. `*out` is to be
 * freed with citx_summary_of_approach_free. Status: UNKNOWN_NAME for a name, INVALID_ARGUMENT for dates that cannot be read. Since
 * 0.1.
 */
citx_status citx_survey_summary_of_approach(const citx_survey *survey,
                                            citx_pairs approach,
                                            citx_summary_of_approach **out,
                                            citx_error **err);

/**
 * One row for each item: item, name, heading, text, complete. `*out` is to be freed with
 * citx_table_free. Status: LIMIT_EXCEEDED, INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_summary_of_approach_table(const citx_summary_of_approach *summary, citx_table **out, citx_error **err);

/**
 * The headings of what is not stated. `*out` is to be freed with
 * citx_names_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_summary_of_approach_missing(const citx_summary_of_approach *summary, citx_names **out, citx_error **err);

/**
 * The text to publish, as Markdown. `*out` is to be freed with
 * citx_text_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_summary_of_approach_markdown(const citx_summary_of_approach *summary, citx_text **out, citx_error **err);

/**
 * Frees a summary of approach; NULL does nothing. Since 0.1.
 */
void citx_summary_of_approach_free(citx_summary_of_approach *summary);

/**
 * The data set in the regulator's workbook at `path`. `*out` is to be freed with citx_tsm_release_free. Status: IO, CORRUPTED for a
 * file that is no workbook, INVALID_ARGUMENT for one without the sheets and columns of the data set. Since 0.1.
 */
citx_status citx_tsm_release_read(citx_str path,
                                  citx_tsm_release **out,
                                  citx_error **err);

/**
 * One row for each return: landlord, code, type, region, tenure, population, required, achieved, moe_percent, excluded,
 * selection, predominant, weighted. `*out` is to be freed with
 * citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_tsm_release_returns(const citx_tsm_release *release, citx_table **out, citx_error **err);

/**
 * Counts of answers, as citx_survey_from_counts takes them: return, landlord, code, type, tenure, population, responses,
 * measure, answer, count. `*out` is to be freed with
 * citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_tsm_release_counts(const citx_tsm_release *release, citx_table **out, citx_error **err);

/**
 * What the regulator published: return, landlord, code, type, tenure, measure, percent, symbol. `*out` is to be freed with
 * citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_tsm_release_published(const citx_tsm_release *release, citx_table **out, citx_error **err);

/**
 * Answers by method of collection: return, landlord, code, tenure, method, responses, percent, symbol. `*out` is to be freed with
 * citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_tsm_release_methods(const citx_tsm_release *release, citx_table **out, citx_error **err);

/**
 * Answers to filter questions: return, landlord, code, tenure, measure, yes, no. `*out` is to be freed with
 * citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_tsm_release_filters(const citx_tsm_release *release, citx_table **out, citx_error **err);

/**
 * Answers to TP01 without weights, where they were given: return, landlord, code, tenure, answer, count. `*out` is to be freed with
 * citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_tsm_release_unweighted(const citx_tsm_release *release,
                                        citx_table **out,
                                        citx_error **err);

/**
 * Figures as citx_management_from_table takes them: landlord, code, type, tenure, measure, numerator, denominator, symbol,
 * published. `*out` is to be freed with
 * citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_tsm_release_management(const citx_tsm_release *release, citx_table **out, citx_error **err);

/**
 * Frees a release; NULL does nothing. Since 0.1.
 */
void citx_tsm_release_free(citx_tsm_release *release);

/**
 * What each arm of a randomised campaign changed against the control: a table of arm, effect, std_error, ci_low,
 * ci_high, n, ...
 *
 * `*out` is to be freed with citx_table_free. Status: UNKNOWN_NAME for a column, NOT_FOUND for the control arm,
 * INVALID_ARGUMENT naming column and row, INSUFFICIENT_DATA. Since 0.1.
 */
citx_status citx_uplift(const citx_table *table, const citx_uplift_options *options, citx_table **out, citx_error **err);

/**
 * The version of the library, such as `0.1.0`. Valid for ever. Since 0.1.
 */
citx_str citx_version(void);

/**
 * The version of the library's binary interface, to be compared with CITX_ABI_VERSION. Since 0.1.
 */
uint32_t citx_abi_version(void);

/**
 * Panics inside the library on purpose and poisons `record`, so that a host can test what it does then. Status: PANIC,
 * INVALID_ARGUMENT for NULL. Since 0.1.
 */
citx_status citx_test_panic(citx_record *record, citx_error **err);

/**
 * The consent that a table of events leaves at `as_of`, with no ledger: columns named as the fields of citx_event, of
 * which `citizen`, `status` and `captured_at` must be there. The events are numbered from 1 by row. A date starts at
 * midnight in the controller's zone.
 *
 * `*out` is to be freed with citx_view_free; it may outlive `events` and `policy`. Status: UNKNOWN_NAME for a column,
 * INVALID_ARGUMENT naming column and row, POLICY_INVALID without a controller. Since 0.1.
 */
citx_status citx_view_from_events(const citx_table *events,
                                  const citx_policy *policy,
                                  citx_str as_of,
                                  citx_view **out,
                                  citx_error **err);

/**
 * One decision at the instant of the view.
 *
 * `*out` is to be freed with citx_decision_free. Status: UNKNOWN_NAME for a fact, INVALID_ARGUMENT, also for a fact of
 * another type, BUSY. An unknown purpose or channel is denied, which is not an error. Since 0.1.
 */
citx_status citx_view_decide(const citx_view *view, const citx_question *question, citx_decision **out, citx_error **err);

/**
 * Whether each citizen may be contacted, in population order, without nulls: a table of one column. Facts come from
 * the fact columns.
 *
 * `run` may be NULL. `*out` is to be freed with citx_table_free. Status: INVALID_ARGUMENT, CANCELLED. Since 0.1.
 */
citx_status citx_view_mask(const citx_view *view,
                           const citx_population *people,
                           citx_str purpose,
                           citx_str channel,
                           const citx_run_options *run,
                           citx_table **out,
                           citx_error **err);

/**
 * Prepares to decide about everyone in `people`, for every purpose and channel of the policy. The first question about a
 * population does it where it was not done before; a view keeps it for the population asked about last.
 *
 * `run` may be NULL. Status: INVALID_ARGUMENT, UNKNOWN_NAME for a mapped column that is not there, CANCELLED. Since 0.1.
 */
citx_status citx_view_bind(const citx_view *view, const citx_population *people, const citx_run_options *run, citx_error **err);

/**
 * The outcome and the rule for each citizen: a table of `outcome` (`allow`, `deny` or `defer`) and `rule`, in population
 * order, both dictionaries of texts. Facts come from the fact columns.
 *
 * `run` may be NULL. `*out` is to be freed with citx_table_free. Status: INVALID_ARGUMENT, UNKNOWN_NAME for a mapped column
 * that is not there, CANCELLED. An unknown purpose or channel is denied, which is not an error. Since 0.1.
 */
citx_status citx_view_decide_many(const citx_view *view,
                                  const citx_population *people,
                                  citx_str purpose,
                                  citx_str channel,
                                  const citx_run_options *run,
                                  citx_table **out,
                                  citx_error **err);

/**
 * Frees a view; NULL does nothing. Since 0.1.
 */
void citx_view_free(citx_view *view);

/**
 * The same survey with weights that meet the total of each category of one margin, or of each cell of several names
 * crossed. Variances are of what the post-strata leave.
 *
 * `*out` is to be freed with citx_survey_free; `survey` stays valid. Status: INVALID_ARGUMENT naming a category without a
 * total, a total that nobody in the sample is of, a row without category, or a total that is not above 0; UNKNOWN_NAME.
 * Since 0.1.
 */
citx_status citx_survey_post_stratify(const citx_survey *survey, const citx_margin *margin, citx_survey **out, citx_error **err);

/**
 * The same survey with weights that meet the totals of each margin, by iterative proportional fitting. `options` may be
 * NULL.
 *
 * `*out` is to be freed with citx_survey_free; `survey` stays valid. Status: as citx_survey_post_stratify,
 * INVALID_ARGUMENT for margins of different totals, NOT_CONVERGED naming the margin and the gap. Since 0.1.
 */
citx_status citx_survey_rake(const citx_survey *survey,
                             citx_margins margins,
                             const citx_rake_options *options,
                             citx_survey **out,
                             citx_error **err);

/**
 * The same survey with weights as close as may be to those of before that meet categories' and columns' totals (R
 * `calibrate`).
 *
 * `*out` is to be freed with citx_survey_free; `survey` stays valid. Status: as citx_survey_post_stratify,
 * INVALID_ARGUMENT for bounds that do not hold 1 between them, NOT_CONVERGED naming the total and the gap. Since 0.1.
 */
citx_status citx_survey_calibrate(const citx_survey *survey,
                                  const citx_calibrate_options *options,
                                  citx_survey **out,
                                  citx_error **err);

/**
 * The same survey without weights beyond bounds. What is taken from some is given to others, by the rule that is named;
 * variances are as before.
 *
 * `*out` is to be freed with citx_survey_free; `survey` stays valid. Status: INVALID_ARGUMENT without a bound, for bounds
 * that cross, or where no weight is left to take what others lose. Since 0.1.
 */
citx_status citx_survey_trim(const citx_survey *survey, const citx_trim_options *options, citx_survey **out, citx_error **err);

/**
 * The weight of each respondent, in the order of the answers, on its own scale: a table of the column `weight`.
 *
 * `*out` is to be freed with citx_table_free. Status: INVALID_ARGUMENT, also for a survey of counts, which has no
 * respondents. Since 0.1.
 */
citx_status citx_survey_weights(const citx_survey *survey, citx_table **out, citx_error **err);

/**
 * How the last weighting went; `*out` is NULL for weights as they came, and else to be freed with citx_weighting_free; it
 * may outlive `survey`. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_survey_weighting(const citx_survey *survey, citx_weighting **out, citx_error **err);

/**
 * `post-stratification`, `raking`, `calibration` with its distance, or `trimming` with its rule. Since 0.1.
 */
citx_str citx_weighting_method(const citx_weighting *weighting);

/**
 * Rounds or steps; 0 for NULL. Since 0.1.
 */
uint64_t citx_weighting_iterations(const citx_weighting *weighting);

/**
 * Largest distance from a target: of a category as a share of its margin's total, of a calibrated total over 1 + the
 * total. Not a number for NULL, here and below. Since 0.1.
 */
double citx_weighting_gap(const citx_weighting *weighting);

/**
 * A table of margin, category, target, before, after: one row for each category or total. `*out` is to be freed with
 * citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
 */
citx_status citx_weighting_margins(const citx_weighting *weighting, citx_table **out, citx_error **err);

/**
 * Respondents with a weight above 0; 0 for NULL. Since 0.1.
 */
uint64_t citx_weighting_n(const citx_weighting *weighting);

/**
 * Kish's effective sample size before, in respondents. Since 0.1.
 */
double citx_weighting_n_eff_before(const citx_weighting *weighting);

/**
 * Kish's effective sample size after. Since 0.1.
 */
double citx_weighting_n_eff(const citx_weighting *weighting);

/**
 * Kish's design effect of the weights before: n sum(w^2) / sum(w)^2. Since 0.1.
 */
double citx_weighting_deff_before(const citx_weighting *weighting);

/**
 * Kish's design effect of the weights after. Since 0.1.
 */
double citx_weighting_deff(const citx_weighting *weighting);

/**
 * The effective over the actual sample size, a proportion: the weighting efficiency. Since 0.1.
 */
double citx_weighting_efficiency(const citx_weighting *weighting);

/**
 * Least weight after. Since 0.1.
 */
double citx_weighting_smallest(const citx_weighting *weighting);

/**
 * Greatest weight after. Since 0.1.
 */
double citx_weighting_largest(const citx_weighting *weighting);

/**
 * Least factor of a weight. Since 0.1.
 */
double citx_weighting_factor_low(const citx_weighting *weighting);

/**
 * Greatest factor of a weight. Since 0.1.
 */
double citx_weighting_factor_high(const citx_weighting *weighting);

/**
 * How many weights were trimmed; 0 for NULL. Since 0.1.
 */
uint64_t citx_weighting_trimmed(const citx_weighting *weighting);

/**
 * Frees a weighting; NULL does nothing. Since 0.1.
 */
void citx_weighting_free(citx_weighting *weighting);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* CITX_H */
