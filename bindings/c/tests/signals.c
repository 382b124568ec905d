/* What arrives from browsers, mailboxes, telephones and lists becomes events that a ledger takes. */
#include "check.h"

static citx_signal from(const char *channel, const char *contact)
{
    citx_signal signal;
    memset(&signal, 0, sizeof signal);
    signal.struct_size = sizeof signal;
    signal.citizen = CITX_STR("C-17");
    signal.at = CITX_STR("2026-03-01T10:00:00Z");
    signal.channel = str(channel);
    signal.contact = str(contact);
    return signal;
}

static void opt_outs_are_objections(void)
{
    citx_signal signal = from("email", "c17@example.org");
    citx_opt_outs outs;
    citx_str purposes[2], none;
    citx_table *events = NULL;
    citx_record *facts = NULL;
    size_t count = 0;
    memset(&outs, 0, sizeof outs);
    outs.struct_size = sizeof outs;
    purposes[0] = CITX_STR("ads");
    purposes[1] = CITX_STR("news");
    outs.sharing = strs(purposes, 2);
    memset(&none, 0, sizeof none);
    OK(citx_signal_gpc(&signal, CITX_STR("1"), &outs, &events, &facts, &err));
    CHECK(citx_table_num_rows(events) == 2 && cell_is(events, 1, "status", "objected"));
    OK(citx_record_len(facts, &count, &err));
    CHECK(count == 1);
    citx_table_free(events);
    citx_record_free(facts);
    OK(citx_signal_gpc(&signal, none, &outs, &events, &facts, &err));
    CHECK(citx_table_num_rows(events) == 0);
    citx_table_free(events);
    citx_record_free(facts);
    events = NULL;
    facts = NULL;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_signal_gpp(&signal, CITX_STR("CO"), &outs, &events, &facts, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_signal_gpc(&signal, CITX_STR("1"), NULL, &events, &facts, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_signal_gpc(NULL, CITX_STR("1"), &outs, &events, &facts, &err));
    outs.status = CITX_STR("perhaps");
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_signal_gpc(&signal, CITX_STR("1"), &outs, &events, &facts, &err));
}

static void answers_clicks_and_bounces(void)
{
    citx_signal signal = from("sms", "+44 161 496 0000"), mail = from("email", "c17@example.org");
    citx_table *events = NULL;
    citx_text *text = NULL, *post = NULL;
    citx_pair bounces[2], ads = pair("ads", "one");
    bool click = false;
    OK(citx_signal_sms(&signal, CITX_STR("Stop."), CITX_STR("news"), &events, &err));
    CHECK(citx_table_num_rows(events) == 1 && cell_is(events, 0, "status", "withdrawn"));
    citx_table_free(events);
    OK(citx_sms_reply(CITX_STR("stop by the office"), &text, &err));
    CHECK(same(citx_text_str(text), "unclear"));
    citx_text_free(text);
    OK(citx_signal_one_click(&mail, CITX_STR("https://anytown.example/u/Jx7"), CITX_STR("news"), &events, &err));
    CHECK(citx_table_num_rows(events) == 2 && cell_is(events, 1, "status", "objected"));
    citx_table_free(events);
    OK(citx_one_click_headers(CITX_STR("https://anytown.example/u/"), CITX_STR("Jx7"), CITX_STR("u@anytown.example"), &text, &post, &err));
    CHECK(same(citx_text_str(text), "<https://anytown.example/u/Jx7>, <mailto:u@anytown.example>"));
    CHECK(same(citx_text_str(post), "List-Unsubscribe=One-Click"));
    citx_text_free(text);
    citx_text_free(post);
    text = NULL;
    OK(citx_is_one_click(CITX_STR("application/x-www-form-urlencoded"), CITX_STR("List-Unsubscribe=One-Click"), &click, &err));
    CHECK(click);
    OK(citx_is_one_click(CITX_STR("text/plain"), CITX_STR("hello"), &click, &err));
    CHECK(!click);
    bounces[0] = pair("2026-03-01T10:00:00Z", "hard");
    bounces[1] = pair("2026-04-01T10:00:00Z", "complaint");
    OK(citx_signal_bounces(&mail, pairs(bounces, 2), &events, &err));
    CHECK(citx_table_num_rows(events) == 2 && cell_is(events, 0, "status", "bounced") && cell_is(events, 1, "status", "suppressed"));
    citx_table_free(events);
    events = NULL;
    bounces[0] = pair("2026-03-01", "gone");
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_signal_bounces(&mail, pairs(bounces, 1), &events, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_signal_tcf(&mail, CITX_STR("CO"), pairs(&ads, 1), 0, &events, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_tcf_json(CITX_STR("CO"), &text, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_gpp_json(CITX_STR(""), &text, &err));
}

static void strings_are_read_in_full(void)
{
    static const char tcf[] = "COtybn4PA_zT4KjACBENAPCIAEBAAECAAIAAAAAAAAAA";
    static const char gpp[] = "DBABTA~1YNN";
    citx_signal signal = from("email", "c17@example.org");
    citx_pair purposes[3];
    citx_table *events = NULL;
    citx_text *text = NULL;
    purposes[0] = pair("ads", "2");
    purposes[1] = pair("news", "2");
    purposes[2] = pair("news", "1");
    OK(citx_signal_tcf(&signal, str(tcf), pairs(purposes, 3), 0, &events, &err));
    CHECK(citx_table_num_rows(events) == 2 && cell_is(events, 0, "status", "given") && cell_is(events, 1, "status", "refused"));
    citx_table_free(events);
    events = NULL;
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_signal_tcf(&signal, str(tcf), pairs(purposes, 3), 65536, &events, &err));
    OK(citx_tcf_json(str(tcf), &text, &err));
    CHECK(contains(citx_text_str(text), "purposeConsents"));
    citx_text_free(text);
    OK(citx_gpp_json(str(gpp), &text, &err));
    CHECK(contains(citx_text_str(text), "sectionIds"));
    citx_text_free(text);
}

static void files_that_are_not_there(void)
{
    citx_policy *policy = NULL;
    citx_number_list *numbers = NULL;
    citx_address_list *addresses = NULL;
    citx_table *events = NULL;
    citx_str line[1];
    line[0] = CITX_STR("line");
    OK(citx_policy_builtin(CITX_STR("uk-2026"), &policy, &err));
    REFUSED(CITX_STATUS_IO, citx_number_list_read(CITX_STR("no-such-file"), CITX_STR("2026-09-01"), policy, &numbers, &err));
    REFUSED(CITX_STATUS_INVALID_ARGUMENT, citx_number_list_read(CITX_STR("no-such-file"), CITX_STR("1/9/26"), policy, &numbers, &err));
    REFUSED(CITX_STATUS_IO, citx_address_list_read(CITX_STR("no-such-file.csv"), CITX_STR("2026-09-01"), strs(line, 1), CITX_STR("name"),
                                                   CITX_STR("code"), &addresses, &err));
    REFUSED(CITX_STATUS_IO, citx_preferences_read(CITX_STR("no-such-file.csv"), CITX_STR("no-such-file.toml"), CITX_STR(""),
                                                  CITX_STR("Europe/London"), &events, &err));
    CHECK(citx_number_list_len(NULL) == 0 && citx_address_list_len(NULL) == 0 && citx_address_list_unread(NULL) == 0);
    citx_policy_free(policy);
}

int main(void)
{
    opt_outs_are_objections();
    answers_clicks_and_bounces();
    strings_are_read_in_full();
    files_that_are_not_there();
    return finish();
}
