/* One landlord's score on a Tenant Satisfaction Measure, from counts of answers: score FILE LANDLORD MEASURE
   The columns are those of examples/tsm/returns.csv, for one tenure. */
#include <citx.h>
#include <stdio.h>
#include <string.h>

static citx_str text(const char *argument)
{
    citx_str view;
    view.data = argument;
    view.len = strlen(argument);
    return view;
}

int main(int argc, char **argv)
{
    citx_strs no_texts = {NULL, 0};
    citx_counts_options columns;
    citx_error *err = NULL;
    citx_table *counts = NULL;
    citx_instrument *tsm = NULL;
    citx_survey *survey = NULL;
    citx_estimate *score = NULL;
    if (argc != 4) {
        fprintf(stderr, "usage: %s FILE LANDLORD MEASURE\n", argv[0]);
        return 2;
    }
    memset(&columns, 0, sizeof columns);
    columns.struct_size = sizeof columns;
    columns.unit = CITX_STR("landlord");
    columns.measure = CITX_STR("measure");
    columns.answer = CITX_STR("answer");
    columns.count = CITX_STR("count");
    if (citx_instrument_builtin(CITX_STR("tsm-2022"), &tsm, &err) || citx_table_read(text(argv[1]), no_texts, NULL, &counts, &err)) {
        fprintf(stderr, "%.*s\n", (int)citx_error_message(err).len, citx_error_message(err).data);
    } else {
        columns.instrument = tsm;
        if (citx_survey_from_counts(counts, &columns, &survey, &err) ||
            citx_survey_score(survey, text(argv[3]), text(argv[2]), NULL, &score, &err)) {
            fprintf(stderr, "%.*s\n", (int)citx_error_message(err).len, citx_error_message(err).data);
        } else {
            printf("%.*s %.*s of %llu answers; the interval is %.4f to %.4f\n", (int)citx_estimate_published(score).len,
                   citx_estimate_published(score).data, (int)citx_estimate_published_unit(score).len, citx_estimate_published_unit(score).data,
                   (unsigned long long)citx_estimate_n(score), citx_estimate_ci_low(score), citx_estimate_ci_high(score));
        }
    }
    int status = (int)citx_error_status(err);
    citx_estimate_free(score);
    citx_survey_free(survey);
    citx_table_free(counts);
    citx_instrument_free(tsm);
    citx_error_free(err);
    return status;
}
