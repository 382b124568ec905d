using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Citx.Tests
{
    internal static class AudienceTests
    {
        public static void OnlyThoseWhoMayBeContactedAreInTheList()
        {
            With((segment, view) =>
            {
                using (Audience audience = segment.Audience(view, "newsletter", new[] { "email", "post" }))
                using (Folder folder = new Folder())
                {
                    Check.Sequence(new[] { "C-1" }, audience.Allowed.Columns[0]);
                    Check.Sequence(new[] { "email" }, audience.Allowed["channel"]);
                    Check.Sequence(new[] { "consent" }, audience.Allowed["basis"]);
                    Check.True(audience.Refused.Columns[0].Contains("C-2") && audience.Refused["reason"].All(reason => reason != null), "reasons");
                    Check.True(audience.Summary().NumRows > 0, "summary");
                    Check.True(object.ReferenceEquals(audience.Allowed, audience.Allowed), "read once");

                    audience.WriteCsv(folder.File("a.csv"));
                    Check.True(File.ReadAllText(folder.File("a.csv")).Contains("C-1"), "CSV");
                    audience.WriteParquet(folder.File("a.parquet"));
                    Check.Equal(1, Table.Read(folder.File("a.parquet")).NumRows);
                    IReadOnlyList<string> files = audience.WriteNotify(folder.File("out"), Make.Texts("name", "first_name"), "letters");
                    Check.Equal(1, files.Count);
                    Check.True(Path.GetFileName(files[0]).StartsWith("letters-email", StringComparison.Ordinal), files[0]);
                    Check.True(File.ReadAllText(files[0]).Contains("email address"), "Notify's heading");
                    Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => audience.WriteNotify(folder.File("out"), Make.Texts("name", "nope")));
                    Check.Throws<CitxStorageException>(() => audience.WriteCsv(folder.File("no/such/folder/a.csv")), "no folder");
                }
            });
        }

        public static void AListSaysUntilWhenItStandsAndWhomItLeavesOut()
        {
            With((segment, view) =>
            {
                using (Audience audience = segment.Audience(view, "newsletter", new[] { "email" }))
                {
                    Check.True(audience.ExpiresAt == null, "open-ended consent");
                    Table groups = audience.Equality(new Breakdown[] { "first_name" }, minBase: 0);
                    Check.Equal(4, groups.NumRows);
                    Check.Equal(3L, groups["members"][0]);
                    Check.Equal(1L, groups["allowed"][0]);
                    Check.True(groups["group"][3] == null, "the name is not known");
                    Check.Equal(true, audience.Equality()["suppressed"][0]);
                    Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => audience.Equality(new Breakdown[] { "nope" }));
                    Check.Fails<CitxArgumentException>(ErrorKind.OutOfRange, () => audience.Equality(level: 2));
                }
            });
        }

        public static void EveryoneIsDecidedAtOnce()
        {
            using (Population people = Population.FromTable(Make.Table("citizen_id", new[] { "C-1", "C-2" }), "citizen_id"))
            using (Policy policy = Make.Policy())
            using (ConsentLedger ledger = ConsentLedger.Open(":memory:", policy))
            {
                ledger.Append("C-1", "newsletter", "email", "given", "2026-01-01", method: "web", notice: "privacy-2026");
                using (ConsentView view = ledger.AsOf("2026-11-22"))
                {
                    view.Bind(people);
                    Table verdicts = view.DecideMany(people, "newsletter", "email");
                    Check.Sequence(new[] { "allow", "deny" }, verdicts["outcome"]);
                    Check.Equal("R13", verdicts["rule"][0]);
                    Check.Sequence(new[] { "deny", "deny" }, view.DecideMany(people, "raffle", "email")["outcome"]);
                    Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => view.Bind(null));
                    Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => view.DecideMany(people, null, "email"));
                }
            }
        }

        public static void TheLedgerKnowsToWhichSystemAListWent()
        {
            Table table = Make.Table("citizen_id", new[] { "C-1" }, "email", new[] { "ada@example.org" });
            using (Folder folder = new Folder())
            using (Population rows = Population.FromTable(table, "citizen_id"))
            using (Population people = rows.WithFacts(new FactColumns { Email = "email" }))
            using (SegmentBook book = Make.Book("all", "TRUE"))
            using (Membership membership = book.Evaluate(people, "2026-11-22"))
            using (Segment all = membership["all"])
            using (Policy policy = Make.Policy())
            using (ConsentLedger ledger = ConsentLedger.Open(":memory:", policy))
            {
                ledger.Append("C-1", "newsletter", "email", "given", "2026-01-01", method: "web", notice: "privacy-2026");
                using (ConsentView view = ledger.AsOf("2026-11-22"))
                using (Audience audience = all.Audience(view, "newsletter", new[] { "email" }))
                using (Audience theirs = audience.ForSystem("print house"))
                {
                    theirs.WriteCsv(folder.File("a.csv"));
                    Check.True(ledger.SubjectAccess("C-1").Contains("print house"), "the recipient");
                    Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => audience.ForSystem(null));
                }
            }
        }

        public static void CapsQuietHoursAndHoldoutsKeepCitizensBack()
        {
            With((segment, view) =>
            {
                string[] email = { "email" };
                using (Audience held = segment.Audience(view, "newsletter", email, holdout: 0.999999))
                {
                    Check.Equal(0, held.Allowed.NumRows);
                    Check.Sequence(new[] { "C-1" }, held.HeldOut["key"]);
                    Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => held.WriteCustomerMatch("no.csv"));
                }
                using (Audience quiet = segment.Audience(view, "newsletter", email, quietFrom: "08:00", quietTo: "21:00"))
                {
                    Check.True(quiet.Refused["rule"].Contains("R29"), "the policy's rule");
                }
                Table sent = Make.Table("id", new[] { "C-1" }, "kind", new[] { "sent" }, "at", new Date?[] { new Date(2026, 11, 20) });
                using (Events contacts = Events.FromTable(sent))
                {
                    Cap cap = new Cap(1, 30, contacts) { Kinds = new[] { "sent" } };
                    using (Audience capped = segment.Audience(view, "newsletter", email, cap: cap))
                    {
                        Check.Equal(0, capped.Allowed.NumRows);
                    }
                    Check.Fails<CitxArgumentException>(
                        ErrorKind.OutOfRange, () => segment.Audience(view, "newsletter", email, cap: new Cap(0, 30, contacts)));
                }
                Check.Fails<CitxArgumentException>(ErrorKind.OutOfRange, () => segment.Audience(view, "newsletter", email, holdout: 1));
            });
        }

        public static void BadOptionsAreTypedErrors()
        {
            With((segment, view) =>
            {
                string[] email = { "email" };
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => segment.Audience(view, "newsletter", new string[0]));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => segment.Audience(view, "newsletter", null));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => segment.Audience(view, "newsletter", new string[] { null }));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => segment.Audience(null, "newsletter", email));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => segment.Audience(view, null, email));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => segment.Audience(view, "newsletter", email, prefer: "nobody"));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => segment.Audience(view, "newsletter", email, onePer: "street"));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => segment.Audience(view, "newsletter", email, onePer: "household"));
                using (Audience nobody = segment.Audience(view, "raffle", email))
                {
                    Check.Equal(0, nobody.Allowed.NumRows, "an unknown purpose is denied");
                }
            });
        }

        private static void With(Action<Segment, ConsentView> test)
        {
            Table table = Make.Table(
                "citizen_id", new[] { "C-1", "C-2", "C-3" },
                "first_name", new[] { "Ada", "Ben", null },
                "email", new[] { "ada@example.org", "ben@example.org", null });
            using (Population rows = Population.FromTable(table, "citizen_id"))
            using (Population people = rows.WithFacts(new FactColumns { Email = "email" }))
            using (SegmentBook book = Make.Book("all", "TRUE"))
            using (Membership membership = book.Evaluate(people, "2026-11-22"))
            using (Segment all = membership["all"])
            using (Policy policy = Make.Policy())
            using (ConsentLedger ledger = ConsentLedger.Open(":memory:", policy))
            {
                ledger.Append("C-1", "newsletter", "email", "given", "2026-01-01", method: "web", notice: "privacy-2026");
                ledger.Append("C-2", "newsletter", "email", "withdrawn", "2026-01-01");
                using (ConsentView view = ledger.AsOf("2026-11-22T12:00:00Z"))
                {
                    test(all, view);
                }
            }
        }
    }
}
