/* The shared cases of rules, decisions and scores. */
#include "tsv.h"

#include <math.h>

/* One value of a record, by type: into a record, or into the slot of a fact. */
static citx_status set_value(citx_record *record, citx_facts *facts, citx_str name, uint32_t slot, const char *type, const char *value,
                             citx_str zone)
{
    citx_status status;
    if (value == NULL) {
        return record != NULL ? citx_record_set_null(record, name, NULL) : citx_facts_set_null(facts, slot, NULL);
    }
    if (strcmp(type, "boolean") == 0) {
        bool flag = strcmp(value, "true") == 0;
        return record != NULL ? citx_record_set_bool(record, name, flag, NULL) : citx_facts_set_bool(facts, slot, flag, NULL);
    }
    if (strcmp(type, "integer") == 0) {
        int64_t number = strtoll(value, NULL, 10);
        return record != NULL ? citx_record_set_int(record, name, number, NULL) : citx_facts_set_int(facts, slot, number, NULL);
    }
    if (strcmp(type, "float") == 0) {
        double number = strtod(value, NULL);
        return record != NULL ? citx_record_set_float(record, name, number, NULL) : citx_facts_set_float(facts, slot, number, NULL);
    }
    if (strcmp(type, "decimal") == 0 && record != NULL) {
        return citx_record_set_decimal(record, name, str(value), NULL);
    }
    if (strcmp(type, "text") == 0) {
        return record != NULL ? citx_record_set_str(record, name, str(value), NULL) : citx_facts_set_str(facts, slot, str(value), NULL);
    }
    if (strcmp(type, "date") == 0) {
        int32_t days = 0;
        status = citx_date_parse(str(value), &days, NULL);
        if (status != CITX_STATUS_OK) {
            return status;
        }
        return record != NULL ? citx_record_set_date(record, name, days, NULL) : citx_facts_set_date(facts, slot, days, NULL);
    }
    if (strcmp(type, "timestamp") == 0) {
        int64_t micros = 0;
        status = citx_instant_parse(str(value), zone, &micros, NULL);
        if (status != CITX_STATUS_OK) {
            return status;
        }
        return record != NULL ? citx_record_set_instant(record, name, micros, NULL) : citx_facts_set_instant(facts, slot, micros, NULL);
    }
    printf("a value of type %s\n", type);
    return CITX_STATUS_UNSUPPORTED;
}

/* A list from the items between bars; `\\N` is null. */
static citx_status set_list(citx_record *record, citx_str name, const char *type, const char *start, const char *end, citx_str zone)
{
    static const char *const types[] = {"boolean", "integer", "float", "decimal", "text", "date", "timestamp"};
    const char *starts[MAX_ITEMS], *ends[MAX_ITEMS];
    size_t i, known = 0, count = split(start, end, '|', starts, ends);
    citx_value values[MAX_ITEMS];
    citx_values items;
    memset(values, 0, sizeof values);
    items.items = values;
    items.len = count;
    while (known < 7 && strcmp(types[known], type) != 0) {
        known++;
    }
    for (i = 0; i < count; i++) {
        const char *text = unescape(starts[i], ends[i]);
        int32_t days = 0;
        if (ends[i] - starts[i] == 2 && memcmp(starts[i], "\\N", 2) == 0) {
            continue;
        }
        values[i].type = CITX_TYPE_BOOLEAN + (citx_type)known;
        values[i].text = str(text);
        switch (values[i].type) {
        case CITX_TYPE_BOOLEAN: values[i].integer = strcmp(text, "true") == 0; break;
        case CITX_TYPE_INTEGER: values[i].integer = strtoll(text, NULL, 10); break;
        case CITX_TYPE_FLOAT: values[i].number = strtod(text, NULL); break;
        case CITX_TYPE_DATE:
            OK(citx_date_parse(str(text), &days, &err));
            values[i].integer = days;
            break;
        case CITX_TYPE_TIMESTAMP: OK(citx_instant_parse(str(text), zone, &values[i].integer, &err)); break;
        default: break;
        }
    }
    return citx_record_set_list(record, name, items, NULL);
}

/* The items `name:type=value` of a field, into a record or into facts. */
static citx_status set_items(const tsv_case *one, const char *name, citx_record *record, const citx_policy *policy, citx_facts *facts, citx_str zone)
{
    const char *starts[MAX_ITEMS], *ends[MAX_ITEMS], *end, *start = raw_field(one, name, &end);
    size_t i, count = split(start, end, ';', starts, ends);
    citx_status status = CITX_STATUS_OK;
    for (i = 0; i < count && status == CITX_STATUS_OK; i++) {
        const char *equals = find(starts[i], ends[i], '='), *colon = find(starts[i], equals, ':');
        const char *item = unescape(starts[i], colon), *type = colon < equals ? unescape(colon + 1, equals) : "";
        const char *value = equals < ends[i] ? unescape(equals + 1, ends[i]) : NULL;
        uint32_t slot = 0;
        if (facts != NULL) {
            status = citx_policy_fact(policy, str(item), &slot, NULL);
        }
        if (status == CITX_STATUS_OK && value != NULL && strncmp(type, "list of ", 8) == 0) {
            status = set_list(record, str(item), type + 8, equals + 1, ends[i], zone);
        } else if (status == CITX_STATUS_OK) {
            status = set_value(record, facts, str(item), slot, type, value, zone);
        }
    }
    return status;
}

static void rule_case(const tsv_case *one)
{
    citx_str as_of = str(field(one, "as_of")), zone = str(field(one, "time_zone"));
    citx_pair rule = pair("r", field(one, "rule"));
    const char *expected = field(one, "expected");
    citx_record *record = NULL;
    citx_segment_book *book = NULL;
    citx_explanation *why = NULL;
    citx_names *names = NULL;
    citx_status status;
    OK(citx_record_new(&record, &err));
    status = set_items(one, "record", record, NULL, NULL, zone);
    CHECK(status == CITX_STATUS_OK);
    status = citx_segment_book_new(pairs(&rule, 1), &book, NULL);
    if (status == CITX_STATUS_OK) {
        status = citx_segment_book_explain(book, CITX_STR("r"), record, as_of, zone, &why, NULL);
    }
    if (status == CITX_STATUS_OK) {
        static const char *const words[] = {"false", "true", "unknown"};
        snprintf(outcome, sizeof outcome, "%s", words[citx_explanation_outcome(why)]);
        OK(citx_segment_book_match(book, record, as_of, zone, &names, &err));
        CHECK((citx_names_len(names) == 1) == (citx_explanation_outcome(why) == CITX_TRUTH_TRUE));
    } else {
        set_error(status);
        CHECK(citx_segment_book_match(book, record, as_of, zone, &names, NULL) == (book == NULL ? CITX_STATUS_INVALID_ARGUMENT : status));
    }
    judge(one, expected);
    citx_names_free(names);
    citx_explanation_free(why);
    citx_segment_book_free(book);
    citx_record_free(record);
}

static const char *const event_fields[] = {"citizen",      "purpose",    "channel",     "status", "captured_at",  "method", "contact",        "topic", "scope", "notice",
                                           "evidence_ref", "valid_from", "valid_until", "actor",  "jurisdiction", "source", "idempotency_key"};
enum { EVENT_FIELDS = 17 };

/* The events of a case as a table of text; NULL, with the status, where they are refused. */
static citx_table *make_events(const tsv_case *one, const char *purpose)
{
    const char *starts[MAX_ITEMS], *ends[MAX_ITEMS], *end, *start = raw_field(one, "events", &end);
    const char *values[EVENT_FIELDS][MAX_ITEMS];
    size_t i, j, f, count = split(start, end, ';', starts, ends);
    arrow_table table;
    for (i = 0; i < count; i++) {
        const char *parts[MAX_ITEMS], *part_ends[MAX_ITEMS];
        size_t fields = split(starts[i], ends[i], '|', parts, part_ends);
        for (f = 0; f < EVENT_FIELDS; f++) {
            values[f][i] = NULL;
        }
        values[0][i] = "c1";
        values[1][i] = purpose;
        for (j = 0; j < fields; j++) {
            const char *equals = find(parts[j], part_ends[j], '=');
            const char *name = unescape(parts[j], equals), *value = equals < part_ends[j] ? unescape(equals + 1, part_ends[j]) : "";
            for (f = 0; f < EVENT_FIELDS && strcmp(event_fields[f], name) != 0; f++) {
            }
            CHECK(f < EVENT_FIELDS);
            if (f < EVENT_FIELDS) {
                values[f][i] = *value == 0 ? NULL : value;
            }
        }
    }
    table_start(&table, (int64_t)count, EVENT_FIELDS);
    for (f = 0; f < EVENT_FIELDS; f++) {
        table_text(&table, event_fields[f], values[f]);
    }
    return table_import(&table);
}

/* The policy of a case, and the name of its purpose. */
static citx_status make_policy(const tsv_case *one, const char **name, citx_policy **out)
{
    citx_policy *builtin = NULL;
    char *kind = field(one, "controller"), *at = strchr(kind, '@');
    const char *starts[MAX_ITEMS], *ends[MAX_ITEMS], *end, *start = raw_field(one, "purpose", &end);
    size_t i, count = split(start, end, '|', starts, ends);
    citx_pair constants[MAX_ITEMS];
    citx_policy *ours = NULL;
    citx_purpose purpose;
    citx_status status;
    if (at != NULL) {
        *at = '\0';
    }
    OK(citx_policy_builtin(at != NULL ? str(at + 1) : CITX_STR("uk-2026"), &builtin, &err));
    *name = count > 0 ? unescape(starts[0], ends[0]) : "";
    status = citx_policy_with_controller(builtin, CITX_STR("Anytown"), str(kind), CITX_STR("Europe/London"), &ours, NULL);
    citx_policy_free(builtin);
    if (status != CITX_STATUS_OK || count < 3) {
        *out = ours;
        return status;
    }
    memset(&purpose, 0, sizeof purpose);
    purpose.struct_size = sizeof purpose;
    purpose.name = str(*name);
    purpose.message_class = str(unescape(starts[1], ends[1]));
    purpose.basis = str(unescape(starts[2], ends[2]));
    for (i = 3; i < count; i++) {
        const char *equals = find(starts[i], ends[i], '=');
        constants[i - 3] = pair(unescape(starts[i], equals), equals < ends[i] ? unescape(equals + 1, ends[i]) : "");
    }
    purpose.constants = pairs(constants, count - 3);
    status = citx_policy_with_purpose(ours, &purpose, out, NULL);
    citx_policy_free(ours);
    return status;
}

static void describe(const citx_decision *decision)
{
    static const char *const words[] = {"deny", "allow", "defer"};
    citx_str rule = citx_decision_rule(decision);
    snprintf(outcome, sizeof outcome, "%s %.*s", words[citx_decision_outcome(decision)], (int)rule.len, rule.data);
    CHECK(citx_decision_reason(decision).len > 0 && citx_decision_allowed(decision) == (citx_decision_outcome(decision) == CITX_OUTCOME_ALLOW));
}

/* A ledger that takes the events decides as the view made of them. */
static void same_by_ledger(const citx_policy *policy, const citx_table *events, const citx_question *question, citx_str at, const char *by_view)
{
    citx_ledger *ledger = NULL;
    citx_decision *decision = NULL;
    uint64_t appended = 0;
    OK(citx_ledger_open(CITX_STR(":memory:"), policy, false, &ledger, &err));
    if (citx_ledger_append_table(ledger, events, &appended, NULL) == CITX_STATUS_OK) {
        OK(citx_ledger_decide(ledger, question, at, &decision, &err));
        describe(decision);
        CHECK(strcmp(outcome, by_view) == 0);
        if (strcmp(outcome, by_view) != 0) {
            printf("    by the ledger %s, by the view %s\n", outcome, by_view);
        }
    }
    citx_decision_free(decision);
    citx_ledger_free(ledger);
}

static void decision_case(const tsv_case *one)
{
    const char *purpose = "", *expected = field(one, "expected");
    citx_str at = str(field(one, "at")), topic = str(field(one, "topic"));
    citx_policy *policy = NULL;
    citx_table *events = NULL;
    citx_view *view = NULL;
    citx_facts *facts = NULL;
    citx_decision *decision = NULL;
    citx_question question;
    citx_status status = make_policy(one, &purpose, &policy);
    memset(&question, 0, sizeof question);
    question.struct_size = sizeof question;
    question.citizen = CITX_STR("c1");
    question.purpose = str(purpose);
    question.channel = str(field(one, "channel"));
    if (topic.len > 0) {
        question.topic = topic;
    }
    if (status == CITX_STATUS_OK) {
        events = make_events(one, purpose);
        status = citx_view_from_events(events, policy, at, &view, NULL);
    }
    if (status == CITX_STATUS_OK) {
        OK(citx_facts_new(policy, &facts, &err));
        status = set_items(one, "facts", NULL, policy, facts, CITX_STR("Europe/London"));
        question.facts = facts;
    }
    if (status == CITX_STATUS_OK) {
        status = citx_view_decide(view, &question, &decision, NULL);
    }
    if (status == CITX_STATUS_OK) {
        char by_view[sizeof outcome];
        describe(decision);
        memcpy(by_view, outcome, sizeof by_view);
        judge(one, expected);
        same_by_ledger(policy, events, &question, at, by_view);
    } else {
        set_error(status);
        judge(one, expected);
    }
    citx_decision_free(decision);
    citx_facts_free(facts);
    citx_view_free(view);
    citx_table_free(events);
    citx_policy_free(policy);
}

/* Agreement to 1e-9 relative; an empty figure is not known. */
static int agrees(double value, const char *expected)
{
    double wanted;
    if (*expected == 0) {
        return isnan(value);
    }
    wanted = strtod(expected, NULL);
    return fabs(value - wanted) <= 1e-9 * fabs(wanted);
}

static void score_case(const tsv_case *one)
{
    const char *starts[MAX_ITEMS], *ends[MAX_ITEMS], *end, *start = raw_field(one, "counts", &end);
    const char *units[MAX_ITEMS], *measures[MAX_ITEMS], *answers[MAX_ITEMS];
    double counts[MAX_ITEMS], frames[MAX_ITEMS];
    const char *value = field(one, "value"), *frame = field(one, "frame_size"), *measure = field(one, "measure");
    size_t i, rows = split(start, end, ';', starts, ends);
    arrow_table table;
    citx_table *imported;
    citx_instrument *tsm = NULL;
    citx_counts_options options;
    citx_survey *survey = NULL;
    citx_estimate *estimate = NULL;
    citx_status status;
    for (i = 0; i < rows; i++) {
        const char *equals = find(starts[i], ends[i], '=');
        units[i] = "one";
        measures[i] = measure;
        answers[i] = unescape(starts[i], equals);
        counts[i] = equals < ends[i] ? strtod(unescape(equals + 1, ends[i]), NULL) : 0;
        frames[i] = strtod(frame, NULL);
    }
    table_start(&table, (int64_t)rows, 5);
    table_text(&table, "unit", units);
    table_text(&table, "measure", measures);
    table_text(&table, "answer", answers);
    table_float(&table, "n", counts, NULL);
    table_float(&table, "frame", frames, NULL);
    imported = table_import(&table);
    OK(citx_instrument_builtin(CITX_STR("tsm-2022"), &tsm, &err));
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.instrument = tsm;
    options.unit = CITX_STR("unit");
    options.measure = CITX_STR("measure");
    options.answer = CITX_STR("answer");
    options.count = CITX_STR("n");
    if (*frame != 0) {
        options.frame_size = CITX_STR("frame");
    }
    status = citx_survey_from_counts(imported, &options, &survey, NULL);
    if (status == CITX_STATUS_OK) {
        status = citx_survey_score(survey, str(measure), CITX_STR("one"), NULL, &estimate, NULL);
    }
    if (status != CITX_STATUS_OK) {
        set_error(status);
        judge(one, value);
    } else {
        int right = agrees(citx_estimate_value(estimate), value) && agrees(citx_estimate_ci_low(estimate), field(one, "ci_low")) &&
                    agrees(citx_estimate_ci_high(estimate), field(one, "ci_high")) &&
                    same(citx_estimate_published(estimate), field(one, "published"));
        snprintf(outcome, sizeof outcome, "%.17g (%.17g, %.17g) published %.*s", citx_estimate_value(estimate), citx_estimate_ci_low(estimate),
                 citx_estimate_ci_high(estimate), (int)citx_estimate_published(estimate).len, citx_estimate_published(estimate).data);
        judge(one, right ? outcome : value);
    }
    citx_estimate_free(estimate);
    citx_survey_free(survey);
    citx_instrument_free(tsm);
    citx_table_free(imported);
}

int main(void)
{
    const char *folder = cases_folder();
    if (folder == NULL) {
        return 2;
    }
    run_file(folder, "rules.tsv", rule_case);
    run_file(folder, "decisions.tsv", decision_case);
    run_file(folder, "scores.tsv", score_case);
    return finish_cases();
}
