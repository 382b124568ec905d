using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Citx.Tests
{
    internal static class SignalTests
    {
        public static void OptOutsAreObjections()
        {
            Signal signal = new Signal("C-17", "2026-03-01T10:00:00Z", channel: "email");
            OptOuts outs = new OptOuts { Sale = new[] { "ads" }, Sharing = new[] { "ads", "news" } };
            SignalResult found = signal.Gpc("1", outs);
            Check.Sequence(new[] { "ads", "news" }, found.Events["purpose"]);
            Check.Sequence(new[] { "objected", "objected" }, found.Events["status"]);
            Check.Equal(true, found.Facts["gpc"]);
            Check.Equal(0, signal.Gpc(null, outs).Events.NumRows, "no header");
            Check.Equal("refused", signal.Gpc("1", new OptOuts { Sale = new[] { "ads" }, Refusals = true }).Events["status"][0]);
            Check.Throws<CitxException>(() => signal.Gpp("CO", outs), "no GPP string");
            Check.Throws<CitxException>(() => signal.Tcf("CO", new Dictionary<string, int> { ["ads"] = 1 }), "no TCF string");
            Check.Throws<CitxException>(() => Signals.ReadTcf("CO"), "no TCF string");
            Check.Throws<CitxException>(() => Signals.ReadGpp("CO"), "no GPP string");
            Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => signal.Gpc("1", null));
            Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => new Signal(null, "2026-03-01").Gpc("1", outs));
        }

        public static void StringsAreReadInFull()
        {
            const string Tcf = "COtybn4PA_zT4KjACBENAPCIAEBAAECAAIAAAAAAAAAA";
            const string Gpp = "DBABTA~1YNN";
            Signal signal = new Signal("C-17", "2026-03-01T10:00:00Z");
            KeyValuePair<string, int>[] purposes =
            {
                new KeyValuePair<string, int>("ads", 2),
                new KeyValuePair<string, int>("news", 2),
                new KeyValuePair<string, int>("news", 1),
            };
            Table events = signal.Tcf(Tcf, purposes);
            Check.Sequence(new[] { "ads", "news" }, events["purpose"]);
            Check.Sequence(new[] { "given", "refused" }, events["status"]);
            Check.Throws<CitxException>(() => signal.Tcf(Tcf, new Dictionary<string, int> { ["ads"] = 25 }), "no such TCF purpose");
            Check.Throws<CitxException>(() => signal.Tcf(Tcf, purposes, vendor: -1), "no such vendor");
            Check.True(Signals.ReadTcf(Tcf).Contains("purposeConsents"), "JSON");
            Check.True(Signals.ReadGpp(Gpp).Contains("sectionIds"), "JSON");
            Check.True(signal.Gpp(Gpp, new OptOuts()).Events.NumRows == 0, "no purposes, no events");
        }

        public static void AWithdrawalByTextMessageEndsConsent()
        {
            using (Policy policy = Make.Policy())
            using (ConsentLedger ledger = ConsentLedger.Open(":memory:", policy))
            {
                ledger.Append("C-17", "newsletter", "sms", "given", "2026-01-01", method: "web", notice: "privacy-2026");
                Signal signal = new Signal("C-17", "2026-03-01T10:00:00Z", channel: "sms", contact: "+44 161 496 0000");
                Check.Equal(1L, ledger.AppendTable(signal.Sms("Stop.", "newsletter")));
                Check.Equal(Outcome.Deny, ledger.Decide("C-17", "newsletter", "sms", "2026-03-02").Outcome);
                Check.Equal(0, signal.Sms("thanks").NumRows);
                Check.Equal("unclear", Signals.SmsReply("stop by the office"));
            }
        }

        public static void ClicksAndBounces()
        {
            Signal mail = new Signal("C-17", "2026-03-01", channel: "email", contact: "c17@example.org");
            Check.Equal(2, mail.OneClick("https://anytown.example/u/Jx7", "news").NumRows);
            IReadOnlyDictionary<string, string> headers = Signals.OneClickHeaders("https://anytown.example/u/", "Jx7");
            Check.Equal("<https://anytown.example/u/Jx7>", headers["List-Unsubscribe"]);
            Check.Equal("List-Unsubscribe=One-Click", headers["List-Unsubscribe-Post"]);
            Check.True(Signals.IsOneClick("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"), "a click");
            Check.True(!Signals.IsOneClick("text/plain", "hello"), "no click");
            Table events = mail.Bounces(new Dictionary<Instant, string> { ["2026-03-01T10:00:00Z"] = "hard" });
            Check.Sequence(new[] { "bounced" }, events["status"]);
            Check.Fails<CitxArgumentException>(
                ErrorKind.InvalidArgument, () => mail.Bounces(new Dictionary<Instant, string> { ["2026-03-01"] = "gone" }));
        }

        public static void ListsScreenAPopulation()
        {
            using (Folder folder = new Folder())
            using (Policy policy = Make.Policy())
            using (Population rows = Population.FromTable(
                Make.Table("id", new[] { "1", "2" }, "tel", new[] { "01632 960000", "+44 1632 960001" }, "home", new[] { "12 High St, AB1 2CD", "Anytown" }), "id"))
            using (Population people = rows.WithFacts(new FactColumns { Phone = "tel", Address = new[] { "home" } }))
            {
                File.WriteAllText(folder.File("tps.txt"), "01632960000\n");
                File.WriteAllText(folder.File("ctps.txt"), "01632960099\n");
                File.WriteAllText(folder.File("mps.csv"), "name,line,code\nVimes,12 High Street,AB1 2CD\nAching,,\n");
                Date released = Date.Parse("2026-09-01");
                using (NumberList tps = NumberList.Read(folder.File("tps.txt"), released, policy))
                using (NumberList ctps = NumberList.Read(folder.File("ctps.txt"), released, policy))
                using (AddressList mps = AddressList.Read(folder.File("mps.csv"), released, new[] { "line" }, "name", "code"))
                {
                    Check.Equal(1, tps.Count);
                    Check.Equal(1, mps.Count);
                    Check.Equal(1, mps.Unread);
                    Table calls = Signals.ScreenCalls(people, tps, ctps, policy);
                    Check.Sequence(new[] { "+441632960000", "+441632960001" }, calls["number"]);
                    Check.True(calls["tps_listed_at"][0] != null && calls["tps_listed_at"][1] == null, "listed");
                    Check.Equal(2, Signals.ScreenCalls(people, tps, ctps, policy, calls).NumRows);
                    Table post = Signals.ScreenPost(people, mps);
                    Check.Equal(true, post["mps_listed"][0]);
                    using (Population screened = people.WithScreening(calls))
                    {
                        Check.True(screened.Schema["name"].Contains("tps_listed_at"), "facts");
                    }
                    Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Signals.ScreenPost(people, mps, surname: "name"));
                }
            }
        }

        public static void APreferenceCentreIsImportedOnce()
        {
            using (Folder folder = new Folder())
            using (Policy policy = Make.Policy())
            using (ConsentLedger ledger = ConsentLedger.Open(":memory:", policy))
            {
                File.WriteAllText(
                    folder.File("mapping.toml"),
                    "citizen = 'id'\ncaptured_at = 'at'\ncaptured_type = 'timestamp:%d/%m/%Y %H:%M'\nwords = { yes = ['yes'], no = ['no'] }\n"
                    + "statement = [{ column = 'news', purpose = 'newsletter', channel = 'email' }]\n");
                File.WriteAllText(folder.File("export.csv"), "id,at,news\n007,01/03/2026 09:30,Yes\n008,,\n009,02/03/2026 10:00,no\n");
                Table events = Signals.ReadPreferences(folder.File("export.csv"), folder.File("mapping.toml"), timeZone: "Europe/London");
                Check.Sequence(new[] { "007", "009" }, events["citizen"]);
                Check.Equal(2L, ledger.AppendTable(events));
                Check.Equal(0L, ledger.AppendTable(events));
            }
        }
    }
}
