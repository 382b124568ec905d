/* What a host does wrong: bad text, bad structs, clashing and poisoned objects, and what each status is called. */
#include "check.h"

static void statuses_have_names(void)
{
    static const struct {
        citx_status status;
        const char *name;
    } all[] = {
        {CITX_STATUS_OK, "Ok"},
        {CITX_STATUS_INVALID_ARGUMENT, "InvalidArgument"},
        {CITX_STATUS_OUT_OF_RANGE, "OutOfRange"},
        {CITX_STATUS_RULE_SYNTAX, "RuleSyntax"},
        {CITX_STATUS_RULE_TYPE, "RuleType"},
        {CITX_STATUS_UNKNOWN_NAME, "UnknownName"},
        {CITX_STATUS_NOT_FOUND, "NotFound"},
        {CITX_STATUS_CONFLICT, "Conflict"},
        {CITX_STATUS_BUSY, "Busy"},
        {CITX_STATUS_POLICY_INVALID, "PolicyInvalid"},
        {CITX_STATUS_POLICY_UNSUPPORTED, "PolicyUnsupported"},
        {CITX_STATUS_INSUFFICIENT_DATA, "InsufficientData"},
        {CITX_STATUS_NOT_CONVERGED, "NotConverged"},
        {CITX_STATUS_SUPPRESSED, "Suppressed"},
        {CITX_STATUS_IO, "Io"},
        {CITX_STATUS_CORRUPTED, "Corrupted"},
        {CITX_STATUS_FORMAT_VERSION, "FormatVersion"},
        {CITX_STATUS_LIMIT_EXCEEDED, "LimitExceeded"},
        {CITX_STATUS_CANCELLED, "Cancelled"},
        {CITX_STATUS_UNSUPPORTED, "Unsupported"},
        {CITX_STATUS_PANIC, "Panic"},
    };
    size_t i, named = 0;
    citx_status status;
    for (i = 0; i < sizeof all / sizeof all[0]; i++) {
        CHECK(same(citx_status_name(all[i].status), all[i].name));
    }
    for (status = 0; status < 200; status++) {
        named += citx_status_name(status).data != NULL;
    }
    CHECK(named == sizeof all / sizeof all[0]); /* a new kind needs a macro and a line here */
}

static void versions_agree(void)
{
    char text[64];
    snprintf(text, sizeof text, "%d.%d.%d", CITX_VERSION_MAJOR, CITX_VERSION_MINOR, CITX_VERSION_PATCH);
    CHECK(same(citx_version(), text));
    CHECK(citx_abi_version() == CITX_ABI_VERSION);
}

static void text_is_checked(void)
{
    static const char *const wrong[] = {"\xff", "a\xc3", "\xed\xa0\x80", "\xc0\x80", "\xf4\x90\x80\x80"};
    citx_segment_book *book = NULL;
    citx_policy *policy = NULL;
    citx_record *record = NULL;
    citx_str text;
    citx_error *error = NULL;
    size_t i;
    int64_t micros = 7;
    OK(citx_record_new(&record, &err));
    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_segment_book_parse(str(wrong[i]), &book, &err));
        REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_policy_builtin(str(wrong[i]), &policy, &err));
        REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_record_set_str(record, CITX_STR("a"), str(wrong[i]), &err));
        REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_record_set_null(record, str(wrong[i]), &err));
    }
    text.data = NULL;
    text.len = 3;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_segment_book_parse(text, &book, &err));
    text.data = "a";
    text.len = (size_t)-1;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_segment_book_parse(text, &book, &err));
    CHECK(book == NULL && policy == NULL);
    /* The empty text may be NULL or not; a zero byte is a byte. */
    text.data = NULL;
    text.len = 0;
    OK(citx_record_set_str(record, CITX_STR("a"), text, &err));
    OK(citx_record_get_str(record, CITX_STR("a"), &text, &err));
    CHECK(text.len == 0);
    text.data = "x\0y";
    text.len = 3;
    OK(citx_record_set_str(record, CITX_STR("a"), text, &err));
    OK(citx_record_get_str(record, CITX_STR("a"), &text, &err));
    CHECK(text.len == 3 && memcmp(text.data, "x\0y", 3) == 0);
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_instant_parse(CITX_STR("22/11/2026"), CITX_STR(""), &micros, &err));
    REFUSED(CITX_STATUS_UNKNOWN_NAME, citx_instant_parse(CITX_STR("2026-11-22"), CITX_STR("Europe/Lundon"), &micros, &err));
    CHECK(micros == 7);
    OK(citx_instant_parse(CITX_STR("2026-07-01"), CITX_STR("Europe/London"), &micros, &err));
    CHECK(micros == INT64_C(1782860400000000));
    /* A status without an error object is enough. */
    CHECK(citx_segment_book_parse(str("\xff"), &book, NULL) == CITX_STATUS_INVALID_ARGUMENT);
    /* An error that is already there is not read. */
    error = (citx_error *)(void *)&error;
    CHECK(citx_segment_book_parse(str("\xff"), &book, &error) == CITX_STATUS_INVALID_ARGUMENT);
    citx_error_free(error);
    citx_record_free(record);
}

static void rule_errors_have_a_place(void)
{
    citx_pair rule = pair("a", "x = 1 AND\n  ag(dob) > 3");
    citx_pair twice[2];
    citx_segment_book *book = NULL;
    citx_record *record = NULL;
    citx_names *names = NULL;
    citx_error *error = NULL;
    citx_pair misspelt = pair("a", "x = 1 AND\n  opns > 3");
    CHECK(citx_segment_book_new(pairs(&rule, 1), &book, &error) != CITX_STATUS_OK || book != NULL);
    citx_error_free(error);
    error = NULL;
    citx_segment_book_free(book);
    book = NULL;
    rule = pair("a", "x = 1 AND\n  = 3");
    CHECK(citx_segment_book_new(pairs(&rule, 1), &book, &error) == CITX_STATUS_RULE_SYNTAX);
    CHECK(citx_error_line(error) == 2 && citx_error_column(error) == 3 && contains(citx_error_snippet(error), "^"));
    CHECK(citx_error_span_start(error) == 12 && citx_error_span_end(error) > 12);
    CHECK(contains(citx_error_message(error), "line 2, column 3"));
    citx_error_free(error);
    error = NULL;
    twice[0] = twice[1] = pair("a", "x = 1");
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_segment_book_new(pairs(twice, 2), &book, &err));
    twice[1] = pair("9 lives", "x = 1");
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_segment_book_new(pairs(twice, 2), &book, &err));
    OK(citx_segment_book_new(pairs(&misspelt, 1), &book, &err));
    OK(citx_record_new(&record, &err));
    OK(citx_record_set_int(record, CITX_STR("x"), 1, &err));
    OK(citx_record_set_int(record, CITX_STR("opens"), 1, &err));
    CHECK(citx_segment_book_match(book, record, CITX_STR("2026-11-22"), CITX_STR(""), &names, &error) == CITX_STATUS_UNKNOWN_NAME);
    CHECK(citx_error_line(error) == 2 && citx_error_column(error) == 3 && same(citx_error_suggestion(error), "opens"));
    citx_error_free(error);
    OK(citx_record_set_str(record, CITX_STR("opns"), CITX_STR("secret of Ann"), &err));
    error = NULL;
    CHECK(citx_segment_book_match(book, record, CITX_STR("2026-11-22"), CITX_STR(""), &names, &error) == CITX_STATUS_RULE_TYPE);
    CHECK(!contains(citx_error_message(error), "Ann"));
    citx_error_free(error);
    citx_record_free(record);
    citx_segment_book_free(book);
}

/* A struct as a newer header might have it. */
typedef struct {
    citx_purpose known;
    citx_str later;
} newer_purpose;

static void structs_say_their_size(void)
{
    citx_policy *policy = NULL, *out = NULL;
    newer_purpose newer;
    citx_purpose *purpose = &newer.known;
    OK(citx_policy_builtin(CITX_STR("uk-2026"), &policy, &err));
    memset(&newer, 0, sizeof newer);
    purpose->name = CITX_STR("newsletter");
    purpose->message_class = CITX_STR("direct_marketing");
    purpose->basis = CITX_STR("consent");
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_policy_with_purpose(policy, purpose, &out, &err));
    purpose->struct_size = 3;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_policy_with_purpose(policy, purpose, &out, &err));
    purpose->struct_size = (size_t)-1;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_policy_with_purpose(policy, purpose, &out, &err));
    CHECK(out == NULL);
    /* An older header without the last field; a newer one with a field left out, and with one set. */
    purpose->struct_size = offsetof(citx_purpose, constants);
    OK(citx_policy_with_purpose(policy, purpose, &out, &err));
    citx_policy_free(out);
    out = NULL;
    purpose->struct_size = sizeof newer;
    OK(citx_policy_with_purpose(policy, purpose, &out, &err));
    citx_policy_free(out);
    out = NULL;
    newer.later = CITX_STR("x");
    REFUSED(CITX_STATUS_UNSUPPORTED, citx_policy_with_purpose(policy, purpose, &out, &err));
    /* Lists: a length without items, items without a length. */
    newer.later.data = NULL;
    newer.later.len = 0;
    purpose->constants.len = 2;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_policy_with_purpose(policy, purpose, &out, &err));
    purpose->constants.len = (size_t)-1;
    purpose->constants.items = (const citx_pair *)(const void *)&newer;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_policy_with_purpose(policy, purpose, &out, &err));
    CHECK(out == NULL);
    citx_policy_free(policy);
}

static void outputs_are_asked_for_first(void)
{
    citx_policy *policy = NULL, *ours = NULL, *named = NULL;
    citx_ledger *ledger = NULL;
    citx_event event;
    citx_purpose purpose;
    uint64_t count = 7;
    OK(citx_policy_builtin(CITX_STR("uk-2026"), &policy, &err));
    OK(citx_policy_with_controller(policy, CITX_STR("A"), CITX_STR("charity"), CITX_STR(""), &ours, &err));
    memset(&purpose, 0, sizeof purpose);
    purpose.struct_size = sizeof purpose;
    purpose.name = CITX_STR("newsletter");
    purpose.message_class = CITX_STR("direct_marketing");
    purpose.basis = CITX_STR("consent");
    OK(citx_policy_with_purpose(ours, &purpose, &named, &err));
    OK(citx_ledger_open(CITX_STR(":memory:"), named, false, &ledger, &err));
    memset(&event, 0, sizeof event);
    event.struct_size = sizeof event;
    event.citizen = CITX_STR("C-1");
    event.purpose = CITX_STR("newsletter");
    event.channel = CITX_STR("email");
    event.status = CITX_STR("given");
    event.captured_at = CITX_STR("2026-01-05T10:00:00Z");
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_ledger_append(ledger, &event, NULL, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_ledger_append(ledger, NULL, &count, &err));
    CHECK(count == 7);
    OK(citx_ledger_len(ledger, &count, &err));
    CHECK(count == 0); /* nothing was appended by a call that could not answer */
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_ledger_head(ledger, &count, NULL, &err));
    citx_ledger_free(ledger);
    ledger = NULL;
    REFUSED(CITX_STATUS_IO, citx_ledger_open(CITX_STR("/no/such/folder/consent.db"), named, false, &ledger, &err));
    CHECK(ledger == NULL);
    citx_policy_free(policy);
    citx_policy_free(ours);
    citx_policy_free(named);
}

static void files_that_are_not_there(void)
{
    citx_table *table = NULL;
    citx_population *people = NULL;
    citx_segment_book *book = NULL;
    citx_policy *policy = NULL;
    citx_read_options options;
    REFUSED(CITX_STATUS_IO, citx_table_read(CITX_STR("no-such-file.csv"), strs(NULL, 0), NULL, &table, &err));
    REFUSED(CITX_STATUS_IO, citx_population_read(CITX_STR("no-such-file.csv"), CITX_STR("id"), NULL, &people, &err));
    REFUSED(CITX_STATUS_UNSUPPORTED, citx_table_read(CITX_STR("no-such-file.doc"), strs(NULL, 0), NULL, &table, &err));
    REFUSED(CITX_STATUS_IO, citx_segment_book_read(CITX_STR("no-such-file.toml"), &book, &err));
    REFUSED(CITX_STATUS_IO, citx_policy_read(CITX_STR("no-such-file.toml"), &policy, &err));
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.on_error = CITX_STR("ignore");
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_table_read(CITX_STR("no-such-file.csv"), strs(NULL, 0), &options, &table, &err));
    CHECK(table == NULL && people == NULL && book == NULL && policy == NULL);
}

static void a_panic_poisons_one_object(void)
{
    citx_record *record = NULL, *other = NULL;
    citx_pair rule = pair("a", "x = 1");
    citx_segment_book *book = NULL;
    citx_names *names = NULL;
    size_t len = 7;
    OK(citx_record_new(&record, &err));
    OK(citx_record_new(&other, &err));
    OK(citx_segment_book_new(pairs(&rule, 1), &book, &err));
    REFUSED(CITX_STATUS_PANIC, citx_test_panic(record, &err));
    REFUSED(CITX_STATUS_PANIC, citx_test_panic(record, &err));
    REFUSED(CITX_STATUS_PANIC, citx_record_set_int(record, CITX_STR("x"), 1, &err));
    REFUSED(CITX_STATUS_PANIC, citx_record_len(record, &len, &err));
    REFUSED(CITX_STATUS_PANIC, citx_segment_book_match(book, record, CITX_STR("2026-11-22"), CITX_STR(""), &names, &err));
    CHECK(len == 7 && names == NULL);
    citx_record_free(record);
    /* The book that was asked with it, and the other record, still work. */
    OK(citx_record_set_int(other, CITX_STR("x"), 1, &err));
    OK(citx_segment_book_match(book, other, CITX_STR("2026-11-22"), CITX_STR(""), &names, &err));
    CHECK(citx_names_len(names) == 1);
    citx_names_free(names);
    citx_record_free(other);
    citx_segment_book_free(book);
}

static void numbers_at_their_ends(void)
{
    citx_record *record = NULL;
    citx_text *text = NULL;
    citx_str name = {NULL, 0};
    int64_t integer = 0;
    double number = 0;
    bool boolean = false;
    citx_type type = 0;
    OK(citx_record_new(&record, &err));
    OK(citx_record_set_int(record, CITX_STR("i"), INT64_MIN, &err));
    OK(citx_record_get_int(record, CITX_STR("i"), &integer, &err));
    CHECK(integer == INT64_MIN);
    OK(citx_record_set_float(record, CITX_STR("f"), -0.0, &err));
    OK(citx_record_get_float(record, CITX_STR("f"), &number, &err));
    CHECK(number == 0);
    OK(citx_record_set_bool(record, CITX_STR("b"), true, &err));
    OK(citx_record_get_bool(record, CITX_STR("b"), &boolean, &err));
    CHECK(boolean);
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_record_get_int(record, CITX_STR("b"), &integer, &err));
    OK(citx_record_set_decimal(record, CITX_STR("d"), CITX_STR("-0.050"), &err));
    OK(citx_record_get_decimal(record, CITX_STR("d"), &text, &err));
    CHECK(same(citx_text_str(text), "-0.050"));
    citx_text_free(text);
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_record_set_decimal(record, CITX_STR("d"), CITX_STR("1e5"), &err));
    OK(citx_record_set_instant(record, CITX_STR("t"), INT64_MAX, &err));
    OK(citx_record_get_instant(record, CITX_STR("t"), &integer, &err));
    CHECK(integer == INT64_MAX);
    OK(citx_record_set_null(record, CITX_STR("i"), &err));
    OK(citx_record_type(record, CITX_STR("i"), &type, &err));
    CHECK(type == CITX_TYPE_NULL);
    REFUSED(CITX_STATUS_OUT_OF_RANGE, citx_record_name(record, 5, &name, &err));
    REFUSED(CITX_STATUS_OUT_OF_RANGE, citx_record_name(record, (size_t)-1, &name, &err));
    CHECK(name.data == NULL);
    citx_record_free(record);
}

int main(void)
{
    statuses_have_names();
    versions_agree();
    text_is_checked();
    rule_errors_have_a_place();
    structs_say_their_size();
    outputs_are_asked_for_first();
    files_that_are_not_there();
    a_panic_poisons_one_object();
    numbers_at_their_ends();
    return finish();
}
