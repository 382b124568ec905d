/* Objects in the child of a fork: evaluated, decided and appended there, and the parent's still good. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <sys/wait.h>
#include <unistd.h>

static citx_status append(const citx_ledger *ledger, uint64_t *id)
{
    citx_event event;
    memset(&event, 0, sizeof event);
    event.struct_size = sizeof event;
    event.citizen = CITX_STR("7");
    event.purpose = CITX_STR("newsletter");
    event.channel = CITX_STR("email");
    event.status = CITX_STR("given");
    event.captured_at = CITX_STR("2026-01-05T10:00:00Z");
    return citx_ledger_append(ledger, &event, id, NULL);
}

static int evaluates(const citx_segment_book *book, const citx_population *people)
{
    citx_membership *members = NULL;
    size_t count;
    if (citx_segment_book_evaluate(book, people, CITX_STR("2026-11-22"), CITX_STR(""), NULL, &members, NULL) != CITX_STATUS_OK) {
        return 0;
    }
    count = citx_membership_count(members, 0);
    citx_membership_free(members);
    return count == 25000;
}

int main(void)
{
    enum { ROWS = 50000 };
    int64_t *ids = (int64_t *)malloc(ROWS * sizeof *ids), *odd = (int64_t *)malloc(ROWS * sizeof *odd);
    arrow_table table;
    citx_table *imported;
    citx_population *people = NULL;
    citx_segment_book *book = NULL;
    citx_pair rule = pair("odd", "odd = 1");
    citx_policy *builtin = NULL, *ours = NULL, *policy = NULL;
    citx_purpose purpose;
    citx_ledger *ledger = NULL;
    uint64_t id = 0;
    char folder[200], path[300], command[400];
    const char *base = getenv("TMPDIR");
    int i, status = 1;
    pid_t child;
    if (ids == NULL || odd == NULL) {
        abort();
    }
    for (i = 0; i < ROWS; i++) {
        ids[i] = i;
        odd[i] = i % 2;
    }
    table_start(&table, ROWS, 2);
    table_int(&table, "id", ids, NULL);
    table_int(&table, "odd", odd, NULL);
    free(ids);
    free(odd);
    imported = table_import(&table);
    OK(citx_population_from_table(imported, CITX_STR("id"), &people, &err));
    citx_table_free(imported);
    OK(citx_segment_book_new(pairs(&rule, 1), &book, &err));
    OK(citx_policy_builtin(CITX_STR("uk-2026"), &builtin, &err));
    OK(citx_policy_with_controller(builtin, CITX_STR("A"), CITX_STR("charity"), CITX_STR(""), &ours, &err));
    memset(&purpose, 0, sizeof purpose);
    purpose.struct_size = sizeof purpose;
    purpose.name = CITX_STR("newsletter");
    purpose.message_class = CITX_STR("direct_marketing");
    purpose.basis = CITX_STR("consent");
    OK(citx_policy_with_purpose(ours, &purpose, &policy, &err));
    snprintf(folder, sizeof folder, "%s/citx-fork-XXXXXX", base == NULL ? "/tmp" : base);
    if (mkdtemp(folder) == NULL) {
        return 2;
    }
    snprintf(path, sizeof path, "%s/consent.db", folder);
    OK(citx_ledger_open(str(path), policy, false, &ledger, &err));
    CHECK(append(ledger, &id) == CITX_STATUS_OK && id == 1);
    CHECK(evaluates(book, people));
    child = fork();
    if (child == 0) {
        int good = evaluates(book, people) && append(ledger, &id) == CITX_STATUS_OK && id == 2;
        _exit(good ? 0 : 3);
    }
    CHECK(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK(evaluates(book, people));
    CHECK(append(ledger, &id) == CITX_STATUS_OK && id == 3);
    OK(citx_ledger_verify(ledger, &id, &err));
    CHECK(id == 3);
    citx_ledger_free(ledger);
    citx_policy_free(builtin);
    citx_policy_free(ours);
    citx_policy_free(policy);
    citx_segment_book_free(book);
    citx_population_free(people);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    CHECK(system(command) == 0);
    return finish();
}
