/* The shared cases of operations on surveys, whose numbers are R's. */
#include "tsv.h"

#include <math.h>

#define MAX_MARGINS 8

/* `name=value` items. */
typedef struct {
    size_t count;
    const char *names[MAX_ITEMS], *values[MAX_ITEMS];
} named;

static named name_values(const char *start, const char *end, char separator)
{
    const char *starts[MAX_ITEMS], *ends[MAX_ITEMS];
    named all;
    size_t i;
    all.count = split(start, end, separator, starts, ends);
    for (i = 0; i < all.count; i++) {
        const char *equals = find(starts[i], ends[i], '=');
        all.names[i] = unescape(starts[i], equals);
        all.values[i] = equals < ends[i] ? unescape(equals + 1, ends[i]) : "";
    }
    return all;
}

static named named_field(const tsv_case *one, const char *name)
{
    const char *end, *start = raw_field(one, name, &end);
    return name_values(start, end, ';');
}

/* The value of a name; NULL where it is not there. */
static const char *value_of(const named *all, const char *name)
{
    size_t i;
    for (i = 0; i < all->count; i++) {
        if (strcmp(all->names[i], name) == 0) {
            return all->values[i];
        }
    }
    return NULL;
}

static citx_str text_of(const named *all, const char *name)
{
    return str(value_of(all, name));
}

/* The texts of a list. */
static citx_strs list_of(const named *all, const char *name, char separator)
{
    const char *starts[MAX_ITEMS], *ends[MAX_ITEMS], *text = value_of(all, name);
    size_t i, count = text == NULL ? 0 : split(text, text + strlen(text), separator, starts, ends);
    citx_str *items = (citx_str *)(void *)take_aligned((count + 1) * sizeof(citx_str));
    for (i = 0; i < count; i++) {
        items[i] = str(unescape(starts[i], ends[i]));
    }
    return strs(items, count);
}

static citx_status make_instrument(const named *options, citx_instrument **out)
{
    citx_scale_options scale;
    uint32_t decimals = 0;
    if (value_of(options, "answers") == NULL) {
        return value_of(options, "instrument") == NULL ? CITX_STATUS_OK : citx_instrument_builtin(text_of(options, "instrument"), out, NULL);
    }
    memset(&scale, 0, sizeof scale);
    scale.struct_size = sizeof scale;
    scale.answers = list_of(options, "answers", '|');
    scale.positive = list_of(options, "positive", '|');
    scale.negative = list_of(options, "negative", '|');
    scale.excluded = list_of(options, "excluded", '|');
    scale.figure = text_of(options, "figure");
    scale.definition = text_of(options, "definition");
    if (value_of(options, "decimals") != NULL) {
        decimals = (uint32_t)strtoul(value_of(options, "decimals"), NULL, 10);
        scale.decimals = &decimals;
    }
    return citx_instrument_scale(CITX_STR("own"), &scale, out, NULL);
}

static citx_status make_survey(const tsv_case *one, const named *given, citx_survey **out)
{
    char path[4096];
    citx_survey_options options;
    citx_instrument *instrument = NULL;
    citx_table *table = NULL;
    citx_pair question;
    citx_status status = make_instrument(given, &instrument);
    if (status != CITX_STATUS_OK) {
        return status;
    }
    snprintf(path, sizeof path, "%s/../%s", getenv("CITX_CONFORMANCE"), field(one, "table"));
    OK(citx_table_read(str(path), strs(NULL, 0), NULL, &table, &err));
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.instrument = instrument;
    if (value_of(given, "questions") != NULL) {
        const char *text = value_of(given, "questions"), *end = text + strlen(text), *bar = find(text, end, '|');
        question = pair(unescape(text, bar), bar + 1);
        options.questions = pairs(&question, 1);
    }
    options.weights = text_of(given, "weights");
    options.strata = text_of(given, "strata");
    options.psu = list_of(given, "psu", '|');
    options.fpc = list_of(given, "fpc", '|');
    options.selection = text_of(given, "selection");
    options.lonely_psu = text_of(given, "lonely_psu");
    options.base = text_of(given, "base");
    options.base_key = text_of(given, "base_key");
    if (value_of(given, "frame_size") != NULL) {
        options.frame_size = strtoull(value_of(given, "frame_size"), NULL, 10);
    }
    status = citx_survey_from_table(table, &options, out, NULL);
    citx_table_free(table);
    citx_instrument_free(instrument);
    return status;
}

/* What the next weighting meets. */
typedef struct {
    citx_margin margins[MAX_MARGINS];
    citx_str by[MAX_MARGINS];
    citx_total totals[MAX_MARGINS][MAX_ITEMS], columns[MAX_ITEMS];
    size_t num_margins, num_columns;
} targets;

static size_t set_totals(citx_total *totals, const char *start, const char *end)
{
    named all = name_values(start, end, '|');
    size_t i;
    for (i = 0; i < all.count; i++) {
        totals[i].name = str(all.names[i]);
        totals[i].total = strtod(all.values[i], NULL);
    }
    return all.count;
}

static void add_margin(targets *known, const char *start, const char *end)
{
    const char *bar = find(start, end, '|');
    size_t at = known->num_margins++;
    known->by[at] = str(unescape(start, bar));
    known->margins[at].by = strs(&known->by[at], 1);
    known->margins[at].totals.items = known->totals[at];
    known->margins[at].totals.len = set_totals(known->totals[at], bar + 1, end);
}

static citx_margins all_margins(const targets *known)
{
    citx_margins margins;
    memset(&margins, 0, sizeof margins);
    margins.items = known->margins;
    margins.len = known->num_margins;
    return margins;
}

static citx_status calibrate(const citx_survey *survey, const targets *known, const named *given, citx_survey **out)
{
    citx_calibrate_options options;
    double bounds[2];
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.margins = all_margins(known);
    options.totals.items = known->columns;
    options.totals.len = known->num_columns;
    options.distance = text_of(given, "distance");
    if (value_of(given, "bounds") != NULL) {
        char *comma;
        bounds[0] = strtod(value_of(given, "bounds"), &comma);
        bounds[1] = strtod(comma + 1, NULL);
        options.bounds = bounds;
    }
    return citx_survey_calibrate(survey, &options, out, NULL);
}

static citx_status trim(const citx_survey *survey, const named *given, citx_survey **out)
{
    citx_trim_options options;
    double lower = 0, upper = 0;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    if (value_of(given, "lower") != NULL) {
        lower = strtod(value_of(given, "lower"), NULL);
        options.lower = &lower;
    }
    if (value_of(given, "upper") != NULL) {
        upper = strtod(value_of(given, "upper"), NULL);
        options.upper = &upper;
    }
    options.rule = text_of(given, "rule");
    return citx_survey_trim(survey, &options, out, NULL);
}

static citx_status weigh(const citx_survey *survey, const char *verb, const targets *known, const named *given, citx_survey **out)
{
    if (strcmp(verb, "post_stratify") == 0) {
        return citx_survey_post_stratify(survey, known->margins, out, NULL);
    }
    if (strcmp(verb, "rake") == 0) {
        citx_rake_options options;
        memset(&options, 0, sizeof options);
        options.struct_size = sizeof options;
        options.max_iterations = value_of(given, "max_iterations") == NULL ? 0 : (size_t)strtoul(value_of(given, "max_iterations"), NULL, 10);
        return citx_survey_rake(survey, all_margins(known), &options, out, NULL);
    }
    if (strcmp(verb, "calibrate") == 0) {
        return calibrate(survey, known, given, out);
    }
    if (strcmp(verb, "trim") == 0) {
        return trim(survey, given, out);
    }
    if (strcmp(verb, "replicated") == 0) {
        return citx_survey_replicated(survey, text_of(given, "kind"), 0, 0, out, NULL);
    }
    if (strcmp(verb, "replicate_weights") == 0) {
        citx_replicate_options options;
        memset(&options, 0, sizeof options);
        options.struct_size = sizeof options;
        options.columns = list_of(given, "columns", ',');
        options.kind = text_of(given, "kind");
        options.mse = value_of(given, "mse") != NULL;
        return citx_survey_with_replicate_weights(survey, &options, out, NULL);
    }
    printf("a step %s\n", verb);
    return CITX_STATUS_UNSUPPORTED;
}

/* The survey after weightings and replicates, in place of `*survey`. */
static citx_status take_steps(const tsv_case *one, citx_survey **survey)
{
    const char *starts[MAX_ITEMS], *ends[MAX_ITEMS], *end, *start = raw_field(one, "steps", &end);
    size_t i, count = split(start, end, ';', starts, ends);
    static targets known;
    known.num_margins = known.num_columns = 0;
    for (i = 0; i < count; i++) {
        const char *bar = find(starts[i], ends[i], '|'), *verb = unescape(starts[i], bar), *rest = bar < ends[i] ? bar + 1 : bar;
        if (strcmp(verb, "margin") == 0) {
            add_margin(&known, rest, ends[i]);
        } else if (strcmp(verb, "total") == 0) {
            known.num_columns += set_totals(known.columns + known.num_columns, rest, ends[i]);
        } else {
            named given = name_values(rest, ends[i], '|');
            citx_survey *made = NULL;
            citx_status status = weigh(*survey, verb, &known, &given, &made);
            citx_survey_free(*survey);
            *survey = made;
            if (status != CITX_STATUS_OK) {
                return status;
            }
            if (strcmp(verb, "trim") != 0 && strncmp(verb, "replicate", 9) != 0) {
                known.num_margins = known.num_columns = 0;
            }
        }
    }
    return CITX_STATUS_OK;
}

/* What came out: one of these. */
typedef struct {
    citx_estimate *estimate;
    citx_record *row;
    citx_test *test;
    citx_weighting *weighting;
    citx_table *weights;
    citx_counted *counted;
    int unweighted;
} result;

static void free_result(result *found)
{
    citx_estimate_free(found->estimate);
    citx_record_free(found->row);
    citx_test_free(found->test);
    citx_weighting_free(found->weighting);
    citx_table_free(found->weights);
    citx_counted_free(found->counted);
}

static citx_status one_quantile(const citx_survey *survey, citx_str column, double share, const named *given, double level, result *found)
{
    citx_quantile_options options;
    citx_numbers shares;
    citx_estimates *estimates = NULL;
    citx_status status;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.rule = text_of(given, "rule");
    options.method = text_of(given, "method");
    options.level = level;
    shares.items = &share;
    shares.len = 1;
    status = citx_survey_quantile(survey, column, shares, &options, &estimates, NULL);
    if (status == CITX_STATUS_OK) {
        CHECK(citx_estimates_len(estimates) == 1);
        OK(citx_estimates_get(estimates, 0, &found->estimate, &err));
    }
    citx_estimates_free(estimates);
    return status;
}

/* The row of a group in the table of a breakdown. */
static citx_status one_row(const citx_survey *survey, const char *verb, citx_str column, const named *given, result *found)
{
    citx_str by = text_of(given, "by"), none = {NULL, 0};
    citx_strs item = strs(&by, 1);
    citx_breakdowns breakdowns;
    citx_table *table = NULL;
    citx_status status;
    size_t row;
    memset(&breakdowns, 0, sizeof breakdowns);
    breakdowns.items = &item;
    breakdowns.len = 1;
    status = strcmp(verb, "mean") == 0 ? citx_survey_mean_by(survey, column, breakdowns, NULL, &table, NULL)
                                       : citx_survey_total_by(survey, column, none, breakdowns, NULL, &table, NULL);
    for (row = 0; status == CITX_STATUS_OK && row < citx_table_num_rows(table); row++) {
        OK(citx_table_row(table, row, &found->row, &err));
        if (same(record_text(found->row, "group"), value_of(given, "group"))) {
            break;
        }
        citx_record_free(found->row);
        found->row = NULL;
    }
    citx_table_free(table);
    return status;
}

static citx_status make_figure(const citx_survey *survey, const char *const *words, size_t count, const named *given, result *found)
{
    const char *verb = words[0];
    citx_str first = str(count > 1 ? words[1] : NULL), second = str(count > 2 ? words[2] : NULL);
    double level = value_of(given, "level") == NULL ? 0.95 : strtod(value_of(given, "level"), NULL);
    citx_score_options options;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.level = level;
    options.method = text_of(given, "method");
    options.deff_reference = text_of(given, "deff_reference");
    if (value_of(given, "group") != NULL) {
        return one_row(survey, verb, first, given, found);
    }
    if (strcmp(verb, "mean") == 0) {
        return citx_survey_mean(survey, first, &options, &found->estimate, NULL);
    }
    if (strcmp(verb, "total") == 0) {
        return citx_survey_total(survey, first, second, &options, &found->estimate, NULL);
    }
    if (strcmp(verb, "ratio") == 0) {
        return citx_survey_ratio(survey, first, second, &options, &found->estimate, NULL);
    }
    if (strcmp(verb, "proportion") == 0) {
        return citx_survey_proportion(survey, first, second, &options, &found->estimate, NULL);
    }
    if (strcmp(verb, "score") == 0) {
        return citx_survey_score(survey, first, str(NULL), &options, &found->estimate, NULL);
    }
    if (strcmp(verb, "quantile") == 0) {
        return one_quantile(survey, first, strtod(words[2], NULL), given, level, found);
    }
    if (strcmp(verb, "test") == 0) {
        return citx_survey_test(survey, first, second, level, &found->test, NULL);
    }
    if (strcmp(verb, "test_mean") == 0) {
        return citx_survey_test_mean(survey, first, strtod(words[2], NULL), level, &found->test, NULL);
    }
    if (strcmp(verb, "chi_squared") == 0) {
        return citx_survey_chi_squared(survey, first, second, str(words[3]), &found->test, NULL);
    }
    if (strcmp(verb, "weighting") == 0) {
        citx_status status = citx_survey_weighting(survey, &found->weighting, NULL);
        found->unweighted = found->weighting == NULL;
        return status;
    }
    if (strcmp(verb, "weights") == 0) {
        return citx_survey_weights(survey, &found->weights, NULL);
    }
    printf("a figure %s\n", verb);
    return CITX_STATUS_UNSUPPORTED;
}

static citx_status make_counted(const named *given, const char *const *words, size_t count, result *found)
{
    citx_instrument *instrument = NULL;
    citx_period items[MAX_ITEMS];
    citx_periods periods;
    citx_status status = make_instrument(given, &instrument);
    size_t i;
    for (i = 2; i < count; i++) {
        char *slash;
        items[i - 2].numerator = strtod(words[i], &slash);
        items[i - 2].denominator = strtod(slash + 1, NULL);
    }
    periods.items = items;
    periods.len = count - 2;
    if (status == CITX_STATUS_OK) {
        status = citx_instrument_counted(instrument, str(words[1]), periods, &found->counted, NULL);
    }
    citx_instrument_free(instrument);
    return status;
}

/* A text of a result; NULL where it has a number of that name. */
static const char *text_field(const result *found, const char *name)
{
    static const struct {
        const char *name;
        citx_str (*of)(const citx_estimate *);
    } estimates[] = {{"unit", citx_estimate_unit},
                     {"method", citx_estimate_method},
                     {"definition", citx_estimate_definition},
                     {"base", citx_estimate_base},
                     {"deff_reference", citx_estimate_deff_reference},
                     {"published", citx_estimate_published},
                     {"published_unit", citx_estimate_published_unit}};
    citx_str text = {NULL, 0};
    size_t i;
    for (i = 0; found->estimate != NULL && i < sizeof estimates / sizeof estimates[0]; i++) {
        if (strcmp(name, estimates[i].name) == 0) {
            text = estimates[i].of(found->estimate);
        }
    }
    if (found->estimate != NULL && strcmp(name, "warnings") == 0) {
        CHECK(citx_estimate_num_warnings(found->estimate) == 1);
        text = citx_estimate_warning(found->estimate, 0);
    }
    if (found->test != NULL && strcmp(name, "groups") == 0) {
        citx_str one = citx_test_group(found->test, 0), other = citx_test_group(found->test, 1);
        char *both = take(one.len + other.len + 3);
        CHECK(citx_test_num_groups(found->test) == 2);
        snprintf(both, one.len + other.len + 3, "%.*s, %.*s", (int)one.len, one.data, (int)other.len, other.data);
        return both;
    }
    if (strcmp(name, "method") == 0 && (found->weighting != NULL || found->unweighted)) {
        return found->unweighted ? "" : unescape(citx_weighting_method(found->weighting).data,
                                                 citx_weighting_method(found->weighting).data + citx_weighting_method(found->weighting).len);
    }
    if (found->counted != NULL && strcmp(name, "published") == 0) {
        text = citx_counted_published(found->counted);
    } else if (found->counted != NULL && strcmp(name, "published_unit") == 0) {
        text = citx_counted_published_unit(found->counted);
    } else if (found->counted != NULL && strcmp(name, "is_exactly_1") == 0) {
        return citx_counted_is_exactly_1(found->counted) ? "true" : "false";
    }
    return text.data == NULL ? NULL : unescape(text.data, text.data + text.len);
}

static double weights_field(const citx_table *weights, const char *name)
{
    double sum = 0;
    size_t row;
    if (strcmp(name, "count") == 0) {
        return (double)citx_table_num_rows(weights);
    }
    for (row = 0; row < citx_table_num_rows(weights); row++) {
        citx_record *record = NULL;
        double weight = 0;
        OK(citx_table_row(weights, row, &record, &err));
        OK(citx_record_get_float(record, CITX_STR("weight"), &weight, &err));
        citx_record_free(record);
        sum += weight;
    }
    return sum;
}

static double estimate_field(const citx_estimate *estimate, const char *name)
{
    return strcmp(name, "value") == 0       ? citx_estimate_value(estimate)
           : strcmp(name, "std_error") == 0 ? citx_estimate_std_error(estimate)
           : strcmp(name, "ci_low") == 0    ? citx_estimate_ci_low(estimate)
           : strcmp(name, "ci_high") == 0   ? citx_estimate_ci_high(estimate)
           : strcmp(name, "df") == 0        ? citx_estimate_df(estimate)
           : strcmp(name, "n") == 0         ? (double)citx_estimate_n(estimate)
           : strcmp(name, "deff") == 0      ? citx_estimate_deff(estimate)
                                            : NAN;
}

static double test_field(const citx_test *test, const char *name)
{
    return strcmp(name, "statistic") == 0        ? citx_test_statistic(test)
           : strcmp(name, "df") == 0             ? citx_test_df(test)
           : strcmp(name, "df_denominator") == 0 ? citx_test_df_denominator(test)
           : strcmp(name, "p_value") == 0        ? citx_test_p_value(test)
           : strcmp(name, "difference") == 0     ? citx_test_difference(test)
                                                 : NAN;
}

static double weighting_field(const citx_weighting *weighting, const char *name)
{
    return strcmp(name, "n") == 0             ? (double)citx_weighting_n(weighting)
           : strcmp(name, "n_eff") == 0       ? citx_weighting_n_eff(weighting)
           : strcmp(name, "deff") == 0        ? citx_weighting_deff(weighting)
           : strcmp(name, "deff_before") == 0 ? citx_weighting_deff_before(weighting)
           : strcmp(name, "smallest") == 0    ? citx_weighting_smallest(weighting)
           : strcmp(name, "largest") == 0     ? citx_weighting_largest(weighting)
           : strcmp(name, "trimmed") == 0     ? (double)citx_weighting_trimmed(weighting)
                                              : NAN;
}

/* A number of a result; not a number where it has none of that name. */
static double number_field(const result *found, const char *name)
{
    double number = NAN;
    if (found->estimate != NULL) {
        return estimate_field(found->estimate, name);
    }
    if (found->row != NULL) {
        OK(citx_record_get_float(found->row, str(name), &number, &err));
        return number;
    }
    if (found->test != NULL) {
        return test_field(found->test, name);
    }
    if (found->weighting != NULL) {
        return weighting_field(found->weighting, name);
    }
    if (found->weights != NULL) {
        return weights_field(found->weights, name);
    }
    return strcmp(name, "value") == 0         ? citx_counted_value(found->counted)
           : strcmp(name, "numerator") == 0   ? citx_counted_numerator(found->counted)
           : strcmp(name, "denominator") == 0 ? citx_counted_denominator(found->counted)
                                              : NAN;
}

static void survey_case(const tsv_case *one)
{
    const char *starts[MAX_ITEMS], *ends[MAX_ITEMS], *words[MAX_ITEMS], *end, *start = raw_field(one, "figure", &end);
    size_t i, count = split(start, end, '|', starts, ends);
    named given = named_field(one, "survey"), options = named_field(one, "options"), expected;
    citx_survey *survey = NULL;
    citx_status status;
    result found;
    memset(&found, 0, sizeof found);
    words[0] = "";
    for (i = 0; i < count; i++) {
        words[i] = unescape(starts[i], ends[i]);
    }
    if (strcmp(words[0], "counted") == 0) {
        status = make_counted(&given, words, count, &found);
    } else {
        status = make_survey(one, &given, &survey);
        if (status == CITX_STATUS_OK) {
            status = take_steps(one, &survey);
        }
        if (status == CITX_STATUS_OK) {
            status = make_figure(survey, words, count, &options, &found);
        }
    }
    if (status != CITX_STATUS_OK || strncmp(field(one, "expected"), "error ", 6) == 0) {
        set_error(status);
        judge(one, field(one, "expected"));
    } else {
        expected = named_field(one, "expected");
        for (i = 0; i < expected.count; i++) {
            const char *text = text_field(&found, expected.names[i]);
            double wanted = strtod(expected.values[i], NULL), number = text == NULL ? number_field(&found, expected.names[i]) : NAN;
            int right = text != NULL ? strcmp(text, expected.values[i]) == 0
                                     : fabs(number - wanted) <= strtod(field(one, "tolerance"), NULL) * fabs(wanted);
            snprintf(outcome, sizeof outcome, "%s=%.17g%s", expected.names[i], number, text == NULL ? "" : text);
            judge(one, right ? outcome : expected.values[i]);
        }
    }
    free_result(&found);
    citx_survey_free(survey);
}

int main(void)
{
    const char *folder = cases_folder();
    if (folder == NULL) {
        return 2;
    }
    run_file(folder, "surveys.tsv", survey_case);
    return finish_cases();
}
