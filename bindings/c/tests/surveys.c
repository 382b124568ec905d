/* Surveys: what the shared cases do not ask. Several quantiles, breakdowns, replicate weights, diagnostics, scales, and what is refused. */
#include "check.h"

#include <math.h>

static int near(double value, double wanted)
{
    return fabs(value - wanted) <= 1e-9 * fabs(wanted);
}

/* Six homes in two areas, with jackknife weights. */
static citx_survey *make_survey(void)
{
    static const char *const areas[] = {"N", "N", "N", "S", "S", "S"};
    static const char *const names[] = {"w1", "w2", "w3", "w4", "w5", "w6"};
    static const double rents[] = {1, 2, 3, 5, 6, 7}, rooms[] = {1, 1, 2, 2, 3, 3}, weights[] = {10, 10, 10, 10, 10, 10};
    arrow_table table;
    citx_table *imported;
    citx_survey_options options;
    citx_survey *survey = NULL;
    size_t i, j;
    table_start(&table, 6, 10);
    table_text(&table, "area", areas);
    table_float(&table, "rent", rents, NULL);
    table_float(&table, "rooms", rooms, NULL);
    table_float(&table, "wt", weights, NULL);
    for (i = 0; i < 6; i++) {
        double one_left_out[6];
        for (j = 0; j < 6; j++) {
            one_left_out[j] = i == j ? 0 : 12;
        }
        table_float(&table, names[i], one_left_out, NULL);
    }
    imported = table_import(&table);
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.weights = CITX_STR("wt");
    OK(citx_survey_from_table(imported, &options, &survey, &err));
    citx_table_free(imported);
    return survey;
}

static citx_breakdowns by_area(void)
{
    static citx_str name;
    static citx_strs item;
    citx_breakdowns breakdowns;
    name = CITX_STR("area");
    item = strs(&name, 1);
    memset(&breakdowns, 0, sizeof breakdowns);
    breakdowns.items = &item;
    breakdowns.len = 1;
    return breakdowns;
}

static citx_numbers numbers(const double *items, size_t len)
{
    citx_numbers list;
    memset(&list, 0, sizeof list);
    list.items = items;
    list.len = len;
    return list;
}

static void check_figures(const citx_survey *survey)
{
    static const double shares[] = {0.25, 0.5, 0.8};
    citx_estimates *estimates = NULL;
    citx_estimate *estimate = NULL;
    citx_table *table = NULL;
    citx_quantile_options options;
    citx_str none = {NULL, 0};
    OK(citx_survey_quantile(survey, CITX_STR("rent"), numbers(shares, 3), NULL, &estimates, &err));
    CHECK(citx_estimates_len(estimates) == 3);
    REFUSED(CITX_STATUS_OUT_OF_RANGE, citx_estimates_get(estimates, 3, &estimate, &err));
    OK(citx_estimates_get(estimates, 1, &estimate, &err));
    citx_estimates_free(estimates);
    CHECK(citx_estimate_value(estimate) == 3 && same(citx_estimate_unit(estimate), "quantile") && citx_estimate_n(estimate) == 6);
    CHECK(same(citx_estimate_method(estimate), "woodruff-t") && same(citx_estimate_definition(estimate), ""));
    CHECK(same(citx_estimate_deff_reference(estimate), "srswr") && isnan(citx_estimate_standard_moe(estimate)));
    citx_estimate_free(estimate);
    estimate = NULL;
    estimates = NULL;
    REFUSED(CITX_STATUS_OUT_OF_RANGE, citx_survey_quantile(survey, CITX_STR("rent"), numbers(NULL, 0), NULL, &estimates, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_survey_quantile(survey, CITX_STR("rent"), numbers(NULL, 2), NULL, &estimates, &err));
    memset(&options, 0, sizeof options);
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_survey_quantile(survey, CITX_STR("rent"), numbers(shares, 3), &options, &estimates, &err));
    options.struct_size = sizeof options;
    options.min_base = 7;
    OK(citx_survey_quantile(survey, CITX_STR("rent"), numbers(shares, 1), &options, &estimates, &err));
    OK(citx_estimates_get(estimates, 0, &estimate, &err));
    CHECK(isnan(citx_estimate_value(estimate)) && same(citx_estimate_published(estimate), "[S]"));
    citx_estimate_free(estimate);
    citx_estimates_free(estimates);
    options.min_base = 0;
    OK(citx_survey_quantile_by(survey, CITX_STR("rent"), numbers(shares, 3), by_area(), &options, &table, &err));
    CHECK(citx_table_num_rows(table) == 6 && cell_is(table, 1, "measure", "rent[0.5]") && cell_is(table, 5, "group", "S"));
    citx_table_free(table);
    OK(citx_survey_ratio_by(survey, CITX_STR("rent"), CITX_STR("rooms"), by_area(), NULL, &table, &err));
    CHECK(citx_table_num_rows(table) == 2 && cell_is(table, 0, "measure", "rent / rooms") && cell_is(table, 1, "unit", "ratio"));
    citx_table_free(table);
    OK(citx_survey_total_by(survey, CITX_STR("rent"), none, by_area(), NULL, &table, &err));
    CHECK(citx_table_num_rows(table) == 2 && cell_is(table, 0, "unit", "total"));
    citx_table_free(table);
    table = NULL;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_survey_total_by(survey, CITX_STR("area"), none, by_area(), NULL, &table, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_survey_total(survey, CITX_STR("area"), str("\xff"), NULL, &estimate, &err));
    CHECK(table == NULL);
}

static void check_tests(const citx_survey *survey)
{
    citx_test *test = NULL;
    citx_str none = {NULL, 0};
    OK(citx_survey_test(survey, CITX_STR("rent"), CITX_STR("area"), 0.9, &test, &err));
    CHECK(near(citx_test_difference(test), 4) && citx_test_df(test) == 4 && citx_test_p_value(test) < 0.05 && citx_test_n(test) == 6);
    CHECK(citx_test_num_groups(test) == 2 && same(citx_test_group(test, 1), "S") && citx_test_group(test, 2).data == NULL);
    CHECK(near(citx_test_statistic(test), citx_test_difference(test) / citx_test_std_error(test)) && citx_test_level(test) == 0.9);
    CHECK(citx_test_ci_low(test) > 0 && citx_test_ci_high(test) > 4 && isnan(citx_test_df_denominator(test)));
    CHECK(citx_test_method(test).len > 0 && citx_test_warning(test, citx_test_num_warnings(test)).data == NULL);
    citx_test_free(test);
    OK(citx_survey_test_mean(survey, CITX_STR("rent"), 4, 0.95, &test, &err));
    CHECK(fabs(citx_test_difference(test)) < 1e-12 && near(citx_test_p_value(test), 1) && citx_test_num_groups(test) == 0);
    citx_test_free(test);
    OK(citx_survey_chi_squared(survey, CITX_STR("area"), CITX_STR("rooms"), none, &test, &err));
    CHECK(citx_test_statistic(test) > 0 && citx_test_df_denominator(test) > 0 && isnan(citx_test_difference(test)));
    citx_test_free(test);
    test = NULL;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_survey_test(survey, CITX_STR("rent"), CITX_STR("rooms"), 0.95, &test, &err));
    REFUSED(CITX_STATUS_OUT_OF_RANGE, citx_survey_test(survey, CITX_STR("rent"), CITX_STR("area"), 0, &test, &err));
    REFUSED(CITX_STATUS_OUT_OF_RANGE, citx_survey_test_mean(survey, CITX_STR("rent"), 4, NAN, &test, &err));
    REFUSED(CITX_STATUS_INSUFFICIENT_DATA, citx_survey_chi_squared(survey, CITX_STR("area"), CITX_STR("wt"), none, &test, &err));
    CHECK(test == NULL);
}

/* The jackknife's own weights give its error: by hand, and by the columns of the table. */
static void check_replicates(const citx_survey *survey)
{
    static const citx_str columns[] = {{"w1", 2}, {"w2", 2}, {"w3", 2}, {"w4", 2}, {"w5", 2}, {"w6", 2}};
    static const double rscales[] = {1, 1, 1, 1, 1, 1}, scale = 5.0 / 6;
    citx_replicate_options options;
    citx_survey *jackknife = NULL, *given = NULL, *factors = NULL;
    citx_estimate *one = NULL, *other = NULL;
    OK(citx_survey_replicated(survey, CITX_STR("jk1"), 0, 0, &jackknife, &err));
    OK(citx_survey_mean(jackknife, CITX_STR("rent"), NULL, &one, &err));
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.columns = strs(columns, 6);
    options.kind = CITX_STR("jk1");
    OK(citx_survey_with_replicate_weights(survey, &options, &given, &err));
    OK(citx_survey_mean(given, CITX_STR("rent"), NULL, &other, &err));
    CHECK(near(citx_estimate_std_error(one), sqrt(28 / 30.0)) && near(citx_estimate_std_error(other), sqrt(28 / 30.0)));
    citx_estimate_free(other);
    options.kind = CITX_STR("other");
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_survey_with_replicate_weights(survey, &options, &factors, &err));
    options.scale = &scale;
    options.rscales = numbers(rscales, 6);
    options.factors = 1;
    options.mse = 1;
    OK(citx_survey_with_replicate_weights(survey, &options, &factors, &err));
    OK(citx_survey_mean(factors, CITX_STR("rent"), NULL, &other, &err));
    CHECK(near(citx_estimate_std_error(other), sqrt(28 / 30.0)));
    citx_survey_free(factors);
    factors = NULL;
    options.rscales = numbers(rscales, 5);
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_survey_with_replicate_weights(survey, &options, &factors, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_survey_with_replicate_weights(survey, NULL, &factors, &err));
    CHECK(factors == NULL);
    citx_estimate_free(one);
    citx_estimate_free(other);
    citx_survey_free(jackknife);
    citx_survey_free(given);
}

static void check_weighting(const citx_survey *survey)
{
    static const citx_total totals[] = {{{"N", 1}, 40}, {{"S", 1}, 80}};
    static const double upper = 1.2, population = 120;
    citx_str area = CITX_STR("area");
    citx_margin margin;
    citx_margins margins;
    citx_rake_options rake;
    citx_calibrate_options calibrate;
    citx_trim_options trim;
    citx_survey *raked = NULL, *trimmed = NULL, *grown = NULL;
    citx_weighting *weighting = (citx_weighting *)(void *)&margins;
    citx_table *table = NULL;
    memset(&margin, 0, sizeof margin);
    memset(&margins, 0, sizeof margins);
    memset(&rake, 0, sizeof rake);
    memset(&calibrate, 0, sizeof calibrate);
    memset(&trim, 0, sizeof trim);
    margin.by = strs(&area, 1);
    margin.totals.items = totals;
    margin.totals.len = 2;
    margins.items = &margin;
    margins.len = 1;
    OK(citx_survey_weighting(survey, &weighting, &err));
    CHECK(weighting == NULL && isnan(citx_weighting_gap(weighting)) && citx_weighting_n(weighting) == 0);
    rake.struct_size = sizeof rake;
    OK(citx_survey_rake(survey, margins, &rake, &raked, &err));
    OK(citx_survey_weighting(raked, &weighting, &err));
    citx_survey_free(raked);
    CHECK(same(citx_weighting_method(weighting), "raking") && citx_weighting_iterations(weighting) > 0 && citx_weighting_gap(weighting) < 1e-12);
    CHECK(citx_weighting_n(weighting) == 6 && near(citx_weighting_n_eff_before(weighting), 6) && near(citx_weighting_n_eff(weighting), 5.4));
    CHECK(near(citx_weighting_deff_before(weighting), 1) && near(citx_weighting_deff(weighting), 6 / 5.4) && near(citx_weighting_efficiency(weighting), 0.9));
    CHECK(near(citx_weighting_smallest(weighting), 40 / 3.0) && near(citx_weighting_largest(weighting), 80 / 3.0));
    CHECK(near(citx_weighting_factor_low(weighting), 4 / 3.0) && near(citx_weighting_factor_high(weighting), 8 / 3.0));
    CHECK(citx_weighting_trimmed(weighting) == 0);
    OK(citx_weighting_margins(weighting, &table, &err));
    CHECK(citx_table_num_rows(table) == 2 && citx_table_num_columns(table) == 5 && cell_is(table, 1, "category", "S"));
    citx_table_free(table);
    citx_weighting_free(weighting);
    OK(citx_survey_post_stratify(survey, &margin, &raked, &err));
    trim.struct_size = sizeof trim;
    trim.of = CITX_STR("mean");
    trim.upper = &upper;
    OK(citx_survey_trim(raked, &trim, &trimmed, &err));
    OK(citx_survey_weighting(trimmed, &weighting, &err));
    CHECK(citx_weighting_trimmed(weighting) == 3 && near(citx_weighting_largest(weighting), 24) && near(citx_weighting_smallest(weighting), 16));
    citx_weighting_free(weighting);
    calibrate.struct_size = sizeof calibrate;
    calibrate.population = &population;
    OK(citx_survey_calibrate(survey, &calibrate, &grown, &err));
    OK(citx_survey_weights(grown, &table, &err));
    CHECK(citx_table_num_rows(table) == 6 && same(citx_table_column_name(table, 0), "weight"));
    citx_table_free(table);
    citx_survey_free(grown);
    grown = NULL;
    rake.tolerance = NAN;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_survey_rake(survey, margins, &rake, &grown, &err));
    margin.totals.len = 1;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_survey_rake(survey, margins, NULL, &grown, &err));
    margin.totals.items = NULL;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_survey_rake(survey, margins, NULL, &grown, &err));
    margin.by.len = 0;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_survey_post_stratify(survey, &margin, &grown, &err));
    margins.items = NULL;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_survey_rake(survey, margins, NULL, &grown, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_survey_post_stratify(survey, NULL, &grown, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_survey_calibrate(survey, NULL, &grown, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_survey_trim(survey, NULL, &grown, &err));
    CHECK(grown == NULL);
    citx_survey_free(raked);
    citx_survey_free(trimmed);
}

static void check_instruments(void)
{
    static const char *const said[] = {"low", "Mid", "high", "top", NULL, "dunno"};
    static const citx_str answers[] = {{"low", 3}, {"mid", 3}, {"high", 4}}, excluded[] = {{"dunno", 5}};
    static const double values[] = {1, 2, 5}, divide_by = 5;
    static const uint32_t times = 1000, decimals = 0;
    citx_pair spelling = pair("high", "top"), question = pair("mood", "said");
    citx_scale_options scale;
    citx_survey_options options;
    citx_instrument *instrument = NULL, *other = NULL;
    citx_names *names = NULL;
    citx_survey *survey = NULL;
    citx_estimate *estimate = NULL;
    citx_counted *counted = NULL;
    citx_periods none;
    arrow_table table;
    citx_table *imported;
    OK(citx_instrument_builtin_names(&names, &err));
    CHECK(citx_names_len(names) >= 18 && same(citx_names_get(names, 0), "acsi"));
    citx_names_free(names);
    table_start(&table, 6, 1);
    table_text(&table, "said", said);
    imported = table_import(&table);
    memset(&scale, 0, sizeof scale);
    scale.struct_size = sizeof scale;
    scale.answers = strs(answers, 3);
    scale.excluded = strs(excluded, 1);
    scale.spellings = pairs(&spelling, 1);
    scale.figure = CITX_STR("index");
    scale.values = numbers(values, 3);
    scale.divide_by = &divide_by;
    scale.times = &times;
    scale.decimals = &decimals;
    scale.polarity = CITX_STR("lower");
    scale.definition = CITX_STR("mean mood of 5");
    OK(citx_instrument_scale(CITX_STR("mood"), &scale, &instrument, &err));
    CHECK(same(citx_instrument_name(instrument), "mood"));
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.instrument = instrument;
    options.questions = pairs(&question, 1);
    OK(citx_survey_from_table(imported, &options, &survey, &err));
    OK(citx_survey_score(survey, CITX_STR("mood"), str(NULL), NULL, &estimate, &err));
    CHECK(near(citx_estimate_value(estimate), 13 / 20.0) && citx_estimate_n(estimate) == 4 && same(citx_estimate_published(estimate), "650"));
    CHECK(same(citx_estimate_definition(estimate), "mean mood of 5") && same(citx_estimate_unit(estimate), "index"));
    citx_estimate_free(estimate);
    citx_survey_free(survey);
    survey = NULL;
    options.lonely_psu = CITX_STR("drop");
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_survey_from_table(imported, &options, &survey, &err));
    scale.polarity = CITX_STR("sideways");
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_instrument_scale(CITX_STR("mood"), &scale, &other, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_instrument_scale(CITX_STR("mood"), NULL, &other, &err));
    REFUSED(CITX_STATUS_IO, citx_instrument_read(CITX_STR("/nowhere/instrument.toml"), &other, &err));
    memset(&none, 0, sizeof none);
    REFUSED(CITX_STATUS_UNKNOWN_NAME, citx_instrument_counted(instrument, CITX_STR("mood"), none, &counted, &err));
    CHECK(survey == NULL && other == NULL && counted == NULL && !citx_counted_is_exactly_1(counted) && isnan(citx_counted_value(counted)));
    citx_instrument_free(instrument);
    citx_table_free(imported);
}

int main(void)
{
    citx_survey *survey = make_survey();
    check_figures(survey);
    check_tests(survey);
    check_replicates(survey);
    check_weighting(survey);
    check_instruments();
    citx_survey_free(survey);
    CHECK(arrow_live == 0);
    return finish();
}
