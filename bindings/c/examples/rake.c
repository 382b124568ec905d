/* A mean before and after raking to one margin: rake FILE WEIGHTS COLUMN MARGIN CATEGORY TOTAL [CATEGORY TOTAL ...]
   WEIGHTS, COLUMN and MARGIN are columns of FILE, which has one row for each respondent. */
#include <citx.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 100

static citx_str text(const char *argument)
{
    citx_str view;
    view.data = argument;
    view.len = strlen(argument);
    return view;
}

/* The mean with its interval; the status of the call. */
static citx_status show(const char *when, const citx_survey *survey, citx_str column, citx_error **err)
{
    citx_estimate *mean = NULL;
    citx_status status = citx_survey_mean(survey, column, NULL, &mean, err);
    if (status == CITX_STATUS_OK) {
        printf("%s: %.2f; the interval is %.2f to %.2f\n", when, citx_estimate_value(mean), citx_estimate_ci_low(mean),
               citx_estimate_ci_high(mean));
    }
    citx_estimate_free(mean);
    return status;
}

int main(int argc, char **argv)
{
    citx_strs no_texts = {NULL, 0};
    citx_total totals[MOST];
    citx_str by;
    citx_margin margin;
    citx_margins margins;
    citx_survey_options options;
    citx_error *err = NULL;
    citx_table *answers = NULL;
    citx_survey *survey = NULL, *raked = NULL;
    citx_weighting *weighting = NULL;
    size_t i, categories = argc < 7 ? 0 : ((size_t)argc - 5) / 2;
    if (argc < 7 || argc % 2 == 0 || categories > MOST) {
        fprintf(stderr, "usage: %s FILE WEIGHTS COLUMN MARGIN CATEGORY TOTAL [CATEGORY TOTAL ...]\n", argv[0]);
        return 2;
    }
    for (i = 0; i < categories; i++) {
        totals[i].name = text(argv[5 + 2 * i]);
        totals[i].total = strtod(argv[6 + 2 * i], NULL);
    }
    by = text(argv[4]);
    margin.by.items = &by;
    margin.by.len = 1;
    margin.totals.items = totals;
    margin.totals.len = categories;
    margins.items = &margin;
    margins.len = 1;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.weights = text(argv[2]);
    if (citx_table_read(text(argv[1]), no_texts, NULL, &answers, &err) || citx_survey_from_table(answers, &options, &survey, &err) ||
        show("before", survey, text(argv[3]), &err) || citx_survey_rake(survey, margins, NULL, &raked, &err) ||
        show("after", raked, text(argv[3]), &err) || citx_survey_weighting(raked, &weighting, &err)) {
        fprintf(stderr, "%.*s\n", (int)citx_error_message(err).len, citx_error_message(err).data);
    } else {
        printf("%.0f %% of the %llu respondents are left by the weights\n", 100 * citx_weighting_efficiency(weighting),
               (unsigned long long)citx_weighting_n(weighting));
    }
    int status = (int)citx_error_status(err);
    citx_weighting_free(weighting);
    citx_survey_free(raked);
    citx_survey_free(survey);
    citx_table_free(answers);
    citx_error_free(err);
    return status;
}
