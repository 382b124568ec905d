/* How many citizens of a file are in each segment: segments FILE KEY NAME RULE [NAME RULE]... */
#include <citx.h>
#include <stdio.h>
#include <string.h>

#define MAX_RULES 16

static citx_str text(const char *argument)
{
    citx_str view;
    view.data = argument;
    view.len = strlen(argument);
    return view;
}

int main(int argc, char **argv)
{
    citx_pair rules[MAX_RULES];
    citx_pairs list = {rules, 0};
    citx_error *err = NULL;
    citx_population *people = NULL;
    citx_segment_book *book = NULL;
    citx_membership *members = NULL;
    if (argc < 5 || argc > 3 + 2 * MAX_RULES || argc % 2 == 0) {
        fprintf(stderr, "usage: %s FILE KEY NAME RULE [NAME RULE]...\n", argv[0]);
        return 2;
    }
    for (int i = 3; i < argc; i += 2) {
        rules[list.len].name = text(argv[i]);
        rules[list.len].value = text(argv[i + 1]);
        list.len++;
    }
    if (citx_population_read(text(argv[1]), text(argv[2]), NULL, &people, &err) || citx_segment_book_new(list, &book, &err) ||
        citx_segment_book_evaluate(book, people, CITX_STR("2026-11-22"), CITX_STR("Europe/London"), NULL, &members, &err)) {
        fprintf(stderr, "%.*s\n", (int)citx_error_message(err).len, citx_error_message(err).data);
    }
    for (size_t i = 0; i < citx_membership_len(members); i++) {
        citx_str name = citx_membership_name(members, i);
        printf("%.*s: %zu of %zu\n", (int)name.len, name.data, citx_membership_count(members, i), citx_population_len(people));
    }
    int status = (int)citx_error_status(err);
    citx_membership_free(members);
    citx_segment_book_free(book);
    citx_population_free(people);
    citx_error_free(err);
    return status;
}
