using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Citx.Tests
{
    internal static class ConsentTests
    {
        private static readonly Instant Later = "2026-11-22T12:00:00Z";

        public static void ConsentIsGivenAndWithdrawn()
        {
            using (Policy policy = Make.Policy())
            using (ConsentLedger ledger = ConsentLedger.Open(":memory:", policy))
            {
                Check.Equal(0L, ledger.Count);
                Decision before = ledger.Decide("C-1", "newsletter", "email", Later);
                Check.Equal(Outcome.Deny, before.Outcome);
                Check.True(!before.Allowed && before.Reason.Length > 0 && before.Rule.Length > 0, "reason and rule");
                Check.Equal(1L, ledger.Append("C-1", "newsletter", "email", "given", "2026-01-01T10:00:00Z", method: "web", notice: "privacy-2026"));
                Decision given = ledger.Decide("C-1", "newsletter", "email", Later);
                Check.Equal(Outcome.Allow, given.Outcome);
                Check.Equal("consent", given.Basis);
                Check.Sequence(new[] { 1L }, given.Evidence);
                Check.True(given.Policy.StartsWith("uk-2026@", StringComparison.Ordinal), given.Policy);
                Check.Equal(policy.Id, given.Policy);
                Check.Equal(2L, ledger.Append("C-1", "newsletter", "email", "withdrawn", new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero)));
                Check.Equal(Outcome.Deny, ledger.Decide("C-1", "newsletter", "email", Later).Outcome);
                Check.Equal(Outcome.Allow, ledger.Decide("C-1", "newsletter", "email", "2026-03-01").Outcome);
                Table history = ledger.History("C-1");
                Check.Sequence(new object[] { "given", "withdrawn" }, history["status"]);
                Check.Equal(0, ledger.History("nobody").NumRows);
                Check.Equal(2L, ledger.Verify());
                Check.Equal(2L, ledger.Head().Sequence);
                Check.True(ledger.Head().Hash.Length == 64, "SHA-256 in hex");
            }
        }

        public static void FactsChangeDecisions()
        {
            using (Policy policy = Make.Policy())
            using (ConsentLedger ledger = ConsentLedger.Open(":memory:", policy))
            {
                ledger.Append("C-1", "newsletter", "email", "given", "2026-01-01", method: "web", notice: "privacy-2026");
                Check.Equal(Outcome.Deny, ledger.Decide("C-1", "newsletter", "email", Later, facts: Make.Record("deceased", true)).Outcome);
                Check.Equal(Outcome.Allow, ledger.Decide("C-1", "newsletter", "email", Later, facts: Make.Record("deceased", false)).Outcome);
                Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => ledger.Decide("C-1", "newsletter", "email", Later, facts: Make.Record("dead", true)));
                Check.Fails<CitxArgumentException>(
                    ErrorKind.InvalidArgument, () => ledger.Decide("C-1", "newsletter", "email", Later, facts: Make.Record("deceased", "perhaps")));
                Check.True(policy.Facts["name"].Contains("deceased"), "the policy says which facts there are");
            }
        }

        public static void UnknownPurposeAndChannelAreDenied()
        {
            using (Policy policy = Make.Policy())
            using (ConsentLedger ledger = ConsentLedger.Open(":memory:", policy))
            {
                Check.Equal(Outcome.Deny, ledger.Decide("C-1", "raffle", "email", Later).Outcome);
                Check.Equal(Outcome.Deny, ledger.Decide("C-1", "newsletter", "pigeon", Later).Outcome);
                Check.Throws<CitxException>(() => ledger.Append("C-1", "raffle", "email", "given", "2026-01-01"), "an unknown purpose cannot be appended");
                Check.Throws<CitxException>(() => ledger.Append("C-1", "newsletter", "email", "maybe", "2026-01-01"), "an unknown status");
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => ledger.Append(null, "newsletter", "email", "given", "2026-01-01"));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => ledger.Append("C-1", "newsletter", "email", "given", default(Instant)));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => ledger.Decide(null, "newsletter", "email", Later));
                Check.Equal(0L, ledger.Count);
            }
        }

        public static void AWrongEventIsCorrected()
        {
            using (Policy policy = Make.Policy())
            using (ConsentLedger ledger = ConsentLedger.Open(":memory:", policy))
            {
                ledger.Append("C-1", "newsletter", "email", "given", "2026-01-01", method: "web", notice: "privacy-2026");
                long corrected = ledger.Rectify(1, "C-1", "newsletter", "email", "refused", "2026-01-01", method: "web");
                Check.Sequence(new object[] { "refused" }, ledger.History("C-1")["status"]);
                Check.Sequence(new object[] { corrected }, ledger.History("C-1")["id"]);
                Check.Equal(Outcome.Deny, ledger.Decide("C-1", "newsletter", "email", Later).Outcome);
                Check.Fails<CitxStateException>(ErrorKind.NotFound, () => ledger.Rectify(1, "C-1", "newsletter", "email", "given", "2026-01-01"));
                Check.Fails<CitxStateException>(ErrorKind.NotFound, () => ledger.Rectify(-1, "C-1", "newsletter", "email", "given", "2026-01-01"));
                Check.Fails<CitxArgumentException>(
                    ErrorKind.InvalidArgument, () => ledger.Rectify(corrected, "C-1", "newsletter", "email", "refused", "2026-01-01", method: "web"));
                ledger.Verify();
            }
        }

        public static void QuietHoursAndCapsArePartOfThePolicy()
        {
            using (Policy policy = Make.Policy())
            using (Policy quiet = policy.WithQuietHours("21:00", "08:00", days: new[] { "sunday" }))
            using (Policy capped = quiet.WithFrequencyCap(2, "7 days"))
            using (ConsentLedger ledger = ConsentLedger.Open(":memory:", quiet))
            {
                ledger.Append("C-1", "newsletter", "email", "given", "2026-01-01", method: "web", notice: "privacy-2026");
                Check.Equal(Outcome.Defer, ledger.Decide("C-1", "newsletter", "email", "2026-11-22T23:00:00Z").Outcome);
                Check.Equal(Outcome.Allow, ledger.Decide("C-1", "newsletter", "email", "2026-11-23T23:00:00Z").Outcome);
                Check.Sequence(new[] { "added", "added" }, policy.Diff(capped)["change"]);
                Check.Equal(0, policy.Diff(policy).NumRows);
                Check.Sequence(new[] { "rule", "finding" }, policy.Check().Columns.Select(column => column.Name));
                Check.True(policy.Compact().NumRows > 3, "a row for each message class");
                Check.Fails<CitxPolicyException>(ErrorKind.PolicyInvalid, () => policy.WithQuietHours("25:00", "08:00"));
                Check.Fails<CitxPolicyException>(ErrorKind.PolicyInvalid, () => policy.WithFrequencyCap(0, "7 days"));
                Check.Fails<CitxPolicyException>(ErrorKind.PolicyInvalid, () => policy.WithFrequencyCap(-1, "7 days"));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => policy.WithFrequencyCap(1, null));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => policy.Diff(null));
            }
        }

        public static void MergedRecordsCountTogetherUntilTheyAreTakenApart()
        {
            using (Policy policy = Make.Policy())
            using (ConsentLedger ledger = ConsentLedger.Open(":memory:", policy))
            {
                ledger.Append("C-1", "newsletter", "email", "given", "2026-01-01", method: "web", notice: "privacy-2026");
                ledger.Append("C-2", "newsletter", "email", "objected", "2026-01-02");
                Check.Equal(3L, ledger.Merge("C-1", "C-2", "2026-06-01", "registrar"));
                Check.Equal(5L, ledger.Unmerge("C-1", "C-2", "2026-08-01"));
                Check.Equal(Outcome.Allow, ledger.Decide("C-1", "newsletter", "email", "2026-05-01").Outcome);
                Check.Equal(Outcome.Deny, ledger.Decide("C-1", "newsletter", "email", "2026-07-01").Outcome);
                Check.Equal(Outcome.Allow, ledger.Decide("C-1", "newsletter", "email", Later).Outcome);
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => ledger.Merge("C-1", "C-1", "2026-06-01"));
                Check.Fails<CitxStateException>(ErrorKind.NotFound, () => ledger.Merge("C-8", "C-9", "2026-06-01"));
            }
        }

        public static void ASubjectIsShownEverythingAndAnEventIsProved()
        {
            using (Policy policy = Make.Policy())
            using (ConsentLedger ledger = ConsentLedger.Open(":memory:", policy))
            {
                ledger.Append("C-1", "newsletter", "email", "given", "2026-01-01", method: "web", notice: "privacy-2026");
                ledger.Append("C-2", "newsletter", "email", "given", "2026-01-02", method: "web", notice: "privacy-2026");
                string held = ledger.SubjectAccess("C-1", Later);
                Check.True(held.Contains("privacy-2026") && !held.Contains("C-2"), "the citizen's own, and nobody else's");
                Check.True(ledger.Receipt(1).Contains("newsletter"), "a receipt names its purpose");
                Check.Fails<CitxStateException>(ErrorKind.NotFound, () => ledger.Receipt(9));
                LedgerHead root = ledger.Root();
                string proof = ledger.Prove(2, root.Sequence);
                Check.Equal(2L, ConsentLedger.VerifyProof(proof, root.Sequence, root.Hash));
                Check.Fails<CitxStorageException>(ErrorKind.Corrupted, () => ConsentLedger.VerifyProof(proof.Replace("C-2", "C-3"), root.Sequence, root.Hash));
                Check.Fails<CitxStateException>(ErrorKind.NotFound, () => ledger.Prove(9, root.Sequence));
            }
        }

        public static void AppendingTwiceWithOneKeyIsAppendingOnce()
        {
            using (Policy policy = Make.Policy())
            using (ConsentLedger ledger = ConsentLedger.Open(":memory:", policy))
            {
                Func<string, long> append = status => ledger.Append("C-1", "newsletter", "email", status, "2026-01-01", idempotencyKey: "form-881");
                Check.Equal(append("given"), append("given"));
                Check.Fails<CitxStateException>(ErrorKind.Conflict, () => append("withdrawn"));
                Check.Equal(1L, ledger.Count);
            }
        }

        public static void TablesOfEventsAreAppendedOrSeenAtOnce()
        {
            Table events = Make.Table(
                "citizen", new[] { "C-1", "C-2" },
                "purpose", new[] { "newsletter", "newsletter" },
                "channel", new[] { "email", "email" },
                "status", new[] { "given", "refused" },
                "captured_at", new[] { new DateTime(2026, 1, 1), new DateTime(2026, 1, 2) });
            using (Policy policy = Make.Policy())
            using (ConsentLedger ledger = ConsentLedger.Open(":memory:", policy))
            {
                Check.Equal(2L, ledger.AppendTable(events));
                using (ConsentView stored = ledger.AsOf(Later))
                using (ConsentView seen = ConsentView.FromEvents(events, policy, Later))
                using (ConsentView early = ledger.AsOf("2025-12-31"))
                using (Population people = Make.People())
                {
                    foreach (string citizen in new[] { "C-1", "C-2", "C-3" })
                    {
                        Decision one = stored.Decide(citizen, "newsletter", "email");
                        Decision other = seen.Decide(citizen, "newsletter", "email");
                        Check.Equal(one.Outcome, other.Outcome, citizen);
                        Check.Equal(one.Rule, other.Rule, citizen);
                    }
                    Check.Equal(Outcome.Deny, early.Decide("C-1", "newsletter", "email").Outcome);
                    Check.Sequence(new object[] { true, false, false, false, false }, stored.Mask(people, "newsletter", "email"));
                }
                Check.Throws<CitxException>(() => ledger.AppendTable(Make.Table("citizen", new[] { "C-1" })), "columns that must be there");
                Check.Throws<CitxException>(() => ConsentView.FromEvents(Make.Table("odd", new[] { 1 }), policy, Later), "an unknown column");
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => ConsentView.FromEvents(events, null, Later));
                Check.Equal(2L, ledger.Count);
            }
        }

        public static void LedgersLastAndTamperingShows()
        {
            using (Folder folder = new Folder())
            using (Policy policy = Make.Policy())
            {
                string file = folder.File("consent.db");
                Check.Throws<CitxException>(() => ConsentLedger.Open(file, policy, readOnly: true), "read only does not create");
                using (ConsentLedger ledger = ConsentLedger.Open(file, policy))
                {
                    for (int i = 0; i < 20; i++)
                    {
                        ledger.Append("C-" + i, "newsletter", "email", "given", "2026-01-01", method: "web");
                    }
                }
                using (ConsentLedger ledger = ConsentLedger.Open(file, policy, readOnly: true))
                {
                    Check.Equal(20L, ledger.Verify());
                    Check.Throws<CitxException>(() => ledger.Append("C-1", "newsletter", "email", "withdrawn", "2026-02-01"), "read only");
                }
                byte[] bytes = File.ReadAllBytes(file);
                byte[] word = System.Text.Encoding.ASCII.GetBytes("given");
                int changed = 0;
                for (int i = 0; i + word.Length < bytes.Length; i++)
                {
                    if (word.Select((letter, at) => bytes[i + at] == letter).All(same => same))
                    {
                        bytes[i] = (byte)'G';
                        changed++;
                    }
                }
                Check.True(changed > 0, "the ledger holds its events");
                File.WriteAllBytes(file, bytes);
                CitxException error = Check.Throws<CitxStorageException>(() =>
                {
                    using (ConsentLedger ledger = ConsentLedger.Open(file, policy))
                    {
                        ledger.Verify();
                    }
                });
                Check.Equal(ErrorKind.Corrupted, error.Kind, error.Message);
                Check.Throws<CitxStorageException>(() => ConsentLedger.AcceptHead(file, policy), "a chain that does not verify");
                File.WriteAllText(file, "this is not a database, it only says so at some length to fill a page");
                Check.Throws<CitxStorageException>(() => ConsentLedger.Open(file, policy), "not a database");
            }
        }

        public static void WhatANewerVersionWroteIsRefused()
        {
            using (Folder folder = new Folder())
            using (Policy policy = Make.Policy())
            {
                Check.Fails<CitxPolicyException>(ErrorKind.PolicyUnsupported, () => Policy.Parse("format = 99\nname = \"x\"\n"));
                string file = folder.File("consent.db");
                ConsentLedger.Open(file, policy).Dispose();
                byte[] bytes = File.ReadAllBytes(file);
                // SQLite keeps user_version there, most significant byte first.
                bytes[60] = 1;
                File.WriteAllBytes(file, bytes);
                Check.Fails<CitxStorageException>(ErrorKind.FormatVersion, () => ConsentLedger.Open(file, policy));
            }
        }

        public static void AnErasedCitizenIsDeniedAndTheChainVerifies()
        {
            using (Policy policy = Make.Policy())
            using (ConsentLedger ledger = ConsentLedger.Open(":memory:", policy))
            {
                ledger.Append("C-1", "newsletter", "email", "given", "2026-01-01", method: "web", contact: "ada@example.org");
                Check.Equal(2L, ledger.Erase("C-1"));
                Check.True(!ledger.History("C-1").Any(row => "ada@example.org".Equals(row["contact"])), "no contact remains");
                Check.Equal(Outcome.Deny, ledger.Decide("C-1", "newsletter", "email", "2100-01-01").Outcome);
                Check.Equal(2L, ledger.Verify());
                Check.Fails<CitxStateException>(ErrorKind.NotFound, () => ledger.Erase("nobody"));
            }
        }

        public static void PoliciesAreDataWithAController()
        {
            using (Folder folder = new Folder())
            using (Policy bare = Policy.Builtin("uk-2026"))
            using (Policy own = Make.Policy())
            {
                Check.True(bare.Id.StartsWith("uk-2026@", StringComparison.Ordinal) && bare.Id != own.Id, bare.Id);
                Check.True(own.Explain()["id"].Contains("R99") && own.Channels.Contains("email"), "rules and channels");
                Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => Policy.Builtin("uk-1066"));
                Check.Fails<CitxPolicyException>(ErrorKind.PolicyInvalid, () => Policy.Parse("nonsense = 1"));
                Check.Fails<CitxPolicyException>(ErrorKind.PolicyInvalid, () => Policy.Parse("[[["));
                Check.Throws<CitxPolicyException>(() => Policy.Read(folder.File("p.toml", "x = ")), "no policy");
                Check.Fails<CitxStorageException>(ErrorKind.Io, () => Policy.Read(folder.File("absent.toml")));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => bare.WithController("Anytown", "kingdom", "Europe/London"));
                Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => bare.WithController("Anytown", "charity", "Mars/Base"));
                Check.Throws<CitxException>(() => own.WithPurpose("a b", "service", "contract"), "a name that is not one");
                Check.Throws<CitxException>(() => own.WithPurpose("x", "spam", "contract"), "an unknown class");
                Check.Throws<CitxException>(() => own.WithPurpose("x", "service", "because"), "an unknown basis");
                Check.Throws<CitxException>(() => own.WithPurpose("x", "service", "contract", Make.Texts("oops", "1")), "an unknown constant");
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => own.WithPurpose(null, "service", "contract"));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => ConsentLedger.Open(":memory:", null));
                Check.Fails<CitxPolicyException>(ErrorKind.PolicyInvalid, () => ConsentLedger.Open(":memory:", bare).AsOf(Later), "no controller");
            }
        }

        public static void ALedgerOutlivesItsPolicyAndAViewItsLedger()
        {
            Policy policy = Make.Policy();
            ConsentLedger ledger = ConsentLedger.Open(":memory:", policy);
            policy.Dispose();
            ledger.Append("C-1", "newsletter", "email", "given", "2026-01-01", method: "web", notice: "privacy-2026");
            ConsentView view = ledger.AsOf(Later);
            ledger.Dispose();
            Check.Equal(Outcome.Deny, view.Decide("C-1", "newsletter", "email", facts: Make.Record("deceased", true)).Outcome);
            view.Dispose();
            Check.Throws<ObjectDisposedException>(() => view.Decide("C-1", "newsletter", "email"));
            Check.Throws<ObjectDisposedException>(() => view.Decide("C-1", "newsletter", "email", facts: Make.Record("deceased", true)));
            Check.Throws<ObjectDisposedException>(() => ledger.Count.ToString());
        }
    }
}
