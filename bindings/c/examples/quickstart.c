/* Who is in which segment, from a record that a host has at hand: no table, no file. */
#include <citx.h>
#include <stdio.h>

int main(void)
{
    citx_pair rules[] = {{CITX_STR("older"), CITX_STR("age(dob) >= 65")},
                         {CITX_STR("sleepy"), CITX_STR("opens_90d = 0 AND joined_at < as_of() - INTERVAL '90 days'")}};
    citx_pairs list = {rules, 2};
    citx_error *err = NULL;
    citx_segment_book *book = NULL;
    citx_record *citizen = NULL;
    citx_names *names = NULL;
    int64_t joined = 0;
    int32_t born = 0;
    if (citx_segment_book_new(list, &book, &err) || citx_record_new(&citizen, &err) || citx_date_parse(CITX_STR("1950-06-01"), &born, &err) ||
        citx_instant_parse(CITX_STR("2024-03-01"), CITX_STR("Europe/London"), &joined, &err) ||
        citx_record_set_date(citizen, CITX_STR("dob"), born, &err) || citx_record_set_int(citizen, CITX_STR("opens_90d"), 0, &err) ||
        citx_record_set_instant(citizen, CITX_STR("joined_at"), joined, &err) ||
        citx_segment_book_match(book, citizen, CITX_STR("2026-11-22"), CITX_STR("Europe/London"), &names, &err)) {
        fprintf(stderr, "%.*s\n", (int)citx_error_message(err).len, citx_error_message(err).data);
    }
    for (size_t i = 0; i < citx_names_len(names); i++) {
        printf("in %.*s\n", (int)citx_names_get(names, i).len, citx_names_get(names, i).data);
    }
    int failed = err != NULL;
    citx_names_free(names);
    citx_record_free(citizen);
    citx_segment_book_free(book);
    citx_error_free(err);
    return failed;
}
