/* Objects that never change, asked by many threads at once; one that changes, set by two; a call that is cancelled. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <pthread.h>
#include <unistd.h>

#define THREADS 8
#define ROUNDS 200

typedef struct {
    const citx_segment_book *book;
    const citx_population *people;
    const citx_membership *membership;
    const citx_ledger *ledger;
    int wrong;
} shared_objects;

static void *ask_everything(void *argument)
{
    shared_objects *shared = (shared_objects *)argument;
    int round, wrong = 0;
    for (round = 0; round < ROUNDS; round++) {
        citx_record *row = NULL;
        citx_names *names = NULL;
        citx_segment *segment = NULL;
        citx_decision *decision = NULL;
        citx_error *error = NULL;
        citx_question question;
        memset(&question, 0, sizeof question);
        question.struct_size = sizeof question;
        question.citizen = CITX_STR("7");
        question.purpose = CITX_STR("newsletter");
        question.channel = CITX_STR("email");
        wrong += citx_population_row(shared->people, CITX_STR("7"), &row, NULL) != CITX_STATUS_OK;
        wrong += citx_segment_book_match(shared->book, row, CITX_STR("2026-11-22"), CITX_STR(""), &names, NULL) != CITX_STATUS_OK;
        wrong += citx_names_len(names) != 1;
        wrong += citx_membership_segment(shared->membership, CITX_STR("odd"), &segment, NULL) != CITX_STATUS_OK;
        wrong += citx_segment_len(segment) != 50;
        wrong += citx_membership_segment(shared->membership, CITX_STR("even"), &segment, &error) != CITX_STATUS_UNKNOWN_NAME;
        wrong += citx_ledger_decide(shared->ledger, &question, CITX_STR("2026-11-22"), &decision, NULL) != CITX_STATUS_OK;
        wrong += citx_decision_allowed(decision);
        citx_error_free(error);
        citx_record_free(row);
        citx_names_free(names);
        citx_segment_free(segment);
        citx_decision_free(decision);
    }
    __sync_fetch_and_add(&shared->wrong, wrong);
    return NULL;
}

static void *set_often(void *argument)
{
    citx_record *record = (citx_record *)argument;
    long other = 0;
    int round;
    for (round = 0; round < 20000; round++) {
        citx_status status = citx_record_set_int(record, CITX_STR("x"), round, NULL);
        other += status != CITX_STATUS_OK && status != CITX_STATUS_BUSY;
    }
    return (void *)other;
}

static void clashes_are_busy(void)
{
    pthread_t threads[2];
    citx_record *record = NULL;
    size_t len = 0;
    int i;
    OK(citx_record_new(&record, &err));
    for (i = 0; i < 2; i++) {
        CHECK(pthread_create(&threads[i], NULL, set_often, record) == 0);
    }
    for (i = 0; i < 2; i++) {
        void *other = NULL;
        CHECK(pthread_join(threads[i], &other) == 0 && other == NULL);
    }
    OK(citx_record_len(record, &len, &err));
    CHECK(len == 1);
    citx_record_free(record);
}

static void *append_often(void *argument)
{
    const citx_ledger *ledger = (const citx_ledger *)argument;
    long wrong = 0;
    int round;
    for (round = 0; round < 50; round++) {
        citx_event event;
        uint64_t id = 0;
        memset(&event, 0, sizeof event);
        event.struct_size = sizeof event;
        event.citizen = CITX_STR("7");
        event.purpose = CITX_STR("newsletter");
        event.channel = CITX_STR("email");
        event.status = CITX_STR("given");
        event.captured_at = CITX_STR("2026-01-05T10:00:00Z");
        wrong += citx_ledger_append(ledger, &event, &id, NULL) != CITX_STATUS_OK || id == 0;
    }
    return (void *)wrong;
}

static void ledgers_are_locked_inside(void)
{
    citx_policy *builtin = NULL, *ours = NULL, *policy = NULL;
    citx_ledger *ledger = NULL, *reader = NULL;
    citx_purpose purpose;
    citx_event event;
    pthread_t threads[4];
    uint64_t count = 0;
    char path[200], head[220], lock[220];
    int i;
    const char *folder = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/citx-threads-%ld.db", folder == NULL ? "/tmp" : folder, (long)getpid());
    snprintf(head, sizeof head, "%s.head", path);
    snprintf(lock, sizeof lock, "%s.head-lock", path);
    OK(citx_policy_builtin(CITX_STR("uk-2026"), &builtin, &err));
    OK(citx_policy_with_controller(builtin, CITX_STR("A"), CITX_STR("charity"), CITX_STR(""), &ours, &err));
    memset(&purpose, 0, sizeof purpose);
    purpose.struct_size = sizeof purpose;
    purpose.name = CITX_STR("newsletter");
    purpose.message_class = CITX_STR("direct_marketing");
    purpose.basis = CITX_STR("consent");
    OK(citx_policy_with_purpose(ours, &purpose, &policy, &err));
    CHECK(citx_ledger_open(str(path), policy, true, &reader, NULL) != CITX_STATUS_OK && reader == NULL);
    OK(citx_ledger_open(str(path), policy, false, &ledger, &err));
    for (i = 0; i < 4; i++) {
        CHECK(pthread_create(&threads[i], NULL, append_often, ledger) == 0);
    }
    for (i = 0; i < 4; i++) {
        void *wrong = NULL;
        CHECK(pthread_join(threads[i], &wrong) == 0 && wrong == NULL);
    }
    OK(citx_ledger_verify(ledger, &count, &err));
    CHECK(count == 200);
    citx_ledger_free(ledger);
    OK(citx_ledger_open(str(path), policy, true, &reader, &err));
    OK(citx_ledger_len(reader, &count, &err));
    CHECK(count == 200);
    memset(&event, 0, sizeof event);
    event.struct_size = sizeof event;
    event.citizen = CITX_STR("8");
    event.purpose = CITX_STR("newsletter");
    event.channel = CITX_STR("email");
    event.status = CITX_STR("given");
    event.captured_at = CITX_STR("2026-01-05T10:00:00Z");
    CHECK(citx_ledger_append(reader, &event, &count, NULL) != CITX_STATUS_OK && count == 200);
    citx_ledger_free(reader);
    /* The database is lost, its head file is not: an empty ledger must not take its place. */
    remove(path);
    ledger = NULL;
    REFUSED(CITX_STATUS_CORRUPTED, citx_ledger_open(str(path), policy, false, &ledger, &err));
    CHECK(ledger == NULL);
    remove(path);
    remove(head);
    remove(lock);
    citx_policy_free(builtin);
    citx_policy_free(ours);
    citx_policy_free(policy);
}

typedef struct {
    citx_cancel *cancel;
    int calls;
    double last;
} watch;

static void cancel_at_once(double share, void *data)
{
    watch *seen = (watch *)data;
    __sync_fetch_and_add(&seen->calls, 1);
    seen->last = share;
    citx_cancel_set(seen->cancel);
}

static void count_calls(double share, void *data)
{
    watch *seen = (watch *)data;
    __sync_fetch_and_add(&seen->calls, 1);
    if (share >= 1) {
        seen->last = share;
    }
}

static void calls_are_cancelled(const citx_segment_book *book)
{
    enum { ROWS = 200000 };
    int64_t *ids = (int64_t *)malloc(ROWS * sizeof *ids);
    arrow_table table;
    citx_table *imported;
    citx_population *people = NULL;
    citx_membership *membership = NULL;
    citx_run_options run;
    watch seen = {NULL, 0, 0};
    int i;
    if (ids == NULL) {
        abort();
    }
    for (i = 0; i < ROWS; i++) {
        ids[i] = i;
    }
    table_start(&table, ROWS, 2);
    table_int(&table, "id", ids, NULL);
    table_int(&table, "odd", ids, NULL);
    free(ids);
    imported = table_import(&table);
    OK(citx_population_from_table(imported, CITX_STR("id"), &people, &err));
    citx_table_free(imported);
    memset(&run, 0, sizeof run);
    run.struct_size = sizeof run;
    run.threads = 2;
    run.progress = count_calls;
    run.progress_data = &seen;
    OK(citx_segment_book_evaluate(book, people, CITX_STR("2026-11-22"), CITX_STR(""), &run, &membership, &err));
    CHECK(seen.calls > 0 && seen.last >= 1);
    citx_membership_free(membership);
    membership = NULL;
    OK(citx_cancel_new(&seen.cancel, &err));
    CHECK(!citx_cancel_is_set(seen.cancel));
    run.cancel = seen.cancel;
    run.progress = cancel_at_once;
    REFUSED(CITX_STATUS_CANCELLED,
            citx_segment_book_evaluate(book, people, CITX_STR("2026-11-22"), CITX_STR(""), &run, &membership, &err));
    CHECK(membership == NULL && citx_cancel_is_set(seen.cancel));
    citx_cancel_free(seen.cancel);
    citx_population_free(people);
}

int main(void)
{
    citx_pair rules[1];
    int64_t ids[100], odd[100];
    arrow_table table;
    citx_table *imported;
    citx_policy *builtin = NULL, *policy = NULL;
    citx_population *people = NULL;
    citx_segment_book *book = NULL;
    citx_membership *membership = NULL;
    citx_ledger *ledger = NULL;
    shared_objects shared;
    pthread_t threads[THREADS];
    int i;
    rules[0] = pair("odd", "odd = 1");
    for (i = 0; i < 100; i++) {
        ids[i] = i;
        odd[i] = i % 2;
    }
    table_start(&table, 100, 2);
    table_int(&table, "id", ids, NULL);
    table_int(&table, "odd", odd, NULL);
    imported = table_import(&table);
    OK(citx_population_from_table(imported, CITX_STR("id"), &people, &err));
    citx_table_free(imported);
    OK(citx_segment_book_new(pairs(rules, 1), &book, &err));
    OK(citx_segment_book_evaluate(book, people, CITX_STR("2026-11-22"), CITX_STR(""), NULL, &membership, &err));
    OK(citx_policy_builtin(CITX_STR("uk-2026"), &builtin, &err));
    OK(citx_policy_with_controller(builtin, CITX_STR("A"), CITX_STR("charity"), CITX_STR(""), &policy, &err));
    OK(citx_ledger_open(CITX_STR(":memory:"), policy, false, &ledger, &err));
    shared.book = book;
    shared.people = people;
    shared.membership = membership;
    shared.ledger = ledger;
    shared.wrong = 0;
    for (i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, ask_everything, &shared) == 0);
    }
    for (i = 0; i < THREADS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
    CHECK(shared.wrong == 0);
    clashes_are_busy();
    ledgers_are_locked_inside();
    calls_are_cancelled(book);
    citx_ledger_free(ledger);
    citx_policy_free(builtin);
    citx_policy_free(policy);
    citx_membership_free(membership);
    citx_segment_book_free(book);
    citx_population_free(people);
    CHECK(arrow_live == 0);
    return finish();
}
