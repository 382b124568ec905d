/* May we send this citizen the newsletter? The answer, its rule and its reason, from a ledger in memory. */
#include <citx.h>
#include <stdio.h>
#include <string.h>

static int show(citx_error *err)
{
    fprintf(stderr, "%.*s\n", (int)citx_error_message(err).len, citx_error_message(err).data);
    citx_error_free(err);
    return 1;
}

int main(void)
{
    citx_error *err = NULL;
    citx_policy *builtin = NULL, *ours = NULL, *policy = NULL;
    citx_ledger *ledger = NULL;
    citx_decision *decision = NULL;
    citx_purpose newsletter;
    citx_event given;
    citx_question question;
    uint64_t id = 0;
    memset(&newsletter, 0, sizeof newsletter);
    newsletter.struct_size = sizeof newsletter;
    newsletter.name = CITX_STR("newsletter");
    newsletter.message_class = CITX_STR("direct_marketing");
    newsletter.basis = CITX_STR("consent");
    if (citx_policy_builtin(CITX_STR("uk-2026"), &builtin, &err) ||
        citx_policy_with_controller(builtin, CITX_STR("Anytown Council"), CITX_STR("public_authority"), CITX_STR("Europe/London"), &ours, &err) ||
        citx_policy_with_purpose(ours, &newsletter, &policy, &err) ||
        citx_ledger_open(CITX_STR(":memory:"), policy, false, &ledger, &err)) {
        return show(err);
    }
    memset(&given, 0, sizeof given);
    given.struct_size = sizeof given;
    given.citizen = CITX_STR("C-17");
    given.purpose = CITX_STR("newsletter");
    given.channel = CITX_STR("email");
    given.status = CITX_STR("given");
    given.captured_at = CITX_STR("2026-03-01T09:30:00Z");
    given.method = CITX_STR("web");
    memset(&question, 0, sizeof question);
    question.struct_size = sizeof question;
    question.citizen = given.citizen;
    question.purpose = given.purpose;
    question.channel = given.channel;
    if (citx_ledger_append(ledger, &given, &id, &err) || citx_ledger_decide(ledger, &question, CITX_STR("2026-11-22"), &decision, &err)) {
        return show(err);
    }
    printf("%s by %.*s: %.*s\n", citx_decision_allowed(decision) ? "allowed" : "refused", (int)citx_decision_rule(decision).len,
           citx_decision_rule(decision).data, (int)citx_decision_reason(decision).len, citx_decision_reason(decision).data);
    citx_decision_free(decision);
    citx_ledger_free(ledger);
    citx_policy_free(policy);
    citx_policy_free(ours);
    citx_policy_free(builtin);
    return 0;
}
