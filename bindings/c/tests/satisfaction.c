/* Comparisons, drivers, disclosure, samples, the index and returns, on data of the repository. */
#include "check.h"

#include <math.h>

static char path_buffer[4096];

/* A file of the repository, from the folder of the cases. */
static citx_str file(const char *name)
{
    const char *folder = getenv("CITX_CONFORMANCE");
    snprintf(path_buffer, sizeof path_buffer, "%s/../../%s", folder == NULL ? "tests/conformance" : folder, name);
    return str(path_buffer);
}

static int near_to(double found, double expected, double relative)
{
    int right = fabs(found - expected) <= relative * fmax(fabs(found), fabs(expected));
    if (!right) {
        printf("%.17g is not %.17g\n", found, expected);
    }
    return right;
}

static double number(const citx_table *table, size_t row, const char *column)
{
    citx_record *record = NULL;
    double value = NAN;
    OK(citx_table_row(table, row, &record, &err));
    OK(citx_record_get_float(record, str(column), &value, &err));
    citx_record_free(record);
    return value;
}

static int64_t whole(const citx_table *table, size_t row, const char *column)
{
    citx_record *record = NULL;
    int64_t value = -1;
    OK(citx_table_row(table, row, &record, &err));
    OK(citx_record_get_int(record, str(column), &value, &err));
    citx_record_free(record);
    return value;
}

static int flag(const citx_table *table, size_t row, const char *column)
{
    citx_record *record = NULL;
    bool value = false;
    OK(citx_table_row(table, row, &record, &err));
    OK(citx_record_get_bool(record, str(column), &value, &err));
    citx_record_free(record);
    return value;
}

/* How many cells of a column are this text. */
static int count_of(const citx_table *table, const char *column, const char *text)
{
    size_t row;
    int count = 0;
    for (row = 0; row < citx_table_num_rows(table); row++) {
        citx_record *record = NULL;
        citx_str value = {NULL, 0};
        OK(citx_table_row(table, row, &record, &err));
        if (citx_record_get_str(record, str(column), &value, NULL) == CITX_STATUS_OK && same(value, text)) {
            count++;
        }
        citx_record_free(record);
    }
    return count;
}

/* Answers to TP01 of one landlord, `satisfied` of `n`, from a frame. */
static citx_survey *wave(const citx_instrument *tsm, int64_t satisfied, int64_t n, int64_t frame)
{
    static const char *const units[] = {"one", "one"}, *const measures[] = {"TP01", "TP01"}, *const answers[] = {"very_satisfied", "neither"};
    int64_t counts[2], frames[2];
    arrow_table data;
    citx_table *table;
    citx_counts_options options;
    citx_survey *survey = NULL;
    counts[0] = satisfied;
    counts[1] = n - satisfied;
    frames[0] = frames[1] = frame;
    table_start(&data, 2, 5);
    table_text(&data, "unit", units);
    table_text(&data, "measure", measures);
    table_text(&data, "answer", answers);
    table_int(&data, "n", counts, NULL);
    table_int(&data, "frame", frames, NULL);
    table = table_import(&data);
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.instrument = tsm;
    options.unit = CITX_STR("unit");
    options.measure = CITX_STR("measure");
    options.answer = CITX_STR("answer");
    options.count = CITX_STR("n");
    options.frame_size = CITX_STR("frame");
    OK(citx_survey_from_counts(table, &options, &survey, &err));
    citx_table_free(table);
    return survey;
}

/* R's stratified sample of Californian schools. */
static citx_survey *schools(void)
{
    citx_table *table = NULL;
    citx_survey *survey = NULL;
    citx_survey_options options;
    citx_str fpc[1], none;
    memset(&none, 0, sizeof none);
    fpc[0] = CITX_STR("fpc");
    OK(citx_table_read(file("tests/golden/survey/apistrat.csv"), strs(NULL, 0), NULL, &table, &err));
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.weights = CITX_STR("pw");
    options.strata = CITX_STR("stype");
    options.fpc = strs(fpc, 1);
    OK(citx_survey_from_table(table, &options, &survey, &err));
    citx_table_free(table);
    return survey;
}

/* 48 of 80 against 56 of 70: the numbers are those of statsmodels in tests/golden/compare/counts.csv. */
static void waves_are_compared(const citx_instrument *tsm)
{
    citx_survey *before = wave(tsm, 48, 80, 800), *after = wave(tsm, 56, 70, 630);
    citx_comparison *change = NULL;
    citx_estimate *estimate = NULL;
    citx_compare_options options;
    citx_table *table = NULL;
    OK(citx_compare(before, after, CITX_STR("TP01"), NULL, &change, &err));
    CHECK(near_to(citx_comparison_difference(change), 0.2, 1e-12) && near_to(citx_comparison_difference_pp(change), 20, 1e-12));
    CHECK(near_to(citx_comparison_ci_low(change), 0.05243147240236498, 1e-9));
    CHECK(near_to(citx_comparison_ci_high(change), 0.33387265403690614, 1e-9));
    CHECK(near_to(citx_comparison_statistic(change), 2.6501719512585336, 1e-9) && isinf(citx_comparison_df(change)));
    CHECK(near_to(citx_comparison_p_value(change), 0.00804508136819, 1e-9) && citx_comparison_is_significant(change));
    CHECK(same(citx_comparison_method(change), "newcombe; pooled z") && same(citx_comparison_unit(change), "proportion"));
    CHECK(same(citx_comparison_measure(change), "TP01") && citx_comparison_level(change) == 0.95);
    CHECK(citx_comparison_n_before(change) == 80 && citx_comparison_n_after(change) == 70 && citx_comparison_n_matched(change) == 0);
    CHECK(citx_comparison_num_changed(change) == 0 && citx_comparison_changed(change, 0).data == NULL);
    CHECK(citx_comparison_std_error(change) > 0 && citx_comparison_covariance(change) == 0);
    OK(citx_comparison_before(change, &estimate, &err));
    CHECK(near_to(citx_estimate_value(estimate), 0.6, 1e-12));
    citx_estimate_free(estimate);
    OK(citx_comparison_after(change, &estimate, &err));
    CHECK(near_to(citx_estimate_value(estimate), 0.8, 1e-12));
    citx_estimate_free(estimate);
    citx_comparison_free(change);
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.fpc = 1;
    options.test = CITX_STR("pooled");
    options.interval = CITX_STR("wald");
    options.unit = CITX_STR("one");
    OK(citx_compare(before, after, CITX_STR("TP01"), &options, &change, &err));
    CHECK(near_to(citx_comparison_statistic(change), 2.800765856013234, 1e-9));
    citx_comparison_free(change);
    options.min_base = 75;
    OK(citx_compare(before, after, CITX_STR("TP01"), &options, &change, &err));
    CHECK(isnan(citx_comparison_difference(change)) && citx_comparison_num_warnings(change) == 1);
    CHECK(same(citx_comparison_warning(change, 0), "Suppressed"));
    citx_comparison_free(change);
    change = NULL;
    OK(citx_compare_units(before, after, strs(NULL, 0), CITX_STR("holm"), NULL, &table, &err));
    CHECK(citx_table_num_rows(table) == 1 && cell_is(table, 0, "unit", "one") && cell_is(table, 0, "adjust", "holm"));
    CHECK(near_to(number(table, 0, "p_adjusted"), 0.00804508136819, 1e-9));
    citx_table_free(table);
    REFUSED(CITX_STATUS_UNKNOWN_NAME, citx_compare(before, after, CITX_STR("TP99"), NULL, &change, &err));
    options.unit = CITX_STR("nowhere");
    REFUSED(CITX_STATUS_NOT_FOUND, citx_compare(before, after, CITX_STR("TP01"), &options, &change, &err));
    options.overlap = CITX_STR("perhaps");
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_compare(before, after, CITX_STR("TP01"), &options, &change, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_compare(before, NULL, CITX_STR("TP01"), NULL, &change, &err));
    CHECK(change == NULL);
    citx_survey_free(before);
    citx_survey_free(after);
}

static void waves_are_followed(const citx_instrument *tsm)
{
    citx_survey *first = wave(tsm, 48, 80, 800), *second = wave(tsm, 56, 70, 630);
    citx_trend *trend = NULL;
    citx_table *table = NULL;
    citx_rolling_options rolling;
    citx_wave items[2];
    citx_waves waves;
    citx_str none;
    memset(&none, 0, sizeof none);
    items[0].name = CITX_STR("2024-05");
    items[0].survey = first;
    items[1].name = CITX_STR("2024-06");
    items[1].survey = second;
    waves.items = items;
    waves.len = 2;
    OK(citx_trend_of(waves, CITX_STR("TP01"), none, none, NULL, &trend, &err));
    CHECK(near_to(citx_trend_slope(trend), 0.2, 1e-9) && citx_trend_slope_std_error(trend) > 0 && citx_trend_slope_p(trend) < 0.05);
    CHECK(citx_trend_mann_kendall_s(trend) == 1 && citx_trend_tau(trend) == 1 && citx_trend_mann_kendall_p(trend) > 0.5);
    CHECK(same(citx_trend_chart(trend), "p"));
    OK(citx_trend_table(trend, &table, &err));
    CHECK(citx_table_num_rows(table) == 2 && near_to(number(table, 1, "change"), 0.2, 1e-9));
    citx_table_free(table);
    citx_trend_free(trend);
    trend = NULL;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_trend_of(waves, CITX_STR("TP01"), none, CITX_STR("pie"), NULL, &trend, &err));
    memset(&rolling, 0, sizeof rolling);
    rolling.struct_size = sizeof rolling;
    rolling.months = 2;
    OK(citx_rolling(waves, CITX_STR("TP01"), &rolling, &table, &err));
    CHECK(citx_table_num_rows(table) == 2 && near_to(number(table, 1, "value"), 104.0 / 150.0, 1e-12) && whole(table, 1, "n") == 150);
    citx_table_free(table);
    table = NULL;
    items[0].name = CITX_STR("May");
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_rolling(waves, CITX_STR("TP01"), &rolling, &table, &err));
    items[0].survey = NULL;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_rolling(waves, CITX_STR("TP01"), &rolling, &table, &err));
    waves.len = 1;
    items[0].survey = first;
    REFUSED(CITX_STATUS_INSUFFICIENT_DATA, citx_trend_of(waves, CITX_STR("TP01"), none, none, NULL, &trend, &err));
    CHECK(trend == NULL && table == NULL);
    citx_survey_free(first);
    citx_survey_free(second);
}

static void groups_are_compared(void)
{
    citx_survey *survey = schools();
    citx_table *table = NULL;
    citx_column_letters *letters = NULL;
    citx_group_options groups;
    citx_letter_options how;
    citx_str by[1];
    double bases[2] = {60, 70};
    by[0] = CITX_STR("stype");
    OK(citx_survey_compare_groups(survey, CITX_STR("api00"), strs(by, 1), NULL, &table, &err));
    CHECK(citx_table_num_rows(table) == 3 && cell_is(table, 0, "adjust", "bh") && near_to(number(table, 0, "value_a"), 674.43, 1e-9));
    citx_table_free(table);
    memset(&groups, 0, sizeof groups);
    groups.struct_size = sizeof groups;
    groups.reference = CITX_STR("group");
    groups.group = CITX_STR("M");
    groups.adjust = CITX_STR("none");
    OK(citx_survey_compare_groups(survey, CITX_STR("api00"), strs(by, 1), &groups, &table, &err));
    CHECK(citx_table_num_rows(table) == 2);
    /* By R: 674.43 with 12.3824797939073, 636.6 with 16.2147073081845, from two strata. */
    CHECK(cell_is(table, 0, "group_a", "E") && near_to(number(table, 0, "difference"), 674.43 - 636.6, 1e-9));
    CHECK(near_to(number(table, 0, "std_error"), sqrt(12.3824797939073 * 12.3824797939073 + 16.2147073081845 * 16.2147073081845), 1e-9));
    citx_table_free(table);
    table = NULL;
    groups.group = CITX_STR("X");
    REFUSED(CITX_STATUS_UNKNOWN_NAME, citx_survey_compare_groups(survey, CITX_STR("api00"), strs(by, 1), &groups, &table, &err));
    OK(citx_survey_column_letters(survey, CITX_STR("comp.imp"), strs(by, 1), NULL, &letters, &err));
    CHECK(same(citx_column_letters_mode(letters), "dim"));
    OK(citx_column_letters_cells(letters, &table, &err));
    CHECK(citx_table_num_rows(table) == 6 && cell_is(table, 0, "flag", ""));
    citx_table_free(table);
    OK(citx_column_letters_tests(letters, &table, &err));
    CHECK(citx_table_num_rows(table) == 6);
    citx_table_free(table);
    citx_column_letters_free(letters);
    memset(&how, 0, sizeof how);
    how.struct_size = sizeof how;
    how.mode = CITX_STR("ctables");
    how.bonferroni = 1;
    how.min_base = &bases[0];
    how.small_base = &bases[1];
    OK(citx_survey_column_letters(survey, CITX_STR("comp.imp"), strs(by, 1), &how, &letters, &err));
    OK(citx_column_letters_cells(letters, &table, &err));
    CHECK(count_of(table, "flag", "**") == 4);
    citx_table_free(table);
    citx_column_letters_free(letters);
    letters = NULL;
    how.mode = CITX_STR("spss");
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_survey_column_letters(survey, CITX_STR("comp.imp"), strs(by, 1), &how, &letters, &err));
    citx_survey_free(survey);
}

/* R's `swiss`: the numbers are those of lm over all orders in tests/golden/drivers/expected.csv. */
static void drivers_are_ranked(void)
{
    citx_table *table = NULL;
    citx_survey *survey = NULL;
    citx_drivers *drivers = NULL;
    citx_driver_options options;
    citx_str names[5];
    uint32_t replicates = 0;
    names[0] = CITX_STR("Agriculture");
    names[1] = CITX_STR("Examination");
    names[2] = CITX_STR("Education");
    names[3] = CITX_STR("Catholic");
    names[4] = CITX_STR("Infant.Mortality");
    OK(citx_table_read(file("tests/golden/drivers/swiss.csv"), strs(NULL, 0), NULL, &table, &err));
    OK(citx_survey_from_table(table, NULL, &survey, &err));
    citx_table_free(table);
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.replicates = &replicates;
    OK(citx_survey_drivers(survey, CITX_STR("Fertility"), strs(names, 5), &options, NULL, &drivers, &err));
    CHECK(near_to(citx_drivers_r_squared(drivers), 0.706735001592726, 1e-9) && citx_drivers_n(drivers) == 47);
    CHECK(isnan(citx_drivers_r_squared_ci_low(drivers)) && citx_drivers_replicates(drivers) == 0);
    CHECK(near_to(citx_drivers_n_eff(drivers), 47, 1e-12) && citx_drivers_n_outcome(drivers) == 47 && citx_drivers_level(drivers) == 0.95);
    CHECK(same(citx_drivers_outcome(drivers), "Fertility") && same(citx_drivers_missing(drivers), "listwise"));
    CHECK(same(citx_drivers_coding(drivers), "order") && citx_drivers_num_warnings(drivers) == 1);
    CHECK(same(citx_drivers_warning(drivers, 0), "SmallBase") && citx_drivers_warning(drivers, 1).data == NULL);
    OK(citx_drivers_table(drivers, &table, &err));
    CHECK(citx_table_num_rows(table) == 5 && cell_is(table, 0, "driver", "Education") && whole(table, 0, "rank") == 1);
    CHECK(near_to(number(table, 0, "lmg"), 0.260134678624384, 1e-7));
    citx_table_free(table);
    citx_drivers_free(drivers);
    drivers = NULL;
    replicates = 20;
    options.seed = 1;
    OK(citx_survey_drivers(survey, CITX_STR("Fertility"), strs(names, 5), &options, NULL, &drivers, &err));
    CHECK(citx_drivers_r_squared_ci_low(drivers) < 0.706735001592726 && citx_drivers_r_squared_ci_high(drivers) > 0.6);
    citx_drivers_free(drivers);
    drivers = NULL;
    options.missing = CITX_STR("sometimes");
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_survey_drivers(survey, CITX_STR("Fertility"), strs(names, 5), &options, NULL, &drivers, &err));
    names[1] = names[0];
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_survey_drivers(survey, CITX_STR("Fertility"), strs(names, 2), NULL, NULL, &drivers, &err));
    REFUSED(CITX_STATUS_UNKNOWN_NAME, citx_survey_drivers(survey, CITX_STR("Happiness"), strs(names, 1), NULL, NULL, &drivers, &err));
    citx_survey_free(survey);
}

static citx_table *cells_of_16(void)
{
    static const int64_t n[] = {30, 47, 64, 89, 90, 124, 5, 31, 92, 100, 59, 85, 800, 991, 651, 685};
    static const char *const letters[] = {"a", "b", "c", "d", "w", "x", "y", "z"};
    const char *rows[16], *columns[16];
    arrow_table data;
    int i;
    for (i = 0; i < 16; i++) {
        rows[i] = letters[4 + i / 4];
        columns[i] = letters[i % 4];
    }
    table_start(&data, 16, 3);
    table_text(&data, "row", rows);
    table_text(&data, "column", columns);
    table_int(&data, "n", n, NULL);
    return table_import(&data);
}

/* Regions of 1, 2 and 1, of which the two of 1 are small: how many are withheld beside them is sdcTable's. */
static void regions_are_withheld_as_in_sdc_table(void)
{
    static const struct {
        uint32_t ignore_singletons;
        uint64_t line_total;
        int extra;
    } cases[] = {{1, 0, 0}, {0, 0, 1}, {1, 3, 1}, {1, 5, 2}};
    static const char *const regions[] = {"a", "b", "c", "Total"};
    static const int64_t n[] = {1, 2, 1, 4};
    citx_str category = CITX_STR("region");
    citx_disclosure_rule *rule = NULL;
    citx_suppress_options protection;
    citx_cell_options options;
    citx_table *table, *made = NULL;
    arrow_table data;
    uint64_t zero = 0, beyond = 2000000;
    size_t i;
    table_start(&data, 4, 2);
    table_text(&data, "region", regions);
    table_int(&data, "n", n, NULL);
    table = table_import(&data);
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.categories = strs(&category, 1);
    options.count = CITX_STR("n");
    OK(citx_disclosure_rule_parse(CITX_STR("name = 'own'\nsource = 'none'\nsymbol = '*'\n[primary]\nunder = 2\nzero = false"), &rule, &err));
    memset(&protection, 0, sizeof protection);
    protection.struct_size = sizeof protection;
    protection.floor = &zero;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        protection.ignore_singletons = cases[i].ignore_singletons;
        protection.line_total = cases[i].line_total;
        OK(citx_suppress(table, &options, rule, &protection, &made, &err));
        CHECK(count_of(made, "suppressed", "primary") == 2 && count_of(made, "suppressed", "secondary") == cases[i].extra);
        citx_table_free(made);
        made = NULL;
    }
    protection.floor = &beyond;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_suppress(table, &options, rule, &protection, &made, &err));
    citx_table_free(table);
    citx_disclosure_rule_free(rule);
}

/* The same counts and totals, where two are withheld in each row and column, and yet w|b is known (sdcTable, test-simpleheuristic.R). */
static citx_table *cells_that_leak(const citx_table *totals)
{
    static const char *const hidden[] = {"wa", "wb", "wc", "xa", "xc", "yb", "yd", "zb", "zd"};
    static char rows[25][8], columns[25][8];
    const char *row_texts[25], *column_texts[25], *marks[25];
    int64_t n[25];
    arrow_table data;
    size_t i, j;
    CHECK(citx_table_num_rows(totals) == 25);
    for (i = 0; i < 25; i++) {
        citx_record *record = NULL;
        citx_str text;
        OK(citx_table_row(totals, i, &record, &err));
        text = record_text(record, "row");
        snprintf(rows[i], sizeof rows[i], "%.*s", (int)text.len, text.data);
        text = record_text(record, "column");
        snprintf(columns[i], sizeof columns[i], "%.*s", (int)text.len, text.data);
        OK(citx_record_get_int(record, CITX_STR("n"), &n[i], &err));
        citx_record_free(record);
        row_texts[i] = rows[i];
        column_texts[i] = columns[i];
        marks[i] = "none";
        for (j = 0; j < sizeof hidden / sizeof hidden[0]; j++) {
            if (rows[i][0] == hidden[j][0] && columns[i][0] == hidden[j][1] && rows[i][1] == 0 && columns[i][1] == 0) {
                marks[i] = "primary";
            }
        }
    }
    table_start(&data, 25, 4);
    table_text(&data, "row", row_texts);
    table_text(&data, "column", column_texts);
    table_int(&data, "n", n, NULL);
    table_text(&data, "suppressed", marks);
    return table_import(&data);
}

static void small_counts_are_withheld(void)
{
    citx_table *cells = cells_of_16(), *made = NULL, *totals = NULL, *leak, *found = NULL;
    const citx_table *items[2];
    citx_disclosure_rule *rule = NULL;
    citx_table_list *list = NULL;
    citx_names *names = NULL;
    citx_cell_options options;
    citx_suppress_options protection;
    citx_audit_options audit;
    citx_tables tables;
    citx_str categories[2];
    size_t row, exact = 0;
    categories[0] = CITX_STR("row");
    categories[1] = CITX_STR("column");
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.categories = strs(categories, 2);
    options.count = CITX_STR("n");
    OK(citx_disclosure_rule_names(&names, &err));
    CHECK(citx_names_len(names) == 7);
    citx_names_free(names);
    REFUSED(CITX_STATUS_UNKNOWN_NAME, citx_disclosure_rule_builtin(CITX_STR("nobody"), &rule, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_disclosure_rule_parse(CITX_STR("name = 'ours'\nunder = 6"), &rule, &err));
    OK(citx_disclosure_rule_parse(CITX_STR("name = 'ours'\nsource = 'board'\nsymbol = '[c]'\n[primary]\nunder = 6\nzero = true"), &rule, &err));
    CHECK(same(citx_disclosure_rule_name(rule), "ours") && same(citx_disclosure_rule_symbol(rule), "[c]"));
    CHECK(same(citx_disclosure_rule_source(rule), "board") && same(citx_disclosure_rule_title(rule), ""));
    CHECK(citx_disclosure_rule_threshold(rule) == 6);
    citx_disclosure_rule_free(rule);
    OK(citx_disclosure_rule_builtin(CITX_STR("uk-tre"), &rule, &err));
    OK(citx_suppress(cells, &options, rule, NULL, &made, &err));
    CHECK(count_of(made, "suppressed", "primary") == 1);
    tables.items = items;
    tables.len = 1;
    items[0] = made;
    OK(citx_audit(tables, &options, NULL, &found, &err));
    CHECK(citx_table_num_rows(found) >= 1);
    for (row = 0; row < citx_table_num_rows(found); row++) {
        CHECK(!flag(found, row, "recoverable"));
    }
    citx_table_free(found);
    citx_table_free(made);
    OK(citx_with_totals(cells, &options, &totals, &err));
    leak = cells_that_leak(totals);
    items[0] = leak;
    memset(&audit, 0, sizeof audit);
    audit.struct_size = sizeof audit;
    OK(citx_audit(tables, &options, &audit, &found, &err));
    CHECK(citx_table_num_rows(found) == 9);
    for (row = 0; row < citx_table_num_rows(found); row++) {
        if (flag(found, row, "recoverable") && cell_is(found, row, "row", "w") && cell_is(found, row, "column", "b")) {
            exact++;
            CHECK(whole(found, row, "lower") == 47 && whole(found, row, "upper") == 47);
        }
    }
    CHECK(exact == 1);
    citx_table_free(found);
    found = NULL;
    audit.rule = rule;
    audit.max_cells = 3;
    REFUSED(CITX_STATUS_LIMIT_EXCEEDED, citx_audit(tables, &options, &audit, &found, &err));
    audit.suppressed = CITX_STR("hidden");
    REFUSED(CITX_STATUS_UNKNOWN_NAME, citx_audit(tables, &options, &audit, &found, &err));
    items[0] = NULL;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_audit(tables, &options, NULL, &found, &err));
    memset(&protection, 0, sizeof protection);
    protection.struct_size = sizeof protection;
    protection.width = 3;
    items[0] = cells;
    items[1] = totals;
    tables.len = 2;
    OK(citx_suppress_linked(tables, &options, rule, &protection, &list, &err));
    CHECK(citx_table_list_len(list) == 2);
    OK(citx_table_list_get(list, 1, &made, &err));
    CHECK(citx_table_num_rows(made) == 25 && count_of(made, "suppressed", "primary") == 1 && count_of(made, "suppressed", "secondary") >= 3);
    citx_table_free(made);
    made = NULL;
    REFUSED(CITX_STATUS_OUT_OF_RANGE, citx_table_list_get(list, 2, &made, &err));
    citx_table_list_free(list);
    protection.percent = -1;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_suppress(cells, &options, rule, &protection, &made, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_suppress(cells, NULL, rule, NULL, &made, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_suppress(cells, &options, NULL, NULL, &made, &err));
    options.count = CITX_STR("m");
    REFUSED(CITX_STATUS_UNKNOWN_NAME, citx_with_totals(cells, &options, &made, &err));
    citx_table_free(leak);
    citx_table_free(totals);
    citx_table_free(cells);
    citx_disclosure_rule_free(rule);
}

/* 300 answers to TP01 by telephone, of two groups, one of them of 5. */
static citx_survey *answers(const citx_instrument *tsm)
{
    const char *values[300], *modes[300], *groups[300];
    arrow_table data;
    citx_table *table;
    citx_survey *survey = NULL;
    citx_survey_options options;
    int i;
    for (i = 0; i < 300; i++) {
        values[i] = i < 200 ? "very_satisfied" : i < 260 ? "neither" : "fairly_dissatisfied";
        modes[i] = "telephone";
        groups[i] = i < 295 ? "a" : "b";
    }
    table_start(&data, 300, 3);
    table_text(&data, "TP01", values);
    table_text(&data, "mode", modes);
    table_text(&data, "g", groups);
    table = table_import(&data);
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.instrument = tsm;
    options.frame_size = 1080;
    options.mode = CITX_STR("mode");
    OK(citx_survey_from_table(table, &options, &survey, &err));
    citx_table_free(table);
    return survey;
}

static void small_bases_are_withheld(const citx_instrument *tsm)
{
    citx_survey *survey = answers(tsm);
    citx_disclosure_rule *rule = NULL;
    citx_table *scores = NULL, *made = NULL;
    citx_breakdowns by;
    citx_strs items[1];
    citx_str names[1];
    names[0] = CITX_STR("g");
    items[0] = strs(names, 1);
    by.items = items;
    by.len = 1;
    OK(citx_disclosure_rule_builtin(CITX_STR("uk-tre"), &rule, &err));
    OK(citx_survey_scores(survey, by, NULL, &scores, &err));
    OK(citx_protect_scores(scores, rule, NULL, &made, &err));
    CHECK(citx_table_num_rows(made) == 3 && !flag(made, 0, "suppressed") && flag(made, 1, "suppressed") && flag(made, 2, "suppressed"));
    citx_table_free(made);
    made = NULL;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_protect_scores(scores, NULL, NULL, &made, &err));
    citx_table_free(scores);
    citx_disclosure_rule_free(rule);
    citx_survey_free(survey);
}

static void samples_are_drawn(void)
{
    int64_t ids[100];
    const char *districts[100];
    arrow_table data;
    citx_table *table, *drawn = NULL, *again = NULL;
    citx_population *people = NULL;
    citx_draw_options options;
    citx_tally numbers[2];
    citx_record *record = NULL;
    citx_str key;
    char text[16];
    int i;
    for (i = 0; i < 100; i++) {
        ids[i] = i;
        districts[i] = i < 40 ? "N" : "S";
    }
    table_start(&data, 100, 2);
    table_int(&data, "id", ids, NULL);
    table_text(&data, "district", districts);
    table = table_import(&data);
    OK(citx_population_from_table(table, CITX_STR("id"), &people, &err));
    citx_table_free(table);
    OK(citx_population_draw(people, 10, NULL, &drawn, &err));
    CHECK(citx_table_num_rows(drawn) == 10 && near_to(number(drawn, 0, "weight"), 10, 1e-12));
    citx_table_free(drawn);
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.strata = CITX_STR("district");
    OK(citx_population_draw(people, 10, &options, &drawn, &err));
    CHECK(count_of(drawn, "stratum", "N") == 4 && count_of(drawn, "stratum", "S") == 6);
    OK(citx_population_draw(people, 10, &options, &again, &err));
    for (i = 0; i < 10; i++) {
        OK(citx_table_row(drawn, (size_t)i, &record, &err));
        key = record_text(record, "id");
        snprintf(text, sizeof text, "%.*s", (int)key.len, key.data);
        CHECK(cell_is(again, (size_t)i, "id", text));
        citx_record_free(record);
    }
    citx_table_free(drawn);
    citx_table_free(again);
    numbers[0].name = CITX_STR("N");
    numbers[0].count = 9;
    numbers[1].name = CITX_STR("S");
    numbers[1].count = 1;
    options.numbers.items = numbers;
    options.numbers.len = 2;
    options.allocation = CITX_STR("given");
    OK(citx_population_draw(people, 10, &options, &drawn, &err));
    CHECK(count_of(drawn, "stratum", "N") == 9);
    citx_table_free(drawn);
    drawn = NULL;
    REFUSED(CITX_STATUS_OUT_OF_RANGE, citx_population_draw(people, 0, NULL, &drawn, &err));
    REFUSED(CITX_STATUS_OUT_OF_RANGE, citx_population_draw(people, 101, NULL, &drawn, &err));
    numbers[0].name = CITX_STR("W");
    REFUSED(CITX_STATUS_UNKNOWN_NAME, citx_population_draw(people, 10, &options, &drawn, &err));
    options.allocation = CITX_STR("fair");
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_population_draw(people, 10, &options, &drawn, &err));
    citx_population_free(people);
}

/* RR1: 50 of 100; RR3: e = 80 of 100, 50 / (80 + .8 x 20). */
static void response_is_counted(void)
{
    static const char *const codes[] = {"I", "R", "2.2", "3.1", "NE"}, *const citizens[] = {"a", "a", "b", NULL, "c"};
    static const char *const households[] = {"h", "h", "h", "i", "j"};
    static const int64_t n[] = {50, 20, 10, 20, 20};
    arrow_table data;
    citx_table *table, *rates = NULL;
    citx_str none;
    double eligible = 1;
    memset(&none, 0, sizeof none);
    table_start(&data, 5, 4);
    table_text(&data, "code", codes);
    table_int(&data, "n", n, NULL);
    table_text(&data, "citizen", citizens);
    table_text(&data, "household", households);
    table = table_import(&data);
    OK(citx_response_rates(table, CITX_STR("code"), CITX_STR("n"), NULL, &rates, &err));
    CHECK(citx_table_num_rows(rates) == 16 && cell_is(rates, 0, "rate", "RR1") && near_to(number(rates, 0, "value"), 0.5, 1e-12));
    CHECK(near_to(number(rates, 2, "denominator"), 96, 1e-12));
    citx_table_free(rates);
    OK(citx_response_rates(table, CITX_STR("code"), CITX_STR("n"), &eligible, &rates, &err));
    CHECK(near_to(number(rates, 2, "denominator"), 100, 1e-12));
    citx_table_free(rates);
    rates = NULL;
    eligible = 1.5;
    REFUSED(CITX_STATUS_OUT_OF_RANGE, citx_response_rates(table, CITX_STR("code"), none, &eligible, &rates, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_response_rates(table, CITX_STR("citizen"), none, NULL, &rates, &err));
    OK(citx_coverage(table, CITX_STR("citizen"), CITX_STR("household"), &rates, &err));
    CHECK(whole(rates, 0, "answers") == 5 && whole(rates, 0, "citizens") == 3 && whole(rates, 0, "citizens_more_than_once") == 1);
    CHECK(whole(rates, 0, "citizens_unknown") == 1 && whole(rates, 0, "households") == 3);
    citx_table_free(rates);
    rates = NULL;
    REFUSED(CITX_STATUS_UNKNOWN_NAME, citx_coverage(table, CITX_STR("person"), none, &rates, &err));
    citx_table_free(table);
}

static void experience_is_indexed(void)
{
    static const char *const ids[] = {"a", "b", "b"}, *const at[] = {"2026-11-01", "2026-11-01", "2026-11-01"};
    static const char *const kinds[] = {"rating", "complaint", "rating"}, *const citizens[] = {"a", "b", "c"};
    static const char *const strangers[] = {"z"};
    static const double values[] = {5, 0, 1};
    static const int nulls[] = {0, 1, 0};
    arrow_table data;
    citx_table *table, *features = NULL, *parts = NULL;
    citx_population *people = NULL, *known = NULL;
    citx_segment_book *book = NULL;
    citx_membership *membership = NULL;
    citx_segment *segment = NULL;
    citx_index *index = NULL;
    citx_index_columns columns;
    citx_str none, by[1];
    citx_pair rule = pair("unhappy", "citx_index < 40");
    double unhappy;
    memset(&none, 0, sizeof none);
    memset(&columns, 0, sizeof columns);
    columns.struct_size = sizeof columns;
    columns.citizen = CITX_STR("id");
    columns.at = CITX_STR("at");
    columns.kind = CITX_STR("kind");
    columns.value = CITX_STR("value");
    table_start(&data, 3, 4);
    table_text(&data, "id", ids);
    table_text(&data, "at", at);
    table_text(&data, "kind", kinds);
    table_float(&data, "value", values, nulls);
    table = table_import(&data);
    OK(citx_index_from_table(table, &columns, none, CITX_STR("2026-11-01"), &index, &err));
    OK(citx_index_table(index, &features, &err));
    CHECK(citx_table_num_rows(features) == 2 && near_to(number(features, 0, "citx_index"), 75, 1e-9));
    unhappy = number(features, 1, "citx_index");
    OK(citx_index_explain(index, CITX_STR("b"), &parts, &err));
    CHECK(near_to(50 + number(parts, 0, "contribution") + number(parts, 1, "contribution"), unhappy, 1e-12));
    citx_table_free(parts);
    parts = NULL;
    REFUSED(CITX_STATUS_NOT_FOUND, citx_index_explain(index, CITX_STR("z"), &parts, &err));
    citx_table_free(table);
    table_start(&data, 3, 1);
    table_text(&data, "id", citizens);
    table = table_import(&data);
    OK(citx_population_from_table(table, CITX_STR("id"), &people, &err));
    OK(citx_population_with_features(people, features, &known, &err));
    OK(citx_segment_book_new(pairs(&rule, 1), &book, &err));
    OK(citx_segment_book_evaluate(book, known, CITX_STR("2026-11-01"), CITX_STR("UTC"), NULL, &membership, &err));
    OK(citx_membership_segment(membership, CITX_STR("unhappy"), &segment, &err));
    CHECK(citx_segment_len(segment) == 1);
    OK(citx_index_means(index, strs(NULL, 0), NULL, NULL, 0, &parts, &err));
    CHECK(citx_table_num_rows(parts) == 1 && whole(parts, 0, "n") == 2 && cell_is(parts, 0, "warnings", "Experimental; SmallBase"));
    citx_table_free(parts);
    OK(citx_index_means(index, strs(NULL, 0), known, segment, 0.9, &parts, &err));
    CHECK(whole(parts, 0, "n") == 1 && near_to(number(parts, 0, "value"), unhappy, 1e-12));
    citx_table_free(parts);
    parts = NULL;
    by[0] = CITX_STR("channel");
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_index_means(index, strs(by, 1), NULL, NULL, 0, &parts, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_index_means(index, strs(NULL, 0), NULL, segment, 0, &parts, &err));
    REFUSED(CITX_STATUS_OUT_OF_RANGE, citx_index_means(index, strs(NULL, 0), NULL, NULL, 2, &parts, &err));
    citx_index_free(index);
    index = NULL;
    REFUSED(CITX_STATUS_UNKNOWN_NAME, citx_index_from_table(table, &columns, none, CITX_STR("2026-11-01"), &index, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_index_from_table(table, NULL, none, CITX_STR("2026-11-01"), &index, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_index_from_table(table, &columns, CITX_STR("prior = 1"), CITX_STR("2026-11-01"), &index, &err));
    citx_population_free(known);
    known = NULL;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_population_with_features(people, NULL, &known, &err));
    citx_table_free(table);
    table_start(&data, 1, 1);
    table_text(&data, "id", strangers);
    table = table_import(&data);
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_population_with_features(people, table, &known, &err));
    citx_segment_free(segment);
    citx_membership_free(membership);
    citx_segment_book_free(book);
    citx_population_free(people);
    citx_table_free(features);
    citx_table_free(table);
}

static citx_table *figures(void)
{
    static const char *const measures[] = {"BS01"};
    static const int64_t numerators[] = {1079}, denominators[] = {1080};
    arrow_table data;
    table_start(&data, 1, 3);
    table_text(&data, "measure", measures);
    table_int(&data, "numerator", numerators, NULL);
    table_int(&data, "denominator", denominators, NULL);
    return table_import(&data);
}

/* The row of a measure that has a published figure. */
static size_t row_of(const citx_table *table, const char *measure)
{
    size_t row, found = 0;
    for (row = citx_table_num_rows(table); row > 0; row--) {
        citx_record *record = NULL;
        OK(citx_table_row(table, row - 1, &record, &err));
        if (same(record_text(record, "measure"), measure)) {
            found = row - 1;
        }
        citx_record_free(record);
    }
    return found;
}

static void returns_are_made(const citx_instrument *tsm, const char *workbook)
{
    citx_survey *survey = answers(tsm);
    citx_table *table = figures(), *sheet = NULL;
    citx_management *management = NULL, *one = NULL;
    citx_tsm_return *made = NULL;
    citx_text *text = NULL;
    citx_names *names = NULL;
    citx_perception_part part;
    const citx_perception_part *items[2];
    citx_perception_parts parts;
    citx_tsm_return_options options;
    citx_pair incentives = pair("incentives", "none");
    FILE *file;
    OK(citx_management_from_table(table, NULL, &management, &err));
    OK(citx_management_table(management, &sheet, &err));
    CHECK(citx_table_num_rows(sheet) == 1 && cell_is(sheet, 0, "published", "99.9"));
    citx_table_free(sheet);
    OK(citx_management_checks(management, &sheet, &err));
    CHECK(citx_table_num_rows(sheet) == 0);
    citx_table_free(sheet);
    OK(citx_management_units(management, &names, &err));
    CHECK(citx_names_len(names) == 0);
    citx_names_free(names);
    REFUSED(CITX_STATUS_NOT_FOUND, citx_management_of_unit(management, CITX_STR("Anytown Homes"), &one, &err));
    memset(&part, 0, sizeof part);
    part.struct_size = sizeof part;
    part.tenure = CITX_STR("LCRA");
    part.survey = survey;
    part.approach = pairs(&incentives, 1);
    items[0] = items[1] = &part;
    parts.items = items;
    parts.len = 1;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.landlord = CITX_STR("Anytown Homes");
    options.year = CITX_STR("2024/25");
    OK(citx_tsm_return_new(parts, management, &options, &made, &err));
    OK(citx_tsm_return_measures(made, &sheet, &err));
    CHECK(citx_table_num_rows(sheet) == 26 && cell_is(sheet, row_of(sheet, "TP01"), "published", "66.7"));
    CHECK(cell_is(sheet, row_of(sheet, "BS01"), "published", "99.9"));
    citx_table_free(sheet);
    OK(citx_tsm_return_samples(made, &sheet, &err));
    CHECK(citx_table_num_rows(sheet) == 1 && whole(sheet, 0, "population") == 1080 && whole(sheet, 0, "achieved") == 300);
    citx_table_free(sheet);
    OK(citx_tsm_return_methods(made, &sheet, &err));
    CHECK(citx_table_num_rows(sheet) == 1 && cell_is(sheet, 0, "method", "telephone"));
    citx_table_free(sheet);
    OK(citx_tsm_return_answer_counts(made, &sheet, &err));
    CHECK(citx_table_num_rows(sheet) >= 5);
    citx_table_free(sheet);
    OK(citx_tsm_return_management(made, &sheet, &err));
    CHECK(cell_is(sheet, 0, "measure", "BS01"));
    citx_table_free(sheet);
    OK(citx_tsm_return_representativeness(made, &sheet, &err));
    citx_table_free(sheet);
    OK(citx_tsm_return_characteristics(made, &sheet, &err));
    citx_table_free(sheet);
    OK(citx_tsm_return_weighting(made, &sheet, &err));
    CHECK(citx_table_num_rows(sheet) == 1 && !flag(sheet, 0, "weighted"));
    citx_table_free(sheet);
    OK(citx_tsm_return_summary_of_approach(made, &sheet, &err));
    CHECK(citx_table_num_rows(sheet) == 11);
    citx_table_free(sheet);
    OK(citx_tsm_return_warnings(made, &sheet, &err));
    CHECK(count_of(sheet, "code", "MeasureMissing") > 0);
    citx_table_free(sheet);
    OK(citx_tsm_return_summary_markdown(made, &text, &err));
    CHECK(contains(citx_text_str(text), "# Summary of approach, LCRA"));
    citx_text_free(text);
    OK(citx_tsm_return_write(made, str(workbook), &err));
    file = fopen(workbook, "rb");
    CHECK(file != NULL && fgetc(file) == 'P' && fgetc(file) == 'K');
    if (file != NULL) {
        fclose(file);
        remove(workbook);
    }
    REFUSED(CITX_STATUS_IO, citx_tsm_return_write(made, CITX_STR("/no/such/folder/return.xlsx"), &err));
    citx_tsm_return_free(made);
    OK(citx_tsm_return_new(parts, NULL, &options, &made, &err));
    sheet = NULL;
    REFUSED(CITX_STATUS_NOT_FOUND, citx_tsm_return_management(made, &sheet, &err));
    citx_tsm_return_free(made);
    made = NULL;
    parts.len = 2;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_tsm_return_new(parts, NULL, &options, &made, &err));
    parts.len = 1;
    options.year = CITX_STR("last year");
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_tsm_return_new(parts, NULL, &options, &made, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_tsm_return_new(parts, NULL, NULL, &made, &err));
    items[0] = NULL;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_tsm_return_new(parts, NULL, &options, &made, &err));
    citx_management_free(management);
    citx_table_free(table);
    citx_survey_free(survey);
}

static void surveys_are_described(const citx_instrument *tsm)
{
    static const char *const characteristics[] = {"g", "g"}, *const categories[] = {"a", "b"};
    static const double shares[] = {0.9, 0.1};
    citx_survey *survey = answers(tsm);
    citx_summary_of_approach *summary = NULL;
    citx_representativeness *found = NULL;
    citx_table *table, *rows = NULL;
    citx_names *missing = NULL;
    citx_text *text = NULL;
    citx_pair stated = pair("incentives", "none");
    citx_str none;
    arrow_table data;
    memset(&none, 0, sizeof none);
    OK(citx_survey_summary_of_approach(survey, pairs(&stated, 1), &summary, &err));
    OK(citx_summary_of_approach_table(summary, &rows, &err));
    CHECK(citx_table_num_rows(rows) == 11 && count_of(rows, "text", "none") == 1);
    citx_table_free(rows);
    OK(citx_summary_of_approach_missing(summary, &missing, &err));
    CHECK(citx_names_len(missing) > 0);
    citx_names_free(missing);
    OK(citx_summary_of_approach_markdown(summary, &text, &err));
    CHECK(contains(citx_text_str(text), "300 answers"));
    citx_text_free(text);
    citx_summary_of_approach_free(summary);
    summary = NULL;
    stated = pair("weather", "fair");
    REFUSED(CITX_STATUS_UNKNOWN_NAME, citx_survey_summary_of_approach(survey, pairs(&stated, 1), &summary, &err));
    table_start(&data, 2, 3);
    table_text(&data, "characteristic", characteristics);
    table_text(&data, "category", categories);
    table_float(&data, "share", shares, NULL);
    table = table_import(&data);
    OK(citx_survey_representativeness(survey, table, none, &found, &err));
    OK(citx_representativeness_categories(found, &rows, &err));
    CHECK(citx_table_num_rows(rows) == 2 && near_to(number(rows, 1, "difference_pp"), 100 * (5.0 / 300 - 0.1), 1e-9));
    citx_table_free(rows);
    OK(citx_representativeness_characteristics(found, &rows, &err));
    /* 270 and 30 are expected, 295 and 5 found. */
    CHECK(near_to(number(rows, 0, "chi_squared"), 25.0 * 25 / 270 + 25.0 * 25 / 30, 1e-9));
    citx_table_free(rows);
    citx_representativeness_free(found);
    found = NULL;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_survey_representativeness(survey, NULL, none, &found, &err));
    citx_table_free(table);
    table = figures();
    REFUSED(CITX_STATUS_UNKNOWN_NAME, citx_survey_representativeness(survey, table, none, &found, &err));
    citx_table_free(table);
    citx_survey_free(survey);
}

static void releases_are_read(void)
{
    citx_tsm_release *release = NULL;
    citx_table *table = NULL;
    citx_management_options options;
    citx_management *management = NULL;
    OK(citx_tsm_release_read(file("examples/tsm/tsm2024.xlsx"), &release, &err));
    OK(citx_tsm_release_returns(release, &table, &err));
    CHECK(citx_table_num_rows(table) > 400);
    citx_table_free(table);
    OK(citx_tsm_release_counts(release, &table, &err));
    CHECK(citx_table_num_rows(table) > 10000);
    citx_table_free(table);
    OK(citx_tsm_release_published(release, &table, &err));
    citx_table_free(table);
    OK(citx_tsm_release_methods(release, &table, &err));
    citx_table_free(table);
    OK(citx_tsm_release_filters(release, &table, &err));
    citx_table_free(table);
    OK(citx_tsm_release_unweighted(release, &table, &err));
    citx_table_free(table);
    OK(citx_tsm_release_management(release, &table, &err));
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.unit = CITX_STR("landlord");
    OK(citx_management_from_table(table, &options, &management, &err));
    citx_table_free(table);
    citx_management_free(management);
    citx_tsm_release_free(release);
    release = NULL;
    REFUSED(CITX_STATUS_IO, citx_tsm_release_read(file("examples/tsm/no-such-file.xlsx"), &release, &err));
    REFUSED(CITX_STATUS_CORRUPTED, citx_tsm_release_read(file("examples/tsm/citx.toml"), &release, &err));
}

int main(int argc, char **argv)
{
    citx_instrument *tsm = NULL;
    char workbook[4096];
    snprintf(workbook, sizeof workbook, "%s.xlsx", argc > 0 ? argv[0] : "return");
    OK(citx_instrument_builtin(CITX_STR("tsm-2022"), &tsm, &err));
    waves_are_compared(tsm);
    waves_are_followed(tsm);
    groups_are_compared();
    drivers_are_ranked();
    regions_are_withheld_as_in_sdc_table();
    small_counts_are_withheld();
    small_bases_are_withheld(tsm);
    samples_are_drawn();
    response_is_counted();
    experience_is_indexed();
    returns_are_made(tsm, workbook);
    surveys_are_described(tsm);
    releases_are_read();
    citx_instrument_free(tsm);
    CHECK(arrow_live == 0);
    return finish();
}
