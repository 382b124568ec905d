/* The shared cases of comparisons, drivers and disclosure. */
#include "tsv.h"

#include <math.h>

/* What a case asks for; what it does not is NULL. */
typedef struct {
    citx_comparison *comparison;
    citx_drivers *drivers;
    citx_table *table;
} result;

/* The value of a name in a field of `name=value` items; NULL where it is not there. */
static const char *value_of(const tsv_case *one, const char *column, const char *name)
{
    const char *starts[MAX_ITEMS], *ends[MAX_ITEMS], *end, *start = raw_field(one, column, &end);
    size_t i, count = split(start, end, ';', starts, ends);
    for (i = 0; i < count; i++) {
        const char *equals = find(starts[i], ends[i], '=');
        if ((size_t)(equals - starts[i]) == strlen(name) && memcmp(starts[i], name, strlen(name)) == 0) {
            return unescape(equals + 1, ends[i]);
        }
    }
    return NULL;
}

static citx_table *read_table(const char *name)
{
    char path[4096];
    citx_table *table = NULL;
    snprintf(path, sizeof path, "%s/../%s", getenv("CITX_CONFORMANCE"), name);
    OK(citx_table_read(str(path), strs(NULL, 0), NULL, &table, &err));
    return table;
}

static citx_survey *read_survey(const tsv_case *one, const char *name)
{
    citx_table *table = read_table(name);
    citx_survey *survey = NULL;
    if (strcmp(field(one, "survey"), "counts") == 0) {
        citx_instrument *tsm = NULL;
        citx_counts_options counts;
        OK(citx_instrument_builtin(CITX_STR("tsm-2022"), &tsm, &err));
        memset(&counts, 0, sizeof counts);
        counts.struct_size = sizeof counts;
        counts.instrument = tsm;
        counts.unit = CITX_STR("unit");
        counts.measure = CITX_STR("measure");
        counts.answer = CITX_STR("answer");
        counts.count = CITX_STR("n");
        counts.frame_size = CITX_STR("frame");
        OK(citx_survey_from_counts(table, &counts, &survey, &err));
        citx_instrument_free(tsm);
    } else {
        citx_survey_options options;
        citx_str psu = str(value_of(one, "survey", "psu")), fpc = str(value_of(one, "survey", "fpc"));
        memset(&options, 0, sizeof options);
        options.struct_size = sizeof options;
        options.weights = str(value_of(one, "survey", "weights"));
        options.strata = str(value_of(one, "survey", "strata"));
        options.psu = strs(&psu, psu.len > 0);
        options.fpc = strs(&fpc, fpc.len > 0);
        options.lonely_psu = str(value_of(one, "survey", "lonely_psu"));
        OK(citx_survey_from_table(table, &options, &survey, &err));
    }
    citx_table_free(table);
    return survey;
}

static citx_status compare(const tsv_case *one, const citx_survey *before, const char *table, const citx_str *words, result *found)
{
    citx_survey *after = read_survey(one, table);
    citx_compare_options options;
    citx_status status;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.unit = words[2];
    options.interval = str(value_of(one, "options", "interval"));
    options.test = str(value_of(one, "options", "test"));
    options.fpc = value_of(one, "options", "fpc") != NULL;
    options.level = value_of(one, "options", "level") == NULL ? 0 : strtod(value_of(one, "options", "level"), NULL);
    status = citx_compare(before, after, words[1], &options, &found->comparison, NULL);
    citx_survey_free(after);
    return status;
}

/* `trend|measure|unit` and `rolling|measure|unit`: of the survey, and of the other table's where there is one, named by month. */
static citx_status of_waves(const tsv_case *one, const citx_survey *survey, const char *table, const citx_str *words, result *found)
{
    citx_survey *other = *table == 0 ? NULL : read_survey(one, table);
    citx_wave items[] = {{CITX_STR("2025-01"), survey}, {CITX_STR("2025-02"), other}};
    citx_waves waves;
    citx_trend *trend = NULL;
    citx_status status;
    waves.items = items;
    waves.len = other == NULL ? 1 : 2;
    if (same(words[0], "trend")) {
        citx_compare_options options;
        memset(&options, 0, sizeof options);
        options.struct_size = sizeof options;
        options.unit = words[2];
        status = citx_trend_of(waves, words[1], str(NULL), str(value_of(one, "options", "chart")), &options, &trend, NULL);
        if (status == CITX_STATUS_OK) {
            OK(citx_trend_table(trend, &found->table, &err));
        }
        citx_trend_free(trend);
    } else {
        citx_rolling_options options;
        const char *months = value_of(one, "options", "months");
        memset(&options, 0, sizeof options);
        options.struct_size = sizeof options;
        options.unit = words[2];
        options.months = months == NULL ? 0 : (uint32_t)strtoul(months, NULL, 10);
        status = citx_rolling(waves, words[1], &options, &found->table, NULL);
    }
    citx_survey_free(other);
    return status;
}

static citx_status letters_of(const tsv_case *one, const citx_survey *survey, const citx_str *words, size_t count, result *found)
{
    citx_letter_options options;
    citx_column_letters *letters = NULL;
    citx_status status;
    double least = 0;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.mode = str(value_of(one, "options", "mode"));
    options.min_base = &least;
    status = citx_survey_column_letters(survey, words[1], strs(words + 2, count - 2), &options, &letters, NULL);
    if (status == CITX_STATUS_OK) {
        OK(citx_column_letters_tests(letters, &found->table, &err));
    }
    citx_column_letters_free(letters);
    return status;
}

static citx_status of_survey(const tsv_case *one, const citx_survey *survey, const char *other, const citx_str *words, size_t count, result *found)
{
    citx_group_options groups;
    citx_driver_options options;
    uint32_t replicates = 0;
    if (same(words[0], "compare")) {
        return compare(one, survey, other, words, found);
    }
    if (same(words[0], "compare_groups")) {
        memset(&groups, 0, sizeof groups);
        groups.struct_size = sizeof groups;
        groups.reference = str(value_of(one, "options", "reference"));
        groups.group = str(value_of(one, "options", "group"));
        groups.adjust = str(value_of(one, "options", "adjust"));
        return citx_survey_compare_groups(survey, words[1], strs(words + 2, count - 2), &groups, &found->table, NULL);
    }
    if (same(words[0], "trend") || same(words[0], "rolling")) {
        return of_waves(one, survey, other, words, found);
    }
    if (same(words[0], "letters")) {
        return letters_of(one, survey, words, count, found);
    }
    CHECK(same(words[0], "drivers"));
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.missing = str(value_of(one, "options", "missing"));
    options.replicates = &replicates;
    return citx_survey_drivers(survey, words[1], strs(words + 2, count - 2), &options, NULL, &found->drivers, NULL);
}

/* `audit|n|...` and `suppress|rule|n|...`. */
static citx_status of_cells(const citx_table *table, const citx_str *words, size_t count, result *found)
{
    size_t skipped = same(words[0], "audit") ? 1 : 2;
    citx_disclosure_rule *rule = NULL;
    citx_cell_options cells;
    citx_tables tables;
    citx_status status;
    memset(&cells, 0, sizeof cells);
    cells.struct_size = sizeof cells;
    cells.count = words[skipped];
    cells.categories = strs(words + skipped + 1, count - skipped - 1);
    if (skipped == 1) {
        tables.items = &table;
        tables.len = 1;
        return citx_audit(tables, &cells, NULL, &found->table, NULL);
    }
    status = citx_disclosure_rule_builtin(words[1], &rule, NULL);
    if (status == CITX_STATUS_OK) {
        status = citx_suppress(table, &cells, rule, NULL, &found->table, NULL);
    }
    citx_disclosure_rule_free(rule);
    return status;
}

/* `draw|n`. */
static citx_status draw(const tsv_case *one, const citx_table *table, const citx_str *words, result *found)
{
    const char *seed = value_of(one, "options", "seed");
    citx_population *people = NULL;
    citx_draw_options options;
    citx_status status;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.strata = str(value_of(one, "options", "strata"));
    options.allocation = str(value_of(one, "options", "allocation"));
    options.one_per = str(value_of(one, "options", "one_per"));
    options.seed = seed == NULL ? 0 : strtoul(seed, NULL, 10);
    OK(citx_population_from_table(table, CITX_STR("id"), &people, &err));
    status = citx_population_draw(people, strtoul(words[1].data, NULL, 10), &options, &found->table, NULL);
    citx_population_free(people);
    return status;
}

/* Whether the row has what the case names. */
static int is_row(const tsv_case *one, const citx_record *record)
{
    const char *starts[MAX_ITEMS], *ends[MAX_ITEMS], *end, *start = raw_field(one, "row", &end);
    size_t i, count = split(start, end, ';', starts, ends);
    for (i = 0; i < count; i++) {
        const char *equals = find(starts[i], ends[i], '=');
        citx_str value = {NULL, 0};
        if (citx_record_get_str(record, str(unescape(starts[i], equals)), &value, NULL) != CITX_STATUS_OK ||
            !same(value, unescape(equals + 1, ends[i]))) {
            return 0;
        }
    }
    return 1;
}

static citx_record *row_of(const tsv_case *one, const citx_table *table)
{
    size_t row;
    for (row = 0; row < citx_table_num_rows(table); row++) {
        citx_record *record = NULL;
        OK(citx_table_row(table, row, &record, &err));
        if (is_row(one, record)) {
            return record;
        }
        citx_record_free(record);
    }
    CHECK(!"there is such a row");
    return NULL;
}

/* Whether a cell is what is wanted: a text, a flag, a number, or null for the empty text. */
static int cell_agrees(const citx_record *record, const char *name, const char *wanted, double tolerance)
{
    citx_str text = {NULL, 0};
    bool flag = false;
    int64_t whole = 0;
    double number = NAN, expected = strtod(wanted, NULL);
    if (citx_record_get_str(record, str(name), &text, NULL) == CITX_STATUS_OK) {
        return same(text, wanted);
    }
    if (citx_record_get_bool(record, str(name), &flag, NULL) == CITX_STATUS_OK) {
        return strcmp(wanted, flag ? "true" : "false") == 0;
    }
    if (citx_record_get_int(record, str(name), &whole, NULL) == CITX_STATUS_OK) {
        return (double)whole == expected && *wanted != 0;
    }
    if (citx_record_get_float(record, str(name), &number, NULL) == CITX_STATUS_OK) {
        return fabs(number - expected) <= tolerance * fabs(expected) && *wanted != 0;
    }
    return *wanted == 0;
}

static double number_of(const result *found, const char *name)
{
    if (found->drivers != NULL) {
        return strcmp(name, "r_squared") == 0 ? citx_drivers_r_squared(found->drivers)
               : strcmp(name, "n") == 0       ? (double)citx_drivers_n(found->drivers)
                                              : NAN;
    }
    return strcmp(name, "difference") == 0  ? citx_comparison_difference(found->comparison)
           : strcmp(name, "ci_low") == 0    ? citx_comparison_ci_low(found->comparison)
           : strcmp(name, "ci_high") == 0   ? citx_comparison_ci_high(found->comparison)
           : strcmp(name, "statistic") == 0 ? citx_comparison_statistic(found->comparison)
           : strcmp(name, "p_value") == 0   ? citx_comparison_p_value(found->comparison)
                                            : NAN;
}

static int agrees(const result *found, const citx_record *row, const char *name, const char *wanted, double tolerance)
{
    double expected = strtod(wanted, NULL);
    if (row != NULL) {
        return cell_agrees(row, name, wanted, tolerance);
    }
    if (strcmp(name, "missing") == 0) {
        return same(citx_drivers_missing(found->drivers), wanted);
    }
    return fabs(number_of(found, name) - expected) <= tolerance * fabs(expected);
}

static void comparison_case(const tsv_case *one)
{
    const char *starts[MAX_ITEMS], *ends[MAX_ITEMS], *end, *start = raw_field(one, "call", &end), *expected = field(one, "expected");
    const char *first = field(one, "table"), *bar = find(first, first + strlen(first), '|'), *other = *bar == 0 ? "" : bar + 1;
    citx_str words[MAX_ITEMS];
    size_t i, count = split(start, end, '|', starts, ends);
    double tolerance = strtod(field(one, "tolerance"), NULL);
    citx_status status;
    citx_record *row = NULL;
    result found;
    memset(&found, 0, sizeof found);
    first = unescape(first, bar);
    for (i = 0; i < count; i++) {
        words[i] = str(unescape(starts[i], ends[i]));
    }
    if (same(words[0], "audit") || same(words[0], "suppress") || same(words[0], "draw")) {
        citx_table *table = read_table(first);
        status = same(words[0], "draw") ? draw(one, table, words, &found) : of_cells(table, words, count, &found);
        citx_table_free(table);
    } else {
        citx_survey *survey = read_survey(one, first);
        status = of_survey(one, survey, other, words, count, &found);
        citx_survey_free(survey);
    }
    if (status != CITX_STATUS_OK || strncmp(expected, "error ", 6) == 0) {
        set_error(status);
        judge(one, expected);
        return;
    }
    if (found.drivers != NULL && *field(one, "row") != 0) {
        OK(citx_drivers_table(found.drivers, &found.table, &err));
    }
    row = found.table == NULL ? NULL : row_of(one, found.table);
    start = raw_field(one, "expected", &end);
    count = split(start, end, ';', starts, ends);
    for (i = 0; i < count; i++) {
        const char *equals = find(starts[i], ends[i], '='), *name = unescape(starts[i], equals), *wanted = unescape(equals + 1, ends[i]);
        snprintf(outcome, sizeof outcome, "%s", agrees(&found, row, name, wanted, tolerance) ? wanted : "another");
        judge(one, wanted);
    }
    citx_record_free(row);
    citx_table_free(found.table);
    citx_drivers_free(found.drivers);
    citx_comparison_free(found.comparison);
}

int main(void)
{
    const char *folder = cases_folder();
    if (folder == NULL) {
        return 2;
    }
    run_file(folder, "comparisons.tsv", comparison_case);
    return finish_cases();
}
