/* Segments with events, consent and places; what memberships and books tell; live segments. */
#include "check.h"

#define DAY CITX_STR("2026-11-22")
#define ZONE CITX_STR("Europe/London")

static citx_population *make_people(void)
{
    static const char *const ids[] = {"C-1", "C-2", "C-3", "C-4"};
    static const char *const wards[] = {"north", "north", "south", NULL};
    static const char *const emails[] = {"ann@example.org", "ben@example.org", NULL, "dee@example.org"};
    static const int64_t opens[] = {5, 0, 12, 0};
    static const int no_opens[] = {0, 0, 0, 1};
    static const double lats[] = {51.5033, 51.5100, 52.0, 0.0};
    static const double lons[] = {-0.1195, -0.1195, -1.0, 0.0};
    static const int no_home[] = {0, 0, 0, 1};
    arrow_table table;
    citx_table *imported;
    citx_population *people = NULL, *with_facts = NULL;
    citx_fact_columns facts;
    table_start(&table, 4, 6);
    table_text(&table, "id", ids);
    table_text(&table, "ward", wards);
    table_text(&table, "email", emails);
    table_int(&table, "opens", opens, no_opens);
    table_float(&table, "lat", lats, no_home);
    table_float(&table, "lon", lons, no_home);
    imported = table_import(&table);
    OK(citx_population_from_table(imported, CITX_STR("id"), &people, &err));
    citx_table_free(imported);
    memset(&facts, 0, sizeof facts);
    facts.struct_size = sizeof facts;
    facts.email = CITX_STR("email");
    OK(citx_population_with_facts(people, &facts, &with_facts, &err));
    citx_population_free(people);
    return with_facts;
}

/* Two clicks of C-1, one of C-3, and a visit of somebody who is not among the citizens. */
static citx_table *event_table(const char *kind)
{
    static const char *const citizens[] = {"C-1", "C-1", "C-3", "C-9"};
    static const char *const channels[] = {"email", NULL, "sms", "web"};
    static const int32_t days[] = {20759, 20500, 20770, 20770}; /* 2026-11-02, 2026-02-16, 2026-11-13 */
    static const double values[] = {1.5, 0, 2, 3};
    static const int no_values[] = {0, 1, 0, 0};
    const char *kinds[4];
    arrow_table table;
    kinds[0] = kinds[1] = kinds[2] = kind;
    kinds[3] = "visit";
    table_start(&table, 4, 5);
    table_text(&table, "id", citizens);
    table_text(&table, "kind", kinds);
    table_date(&table, "at", days, NULL);
    table_text(&table, "channel", channels);
    table_float(&table, "value", values, no_values);
    return table_import(&table);
}

static citx_events *make_events(void)
{
    citx_table *table = event_table("click");
    struct ArrowArrayStream stream;
    citx_event_columns columns;
    citx_events *events = NULL, *again = NULL;
    citx_names *kinds = NULL;
    memset(&columns, 0, sizeof columns);
    columns.struct_size = sizeof columns;
    columns.channel = CITX_STR("channel");
    columns.value = CITX_STR("value");
    columns.time_zone = ZONE;
    OK(citx_table_export_stream(table, &stream, &err));
    OK(citx_events_from_stream(&stream, &columns, &events, &err));
    CHECK(stream.release == NULL && citx_events_len(events) == 4 && citx_events_len(NULL) == 0);
    OK(citx_events_kinds(events, &kinds, &err));
    CHECK(citx_names_len(kinds) == 2);
    citx_names_free(kinds);
    OK(citx_events_from_table(table, NULL, &again, &err));
    CHECK(citx_events_len(again) == 4);
    citx_events_free(again);
    again = NULL;
    /* A stream is taken over whatever the status. */
    columns.kind = CITX_STR("what");
    OK(citx_table_export_stream(table, &stream, &err));
    REFUSED(CITX_STATUS_UNKNOWN_NAME, citx_events_from_stream(&stream, &columns, &again, &err));
    CHECK(stream.release == NULL);
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_events_from_stream(&stream, &columns, &again, &err));
    OK(citx_table_export_stream(table, &stream, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_events_from_stream(&stream, NULL, NULL, &err));
    CHECK(stream.release == NULL);
    columns.kind = CITX_STR("kind");
    columns.time_zone = CITX_STR("Europe/Atlantis");
    REFUSED(CITX_STATUS_UNKNOWN_NAME, citx_events_from_table(table, &columns, &again, &err));
    columns.struct_size = 3;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_events_from_table(table, &columns, &again, &err));
    CHECK(again == NULL);
    citx_table_free(table);
    table = event_table(NULL); /* kinds that are null */
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_events_from_table(table, NULL, &again, &err));
    citx_table_free(table);
    return events;
}

/* C-1 and C-3 said yes to the newsletter by e-mail; C-3 has no address. */
static citx_view *make_view(void)
{
    static const char *const citizens[] = {"C-1", "C-3"};
    static const char *const purposes[] = {"newsletter", "newsletter"};
    static const char *const channels[] = {"email", "email"};
    static const char *const statuses[] = {"given", "given"};
    static const char *const instants[] = {"2026-02-01T09:00:00Z", "2026-02-02T09:00:00Z"};
    arrow_table events;
    citx_table *table;
    citx_policy *builtin = NULL, *ours = NULL, *policy = NULL;
    citx_purpose purpose;
    citx_view *view = NULL;
    OK(citx_policy_builtin(CITX_STR("uk-2026"), &builtin, &err));
    OK(citx_policy_with_controller(builtin, CITX_STR("Anytown Council"), CITX_STR("public_authority"), ZONE, &ours, &err));
    memset(&purpose, 0, sizeof purpose);
    purpose.struct_size = sizeof purpose;
    purpose.name = CITX_STR("newsletter");
    purpose.message_class = CITX_STR("direct_marketing");
    purpose.basis = CITX_STR("consent");
    OK(citx_policy_with_purpose(ours, &purpose, &policy, &err));
    table_start(&events, 2, 5);
    table_text(&events, "citizen", citizens);
    table_text(&events, "purpose", purposes);
    table_text(&events, "channel", channels);
    table_text(&events, "status", statuses);
    table_text(&events, "captured_at", instants);
    table = table_import(&events);
    OK(citx_view_from_events(table, policy, DAY, &view, &err));
    citx_table_free(table);
    citx_policy_free(builtin);
    citx_policy_free(ours);
    citx_policy_free(policy);
    return view;
}

static citx_segment_book *make_book(void)
{
    citx_pair rules[5];
    citx_segment_book *plain = NULL, *book = NULL, *none = NULL;
    double lats[] = {51.5033, 10.0};
    double lons[] = {-0.1195, 10.0};
    double beyond[] = {91.0, 0.0};
    rules[0] = pair("active", "opens > 4");
    rules[1] = pair("north", "ward = 'north'");
    rules[2] = pair("clicked", "event_count('click', INTERVAL '30 days') >= 1");
    rules[3] = pair("reachable", "may_contact('newsletter', 'email')");
    rules[4] = pair("close", "within_m_any(lat, lon, 'hubs', 100)");
    OK(citx_segment_book_new(pairs(rules, 5), &plain, &err));
    OK(citx_segment_book_with_places(plain, CITX_STR("hubs"), lats, lons, 2, &book, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_segment_book_with_places(plain, CITX_STR("9 hubs"), lats, lons, 2, &none, &err));
    REFUSED(CITX_STATUS_OUT_OF_RANGE, citx_segment_book_with_places(plain, CITX_STR("hubs"), beyond, lons, 2, &none, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_segment_book_with_places(plain, CITX_STR("hubs"), NULL, lons, 2, &none, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_segment_book_with_places(plain, CITX_STR("hubs"), lats, lons, SIZE_MAX, &none, &err));
    CHECK(none == NULL);
    citx_segment_book_free(plain);
    return book;
}

static citx_sources make_sources(const citx_events *events, const citx_view *view)
{
    citx_sources sources;
    memset(&sources, 0, sizeof sources);
    sources.struct_size = sizeof sources;
    sources.events = events;
    sources.view = view;
    return sources;
}

static void hear(double share, void *data)
{
    if (share > 0.0 && share <= 1.0) {
        *(int *)data = 1;
    }
}

static void check_sources(const citx_segment_book *book, const citx_population *people, const citx_events *events, const citx_view *view)
{
    citx_sources sources = make_sources(events, view);
    citx_run_options run;
    citx_cancel *cancel = NULL;
    citx_membership *membership = NULL, *none = NULL;
    citx_record *record = NULL;
    citx_names *names = NULL;
    citx_explanation *why = NULL;
    citx_table *table = NULL;
    citx_fact_columns facts;
    uint64_t needed = 0;
    int heard = 0;
    memset(&run, 0, sizeof run);
    run.struct_size = sizeof run;
    run.threads = 1;
    run.progress = hear;
    run.progress_data = &heard;
    OK(citx_segment_book_evaluate_with(book, people, DAY, ZONE, &sources, &run, &membership, &err));
    CHECK(heard);
    CHECK(citx_membership_count(membership, 0) == 2 && citx_membership_count(membership, 1) == 2);
    CHECK(citx_membership_count(membership, 2) == 2 && citx_membership_count(membership, 3) == 1 && citx_membership_count(membership, 4) == 1);
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_segment_book_evaluate_with(book, people, DAY, ZONE, NULL, NULL, &none, &err));
    sources.view = NULL;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_segment_book_evaluate_with(book, people, DAY, ZONE, &sources, NULL, &none, &err));
    sources.view = view;
    OK(citx_segment_book_memory_needed(book, people, &run, &needed, &err));
    CHECK(needed > 0);
    run.memory_limit = 1;
    REFUSED(CITX_STATUS_LIMIT_EXCEEDED, citx_segment_book_evaluate_with(book, people, DAY, ZONE, &sources, &run, &none, &err));
    run.memory_limit = 0;
    OK(citx_cancel_new(&cancel, &err));
    citx_cancel_set(cancel);
    run.cancel = cancel;
    REFUSED(CITX_STATUS_CANCELLED, citx_segment_book_evaluate_with(book, people, DAY, ZONE, &sources, &run, &none, &err));
    REFUSED(CITX_STATUS_CANCELLED, citx_membership_overlap(membership, &run, &table, &err));
    REFUSED(CITX_STATUS_CANCELLED, citx_membership_crosstab(membership, CITX_STR("ward"), &run, &table, &err));
    CHECK(none == NULL && table == NULL);
    citx_cancel_free(cancel);
    /* One record: its key is called `id`, and its e-mail address is a fact. */
    OK(citx_population_row(people, CITX_STR("C-1"), &record, &err));
    sources.key = CITX_STR("id");
    memset(&facts, 0, sizeof facts);
    facts.struct_size = sizeof facts;
    facts.email = CITX_STR("email");
    sources.facts = &facts;
    OK(citx_segment_book_match_with(book, record, DAY, ZONE, &sources, &names, &err));
    CHECK(citx_names_len(names) == 5);
    citx_names_free(names);
    names = NULL;
    OK(citx_segment_book_explain_with(book, CITX_STR("clicked"), record, DAY, ZONE, &sources, &why, &err));
    CHECK(citx_explanation_outcome(why) == CITX_TRUTH_TRUE);
    citx_explanation_free(why);
    why = NULL;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_segment_book_explain_with(book, CITX_STR("clicked"), record, DAY, ZONE, NULL, &why, &err));
    facts.struct_size = 1;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_segment_book_match_with(book, record, DAY, ZONE, &sources, &names, &err));
    sources.facts = NULL;
    citx_record_free(record);
    OK(citx_membership_explain(membership, CITX_STR("clicked"), CITX_STR("C-2"), &sources, &why, &err));
    CHECK(citx_explanation_outcome(why) == CITX_TRUTH_FALSE);
    citx_explanation_free(why);
    why = NULL;
    OK(citx_membership_explain(membership, CITX_STR("active"), CITX_STR("C-4"), NULL, &why, &err));
    CHECK(citx_explanation_outcome(why) == CITX_TRUTH_UNKNOWN);
    citx_explanation_free(why);
    why = NULL;
    REFUSED(CITX_STATUS_NOT_FOUND, citx_membership_explain(membership, CITX_STR("active"), CITX_STR("C-7"), NULL, &why, &err));
    REFUSED(CITX_STATUS_UNKNOWN_NAME, citx_membership_explain(membership, CITX_STR("actve"), CITX_STR("C-1"), NULL, &why, &err));
    CHECK(why == NULL && names == NULL);
    citx_membership_free(membership);
}

static citx_membership *evaluate(const citx_population *people, const char *first, const char *second)
{
    citx_pair rules[2];
    citx_segment_book *book = NULL;
    citx_membership *membership = NULL;
    rules[0] = pair("active", first);
    rules[1] = pair("north", second);
    OK(citx_segment_book_new(pairs(rules, 2), &book, &err));
    OK(citx_segment_book_evaluate(book, people, DAY, ZONE, NULL, &membership, &err));
    citx_segment_book_free(book);
    return membership;
}

static void check_membership(const citx_population *people)
{
    citx_membership *now = evaluate(people, "opens > 4", "ward = 'north'"), *before = evaluate(people, "opens > 9", "ward = 'north'");
    citx_membership *exclusive = NULL, *selected = NULL;
    citx_table *table = NULL;
    citx_diff *diff = NULL;
    citx_names *names = NULL;
    citx_segment *segment = NULL, *again = NULL, *none = NULL;
    citx_bytes *bytes = NULL;
    citx_str one[1];
    OK(citx_membership_overlap(now, NULL, &table, &err));
    CHECK(citx_table_num_rows(table) == 4 && cell_is(table, 1, "a", "active") && cell_is(table, 1, "b", "north"));
    citx_table_free(table);
    table = NULL;
    OK(citx_membership_crosstab(now, CITX_STR("ward"), NULL, &table, &err));
    CHECK(citx_table_num_rows(table) >= 4 && cell_is(table, 0, "segment", "active"));
    citx_table_free(table);
    table = NULL;
    REFUSED(CITX_STATUS_UNKNOWN_NAME, citx_membership_crosstab(now, CITX_STR("wrd"), NULL, &table, &err));
    OK(citx_membership_exclusive(now, &exclusive, &err));
    CHECK(citx_membership_count(exclusive, 0) == 2 && citx_membership_count(exclusive, 1) == 1);
    citx_membership_free(exclusive);
    one[0] = CITX_STR("north");
    OK(citx_membership_select(now, strs(one, 1), &selected, &err));
    CHECK(citx_membership_len(selected) == 1 && same(citx_membership_name(selected, 0), "north"));
    citx_membership_free(selected);
    selected = NULL;
    one[0] = CITX_STR("nrth");
    REFUSED(CITX_STATUS_UNKNOWN_NAME, citx_membership_select(now, strs(one, 1), &selected, &err));
    OK(citx_membership_segments_of(now, CITX_STR("C-1"), &names, &err));
    CHECK(citx_names_len(names) == 2);
    citx_names_free(names);
    names = NULL;
    REFUSED(CITX_STATUS_NOT_FOUND, citx_membership_segments_of(now, CITX_STR("C-7"), &names, &err));
    OK(citx_membership_diff(now, before, NULL, &diff, &err));
    OK(citx_diff_moves(diff, &table, &err));
    CHECK(citx_table_num_rows(table) == 1 && cell_is(table, 0, "segment", "active") && cell_is(table, 0, "key", "C-1"));
    CHECK(cell_is(table, 0, "change", "entered"));
    citx_table_free(table);
    table = NULL;
    OK(citx_diff_counts(diff, &table, &err));
    CHECK(citx_table_num_rows(table) == 2);
    citx_table_free(table);
    table = NULL;
    OK(citx_diff_changed(diff, &names, &err));
    CHECK(citx_names_len(names) == 0);
    citx_names_free(names);
    names = NULL;
    citx_diff_free(diff);
    OK(citx_membership_segment(now, CITX_STR("active"), &segment, &err));
    OK(citx_segment_to_roaring(segment, &bytes, &err));
    CHECK(citx_bytes_len(bytes) > 0 && citx_bytes_data(bytes) != NULL && citx_bytes_data(NULL) == NULL);
    OK(citx_segment_from_roaring(people, CITX_STR("again"), DAY, ZONE, citx_bytes_data(bytes), citx_bytes_len(bytes), &again, &err));
    CHECK(citx_segment_len(again) == 2 && same(citx_segment_name(again), "again"));
    OK(citx_segment_minus(segment, again, &none, &err));
    CHECK(citx_segment_len(none) == 0);
    citx_segment_free(none);
    none = NULL;
    one[0] = CITX_STR("opens");
    OK(citx_segment_with_columns_used(again, strs(one, 1), &none, &err));
    OK(citx_segment_columns_used(none, &names, &err));
    CHECK(citx_segment_len(none) == 2 && citx_names_len(names) == 1 && same(citx_names_get(names, 0), "opens"));
    citx_names_free(names);
    citx_segment_free(none);
    none = NULL;
    one[0] = CITX_STR("opns");
    REFUSED(CITX_STATUS_UNKNOWN_NAME, citx_segment_with_columns_used(again, strs(one, 1), &none, &err));
    REFUSED(CITX_STATUS_CORRUPTED,
            citx_segment_from_roaring(people, CITX_STR("again"), DAY, ZONE, citx_bytes_data(bytes), citx_bytes_len(bytes) - 1, &none, &err));
    REFUSED(CITX_STATUS_CORRUPTED, citx_segment_from_roaring(people, CITX_STR("again"), DAY, ZONE, NULL, 0, &none, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_segment_from_roaring(people, CITX_STR("again"), DAY, ZONE, NULL, 8, &none, &err));
    CHECK(none == NULL);
    citx_bytes_free(bytes);
    citx_segment_free(segment);
    citx_segment_free(again);
    citx_membership_free(now);
    citx_membership_free(before);
}

/* Members that were kept as bytes, segment by segment, and come back. */
static void check_kept(const citx_population *people)
{
    citx_membership *now = evaluate(people, "opens > 4", "ward = 'north'"), *again = NULL, *none = NULL;
    citx_segment *segment = NULL;
    citx_bytes *bytes[2] = {NULL, NULL};
    citx_bitmap kept[3];
    citx_bitmaps list;
    citx_pair rules[2];
    citx_segment_book *book = NULL;
    size_t i;
    rules[0] = pair("north", "ward = 'north'");
    rules[1] = pair("active", "opens > 4");
    OK(citx_segment_book_new(pairs(rules, 2), &book, &err));
    for (i = 0; i < 2; i++) {
        OK(citx_membership_segment(now, citx_membership_name(now, i), &segment, &err));
        OK(citx_segment_to_roaring(segment, &bytes[i], &err));
        citx_segment_free(segment);
        kept[i].name = citx_membership_name(now, i);
        kept[i].data = citx_bytes_data(bytes[i]);
        kept[i].len = citx_bytes_len(bytes[i]);
    }
    list.items = kept;
    list.len = 2;
    OK(citx_membership_from_roaring(book, people, DAY, ZONE, list, &again, &err));
    for (i = 0; i < 2; i++) {
        CHECK(same(citx_membership_name(again, i), i == 0 ? "north" : "active"));
        CHECK(citx_membership_count(again, i) == citx_membership_count(now, 1 - i));
    }
    citx_membership_free(again);
    kept[2] = kept[1];
    list.len = 3;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_membership_from_roaring(book, people, DAY, ZONE, list, &none, &err));
    list.len = 1;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_membership_from_roaring(book, people, DAY, ZONE, list, &none, &err));
    list.len = 2;
    kept[1].name = CITX_STR("nrth");
    REFUSED(CITX_STATUS_UNKNOWN_NAME, citx_membership_from_roaring(book, people, DAY, ZONE, list, &none, &err));
    kept[1].name = CITX_STR("north");
    kept[1].len--;
    REFUSED(CITX_STATUS_CORRUPTED, citx_membership_from_roaring(book, people, DAY, ZONE, list, &none, &err));
    kept[1].data = NULL;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_membership_from_roaring(book, people, DAY, ZONE, list, &none, &err));
    list.items = NULL;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_membership_from_roaring(book, people, DAY, ZONE, list, &none, &err));
    CHECK(none == NULL);
    citx_bytes_free(bytes[0]);
    citx_bytes_free(bytes[1]);
    citx_segment_book_free(book);
    citx_membership_free(now);
}

/* Clicks as columns of the citizens, and in rules. */
static void check_features(const citx_events *events, const citx_population *people)
{
    static const int64_t windows[] = {30, 365}, twice[] = {30, 30}, none_at_all[] = {0};
    citx_str kinds[2];
    citx_feature_options options;
    citx_table *features = NULL, *none = NULL;
    citx_population *known = NULL;
    citx_segment_book *book = NULL;
    citx_membership *membership = NULL;
    citx_sources sources;
    citx_pair rules[2];
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.windows = windows;
    options.windows_len = 2;
    OK(citx_events_features(events, people, DAY, ZONE, &options, NULL, &features, &err));
    CHECK(citx_table_num_rows(features) == 4 && citx_table_num_columns(features) == 13);
    citx_table_free(features);
    kinds[0] = CITX_STR("click");
    kinds[1] = CITX_STR("gave up");
    options.kinds = strs(kinds, 2);
    OK(citx_events_features(events, people, DAY, ZONE, &options, NULL, &features, &err));
    OK(citx_population_with_features(people, features, &known, &err));
    memset(&sources, 0, sizeof sources);
    sources.struct_size = sizeof sources;
    sources.events = events;
    rules[0] = pair("same", "event_count('click', INTERVAL '30 days') = click_30d AND \"gave up_365d\" = 0");
    rules[1] = pair("clicked", "last_click_at = last_event('click')");
    OK(citx_segment_book_new(pairs(rules, 2), &book, &err));
    OK(citx_segment_book_evaluate_with(book, known, DAY, ZONE, &sources, NULL, &membership, &err));
    CHECK(citx_membership_count(membership, 0) == 4 && citx_membership_count(membership, 1) > 0);
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_events_features(events, people, DAY, ZONE, NULL, NULL, &none, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_events_features(events, NULL, DAY, ZONE, &options, NULL, &none, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_events_features(events, people, CITX_STR("now"), ZONE, &options, NULL, &none, &err));
    options.windows = twice;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_events_features(events, people, DAY, ZONE, &options, NULL, &none, &err));
    options.windows = none_at_all;
    options.windows_len = 1;
    REFUSED(CITX_STATUS_OUT_OF_RANGE, citx_events_features(events, people, DAY, ZONE, &options, NULL, &none, &err));
    options.windows = NULL;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_events_features(events, people, DAY, ZONE, &options, NULL, &none, &err));
    options.windows_len = 0;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_events_features(events, people, DAY, ZONE, &options, NULL, &none, &err));
    CHECK(none == NULL);
    citx_membership_free(membership);
    citx_segment_book_free(book);
    citx_population_free(known);
    citx_table_free(features);
}

static void check_plan(const citx_segment_book *book, const citx_population *people, const citx_events *events, const citx_view *view)
{
    citx_sources sources;
    citx_table *plan = NULL, *none = NULL;
    memset(&sources, 0, sizeof sources);
    sources.struct_size = sizeof sources;
    sources.events = events;
    sources.view = view;
    OK(citx_segment_book_explain_plan(book, people, DAY, ZONE, &sources, NULL, &plan, &err));
    CHECK(citx_table_num_rows(plan) > 1 && cell_is(plan, citx_table_num_rows(plan) - 1, "form", "join"));
    citx_table_free(plan);
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_segment_book_explain_plan(book, people, DAY, ZONE, NULL, NULL, &none, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_segment_book_explain_plan(book, people, CITX_STR("now"), ZONE, &sources, NULL, &none, &err));
    CHECK(none == NULL);
}

static void check_book(const citx_population *people)
{
    citx_segment_book *book = NULL, *again = NULL, *other = NULL, *none = NULL;
    citx_text *json = NULL;
    citx_table *sql = NULL, *moves = NULL;
    citx_names *names = NULL;
    citx_diff *diff = NULL;
    OK(citx_segment_book_parse(CITX_STR("[active]\nrule = \"opens > 4\"\ndescription = \"Opens mail\"\nowner = \"Comms\"\n"
                                        "review_by = \"2026-10-01\"\n[plain]\nrule = \"ward = 'north'\"\n"),
                               &book, &err));
    CHECK(same(citx_segment_book_rule(book, 0), "opens > 4") && same(citx_segment_book_description(book, 0), "Opens mail"));
    CHECK(same(citx_segment_book_owner(book, 0), "Comms") && same(citx_segment_book_review_by(book, 0), "2026-10-01"));
    CHECK(citx_segment_book_owner(book, 1).data == NULL && citx_segment_book_rule(book, 2).data == NULL);
    OK(citx_segment_book_due_for_review(book, DAY, &names, &err));
    CHECK(citx_names_len(names) == 1 && same(citx_names_get(names, 0), "active"));
    citx_names_free(names);
    names = NULL;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_segment_book_due_for_review(book, CITX_STR("soon"), &names, &err));
    OK(citx_segment_book_to_json(book, &json, &err));
    OK(citx_segment_book_from_json(citx_text_str(json), &again, &err));
    CHECK(citx_segment_book_len(again) == 2 && same(citx_segment_book_owner(again, 0), "Comms"));
    citx_text_free(json);
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_segment_book_from_json(CITX_STR("{\"segments\":[3]}"), &none, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_segment_book_from_json(CITX_STR(""), &none, &err));
    OK(citx_segment_book_to_sql(book, CITX_STR("duckdb"), people, DAY, ZONE, &sql, &err));
    CHECK(citx_table_num_rows(sql) == 2 && cell_is(sql, 1, "segment", "plain"));
    citx_table_free(sql);
    sql = NULL;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_segment_book_to_sql(book, CITX_STR("oracle"), people, DAY, ZONE, &sql, &err));
    OK(citx_segment_book_parse(CITX_STR("active = \"opens > 9\"\nlater = \"TRUE\"\n"), &other, &err));
    OK(citx_segment_book_diff(book, other, people, DAY, ZONE, NULL, NULL, &diff, &err));
    OK(citx_diff_added(diff, &names, &err));
    CHECK(citx_names_len(names) == 1 && same(citx_names_get(names, 0), "later"));
    citx_names_free(names);
    names = NULL;
    OK(citx_diff_removed(diff, &names, &err));
    CHECK(citx_names_len(names) == 1 && same(citx_names_get(names, 0), "plain"));
    citx_names_free(names);
    names = NULL;
    OK(citx_diff_changed(diff, &names, &err));
    CHECK(citx_names_len(names) == 1 && same(citx_names_get(names, 0), "active"));
    citx_names_free(names);
    names = NULL;
    OK(citx_diff_moves(diff, &moves, &err));
    CHECK(citx_table_num_rows(moves) == 1 && cell_is(moves, 0, "change", "left") && cell_is(moves, 0, "key", "C-1"));
    citx_table_free(moves);
    citx_diff_free(diff);
    diff = NULL;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_segment_book_diff(book, NULL, people, DAY, ZONE, NULL, NULL, &diff, &err));
    CHECK(none == NULL && diff == NULL && sql == NULL);
    citx_segment_book_free(book);
    citx_segment_book_free(again);
    citx_segment_book_free(other);
}

static void check_change(citx_changes *changes, const char *segment, const char *key, bool entered)
{
    CHECK(citx_changes_len(changes) == 1 && same(citx_changes_segment(changes, 0), segment) && same(citx_changes_key(changes, 0), key));
    CHECK(citx_changes_entered(changes, 0) == entered && citx_changes_seq(changes, 0) > 0);
    CHECK(citx_changes_segment(changes, 1).data == NULL && citx_changes_seq(changes, 1) == 0 && !citx_changes_entered(changes, 1));
    citx_changes_free(changes);
}

static void check_live_events(citx_live *live)
{
    citx_live_event event;
    citx_changes *changes = NULL;
    double value = 2.5;
    bool known = false;
    int64_t next = 0;
    memset(&event, 0, sizeof event);
    event.struct_size = sizeof event;
    event.citizen = CITX_STR("C-2");
    event.kind = CITX_STR("click");
    event.at = CITX_STR("2026-11-21T10:00:00Z");
    event.channel = CITX_STR("sms");
    event.value = &value;
    event.id = CITX_STR("e-1");
    OK(citx_live_append(live, &event, &changes, &err));
    check_change(changes, "clicked", "C-2", true);
    OK(citx_live_append(live, &event, &changes, &err));
    CHECK(citx_changes_len(changes) == 0);
    citx_changes_free(changes);
    changes = NULL;
    event.at = CITX_STR("yesterday");
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_live_append(live, &event, &changes, &err));
    event.at = DAY;
    event.citizen = CITX_STR("");
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_live_append(live, &event, &changes, &err));
    event.citizen = CITX_STR("C-2");
    event.kind = CITX_STR("");
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_live_append(live, &event, &changes, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_live_append(live, NULL, &changes, &err));
    CHECK(changes == NULL);
    OK(citx_live_next_change_at(live, &known, &next, &err));
    CHECK(known && next > 1795305600000000); /* 2026-11-22 */
    OK(citx_live_advance(live, CITX_STR("2026-12-05"), &changes, &err));
    check_change(changes, "clicked", "C-1", false);
    changes = NULL;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_live_advance(live, DAY, &changes, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_live_advance(live, CITX_STR(""), &changes, &err));
    CHECK(changes == NULL);
}

static void check_snapshot(const citx_live *live, const citx_segment_book *book, const citx_view *view)
{
    citx_bytes *bytes = NULL;
    citx_live *restored = NULL, *none = NULL;
    citx_segment_book *other = NULL;
    citx_table *counts = NULL;
    citx_pair rule = pair("other", "TRUE");
    uint64_t seq = 0, again = 0;
    OK(citx_live_snapshot(live, &bytes, &err));
    OK(citx_live_restore(book, citx_bytes_data(bytes), citx_bytes_len(bytes), view, NULL, &restored, &err));
    OK(citx_live_seq(live, &seq, &err));
    OK(citx_live_seq(restored, &again, &err));
    CHECK(seq == again && seq > 0);
    OK(citx_live_counts(restored, &counts, &err));
    CHECK(citx_table_num_rows(counts) == 5 && cell_is(counts, 0, "segment", "active"));
    citx_table_free(counts);
    citx_live_free(restored);
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_live_restore(book, citx_bytes_data(bytes), citx_bytes_len(bytes), NULL, NULL, &none, &err));
    REFUSED(CITX_STATUS_CORRUPTED, citx_live_restore(book, citx_bytes_data(bytes), citx_bytes_len(bytes) - 1, view, NULL, &none, &err));
    REFUSED(CITX_STATUS_CORRUPTED, citx_live_restore(book, NULL, 0, view, NULL, &none, &err));
    OK(citx_segment_book_new(pairs(&rule, 1), &other, &err));
    REFUSED(CITX_STATUS_CONFLICT, citx_live_restore(other, citx_bytes_data(bytes), citx_bytes_len(bytes), view, NULL, &none, &err));
    CHECK(none == NULL);
    citx_segment_book_free(other);
    citx_bytes_free(bytes);
}

static void check_live(const citx_segment_book *book, const citx_population *people, const citx_events *events, const citx_view *view)
{
    static const char *const ids[] = {"C-2", "C-8"};
    static const int64_t opens[] = {0, 9};
    citx_sources sources = make_sources(events, view);
    citx_live *live = NULL;
    citx_record *record = NULL;
    citx_changes *changes = NULL;
    citx_table *rows, *table = NULL;
    citx_membership *membership = NULL;
    citx_population *everyone = NULL;
    arrow_table batch;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_live_new(book, people, DAY, ZONE, NULL, NULL, &live, &err));
    OK(citx_live_new(book, people, DAY, ZONE, &sources, NULL, &live, &err));
    OK(citx_record_new(&record, &err));
    REFUSED(CITX_STATUS_UNKNOWN_NAME, citx_live_upsert(live, record, &changes, &err));
    OK(citx_record_set_str(record, CITX_STR("id"), CITX_STR("C-2"), &err));
    OK(citx_record_set_int(record, CITX_STR("opens"), 7, &err));
    OK(citx_live_upsert(live, record, &changes, &err));
    check_change(changes, "active", "C-2", true);
    OK(citx_record_set_null(record, CITX_STR("opens"), &err));
    OK(citx_live_upsert(live, record, &changes, &err));
    check_change(changes, "active", "C-2", false);
    changes = NULL;
    OK(citx_record_set_str(record, CITX_STR("opens"), CITX_STR("many"), &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_live_upsert(live, record, &changes, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_live_upsert(live, NULL, &changes, &err));
    CHECK(changes == NULL);
    citx_record_free(record);
    table_start(&batch, 2, 2);
    table_text(&batch, "id", ids);
    table_int(&batch, "opens", opens, NULL);
    rows = table_import(&batch);
    OK(citx_live_upsert_table(live, rows, &changes, &err));
    OK(citx_changes_table(changes, &table, &err));
    CHECK(citx_table_num_rows(table) == 1 && cell_is(table, 0, "segment", "active") && cell_is(table, 0, "key", "C-8"));
    citx_table_free(table);
    table = NULL;
    check_change(changes, "active", "C-8", true);
    changes = NULL;
    citx_table_free(rows);
    OK(citx_live_set_view(live, view, NULL, &changes, &err));
    CHECK(citx_changes_len(changes) == 0);
    citx_changes_free(changes);
    changes = NULL;
    check_live_events(live);
    OK(citx_live_members(live, CITX_STR("active"), &table, &err));
    CHECK(citx_table_num_rows(table) == 3);
    citx_table_free(table);
    table = NULL;
    REFUSED(CITX_STATUS_UNKNOWN_NAME, citx_live_members(live, CITX_STR("actve"), &table, &err));
    OK(citx_live_membership(live, &membership, &err));
    CHECK(citx_membership_len(membership) == 5 && citx_membership_count(membership, 0) == 3);
    citx_membership_free(membership);
    OK(citx_live_population(live, &everyone, &err));
    CHECK(citx_population_len(everyone) == 5);
    citx_population_free(everyone);
    check_snapshot(live, book, view);
    citx_live_free(live);
}

int main(void)
{
    citx_population *people = make_people();
    citx_events *events = make_events();
    citx_view *view = make_view();
    citx_segment_book *book = make_book();
    check_sources(book, people, events, view);
    check_membership(people);
    check_kept(people);
    check_plan(book, people, events, view);
    check_book(people);
    check_live(book, people, events, view);
    citx_segment_book_free(book);
    citx_view_free(view);
    check_features(events, people);
    citx_events_free(events);
    citx_population_free(people);
    CHECK(arrow_live == 0);
    return finish();
}
