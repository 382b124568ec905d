using System;
using System.Collections.Generic;
using System.Linq;

namespace Citx.Tests
{
    internal static class LiveTests
    {
        private static readonly Instant Day = "2026-11-22";

        public static void RulesReadEventsConsentAndPlaces()
        {
            using (Population people = Make.People())
            using (Events events = Clicks())
            using (ConsentView view = View())
            using (SegmentBook plain = Make.Book(
                "clicked", "event_count('click', INTERVAL '30 days', 'email') >= 1", "reachable", "may_contact('newsletter', 'post')", "close", "within_m_any(10.0, 20.0, 'hubs', 50) AND opens > 2"))
            using (SegmentBook book = plain.WithPlaces("hubs", new[] { 10.0, 11.0 }, new[] { 20.0, 21.0 }))
            {
                Check.Equal(3, events.Count);
                Check.True(events.Kinds.Contains("click"), "kinds");
                Sources sources = new Sources { Events = events, View = view };
                using (Membership membership = book.Evaluate(people, Day, sources: sources))
                {
                    Check.Equal(1, membership.Counts()["clicked"]);
                    Check.Equal(2, membership.Counts()["close"]);
                    Check.Equal(true, membership.Explain("clicked", "C-1", sources).Outcome);
                    Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => membership.Explain("clicked", "C-1"));
                }
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => book.Evaluate(people, Day));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => book.Evaluate(people, Day, sources: new Sources { Events = events }));
                Record record = people.Row("C-1");
                Check.Sequence(new[] { "clicked", "close" }, book.Match(record, Day, sources: sources).Where(name => name != "reachable"));
                Check.Equal(true, book.Explain("clicked", record, Day, sources: sources).Outcome);
                Check.Fails<CitxLimitException>(
                    ErrorKind.LimitExceeded, () => book.Evaluate(people, Day, "UTC", new RunOptions { MemoryLimit = 1 }, sources));
                Check.True(book.MemoryNeeded(people) > 1, "memory");
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => plain.WithPlaces("hubs", new[] { 1.0 }, new double[0]));
                Check.Throws<CitxException>(() => plain.WithPlaces("hubs", new[] { 91.0 }, new[] { 0.0 }), "not on the Earth");
            }
            Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => Events.FromTable(Make.Table("id", new[] { "a" })));
            Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Events.FromTable(null));
        }

        public static void EventsAreColumns()
        {
            using (Population people = Make.People())
            using (Events events = Clicks())
            {
                Table features = events.Features(people, Day, new[] { 30, 365 }, new[] { "click", "gave up" }, "Europe/London");
                using (Population known = people.WithFeatures(features))
                using (SegmentBook book = Make.Book(
                    "same", "event_count('click', INTERVAL '30 days') = click_30d AND \"gave up_365d\" = 0", "much", "click_value_365d = 1.5 AND last_click_at = last_event('click')"))
                using (Membership membership = book.Evaluate(known, Day, "Europe/London", sources: new Sources { Events = events }))
                {
                    Check.Equal(people.Count, (int)membership.Counts()["same"]);
                    Check.Sequence(new[] { "C-1" }, membership["much"].Keys().Select(key => (string)key));
                }
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => events.Features(people, Day, new int[0]));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => events.Features(people, Day, new[] { 30, 30 }));
                Check.Fails<CitxArgumentException>(ErrorKind.OutOfRange, () => events.Features(people, Day, new[] { -30 }));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => events.Features(people, Day, null));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => events.Features(null, Day, new[] { 30 }));
            }
        }

        public static void MembershipsAreCompared()
        {
            using (Population people = Make.People())
            using (SegmentBook book = Make.Book("north", "district = 'N'", "opened", "opens > 0"))
            using (SegmentBook later = Make.Book("north", "district = 'S'", "all", "TRUE"))
            using (Membership now = book.Evaluate(people, Day))
            using (Membership next = later.Evaluate(people, Day))
            {
                Table overlap = now.Overlap();
                Check.Equal(4, overlap.NumRows);
                Check.Sequence(new[] { "a", "b", "both", "either", "jaccard" }, overlap.ColumnNames);
                Check.True(now.Crosstab("district").NumRows >= 6, "crosstab");
                Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => now.Crosstab("dstrict"));
                SegmentDiff diff = next.Diff(now);
                Check.Sequence(new[] { "all" }, diff.Added);
                Check.Sequence(new[] { "opened" }, diff.Removed);
                Check.Equal(4, diff.Moves.NumRows);
                SegmentDiff moved = book.Diff(later, people, Day);
                Check.Sequence(new[] { "north" }, moved.Changed);
                Check.Equal(3, moved.Counts.NumRows);
                using (Membership exclusive = now.Exclusive())
                using (Membership selected = now.Select("opened"))
                {
                    Check.Equal(2, exclusive.Counts()["north"]);
                    Check.Equal(2, exclusive.Counts()["opened"]);
                    Check.Sequence(new[] { "opened" }, selected.Names);
                }
                Check.Sequence(new[] { "north", "opened" }, now.SegmentsOf("C-1"));
                Check.Throws<CitxException>(() => now.SegmentsOf("C-9"), "nobody");
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => now.Diff(null));
                Check.Fails<CitxLimitException>(ErrorKind.Cancelled, () =>
                {
                    using (CancelToken cancel = new CancelToken())
                    {
                        cancel.Cancel();
                        now.Overlap(new RunOptions { Cancel = cancel });
                    }
                });
                using (Segment north = now["north"])
                using (Segment again = Segment.FromRoaring(people, "again", north.ToRoaring(), Day))
                {
                    Check.Sequence(north.Keys(), again.Keys());
                    using (Segment known = Segment.FromRoaring(people, "again", north.ToRoaring(), Day, columnsUsed: new[] { "district" }))
                    {
                        Check.Sequence(new[] { "district" }, known.ColumnsUsed);
                        Check.Equal(north.Count, known.Count);
                    }
                    Check.Fails<CitxRuleException>(
                        ErrorKind.UnknownName, () => Segment.FromRoaring(people, "x", north.ToRoaring(), Day, columnsUsed: new[] { "dstrict" }));
                    Check.Throws<CitxException>(() => Segment.FromRoaring(people, "x", new byte[] { 1, 2 }, Day), "damaged");
                    Check.Throws<CitxException>(() => Segment.FromRoaring(people, "x", new byte[0], Day), "empty");
                    Dictionary<string, byte[]> kept = now.Names.ToDictionary(name => name, name => Kept(now, name));
                    using (Membership back = Membership.FromRoaring(kept, book, people, Day))
                    {
                        Check.Sequence(now.Names, back.Names);
                        Check.Sequence(now.Counts().Values, back.Counts().Values);
                        Check.Sequence(now.SegmentsOf("C-1"), back.SegmentsOf("C-1"));
                    }
                    kept["opened"] = new byte[] { 1 };
                    Check.Fails<CitxStorageException>(ErrorKind.Corrupted, () => Membership.FromRoaring(kept, book, people, Day));
                    kept.Remove("opened");
                    Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Membership.FromRoaring(kept, book, people, Day));
                    kept["nobody"] = new byte[0];
                    Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => Membership.FromRoaring(kept, book, people, Day));
                    Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Membership.FromRoaring(null, book, people, Day));
                }
            }
        }

        public static void BooksHaveOtherForms()
        {
            using (Population people = Make.People())
            using (SegmentBook book = SegmentBook.Parse("[north]\nrule = \"district = 'N'\"\nowner = \"Comms\"\nreview_by = \"2026-10-01\"\n"))
            using (SegmentBook again = SegmentBook.FromJson(book.ToJson()))
            {
                SegmentDefinition north = again.Definitions[0];
                Check.Equal("north", north.Name);
                Check.Equal("Comms", north.Owner);
                Check.Equal("2026-10-01", north.ReviewBy);
                Check.Equal(null, north.Description);
                Check.Equal(book.ToJson(), again.ToJson());
                Check.Sequence(new[] { "north" }, book.DueForReview(new Date(2026, 11, 22)));
                Check.Sequence(new string[0], book.DueForReview(new Date(2026, 9, 30)));
                Check.True(book.ToSql("duckdb", people, Day)["north"].Contains("district"), "SQL");
                Check.Throws<CitxException>(() => book.ToSql("oracle", people, Day), "dialect");
                Check.Throws<CitxException>(() => SegmentBook.FromJson("{"), "JSON");
            }
        }

        public static void LiveSegmentsTellWhoMoved()
        {
            using (Population people = Make.People())
            using (Events events = Clicks())
            using (SegmentBook book = Make.Book("active", "opens > 5", "clicked", "event_count('click', INTERVAL '30 days') >= 1"))
            using (LiveSegments live = book.Live(people, Day, sources: new Sources { Events = events }))
            {
                Change change = live.Upsert(Make.Record("citizen_id", "C-1", "opens", 9L)).Single();
                Check.Equal("active", change.Segment);
                Check.Equal("C-1", change.Key);
                Check.True(change.Entered && change.Seq == 1 && live.Seq == 1, "entered");
                Check.True(!live.Upsert(Make.Record("citizen_id", "C-1", "opens", null)).Single().Entered, "left");
                Check.Equal(0, live.Upsert(Make.Record("citizen_id", "C-9")).Count);
                Check.Equal(2, live.Upsert(Make.Table("citizen_id", new[] { "C-2", "C-3" }, "opens", new long?[] { 8, 9 })).Count);
                Check.Equal("clicked", live.Append("C-5", "click", "2026-11-21T00:00:00Z", "sms", 1.5, "e-1").Single().Segment);
                Check.Equal(0, live.Append("C-5", "click", "2026-11-21T00:00:00Z", id: "e-1").Count);
                Check.True(live.NextChangeAt != null && live.NextChangeAt > new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero), "next");
                byte[] snapshot = live.Snapshot();
                using (LiveSegments restored = LiveSegments.Restore(snapshot, book))
                {
                    Check.Equal(live.Seq, restored.Seq);
                    Check.Equal(live.Counts()["clicked"], restored.Counts()["clicked"]);
                }
                Check.True(live.Advance("2027-06-01").All(left => left.Segment == "clicked" && !left.Entered), "time");
                Check.Equal(0, live.Counts()["clicked"]);
                Check.Sequence(new[] { "C-2", "C-3", "C-4" }, live.Members("active").Cast<object>().OrderBy(key => (string)key, StringComparer.Ordinal));
                using (Membership membership = live.Membership())
                using (Population everyone = live.Population())
                {
                    Check.Equal(3, membership.Counts()["active"]);
                    Check.Equal(6, everyone.Count);
                }
                Check.Throws<CitxException>(() => live.Advance(Day), "back");
                Check.Throws<CitxException>(() => live.Upsert(Make.Record("opens", 1L)), "no key");
                Check.Throws<CitxException>(() => live.Upsert(Make.Record("citizen_id", "C-1", "opens", "many")), "type");
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => live.Upsert((Table)null));
                Check.Throws<CitxException>(() => LiveSegments.Restore(snapshot.Take(20).ToArray(), book), "damaged");
                using (SegmentBook other = Make.Book("other", "TRUE"))
                {
                    Check.Throws<CitxException>(() => LiveSegments.Restore(snapshot, other), "another book");
                }
                live.Dispose();
                Check.Throws<ObjectDisposedException>(() => live.Counts(), "disposed");
            }
        }

        private static byte[] Kept(Membership membership, string name)
        {
            using (Segment segment = membership[name])
            {
                return segment.ToRoaring();
            }
        }

        private static Events Clicks()
        {
            return Events.FromTable(
                Make.Table(
                    "citizen", new[] { "C-1", "C-1", "C-7" },
                    "kind", new[] { "click", "click", "visit" },
                    "day", new Date?[] { new Date(2026, 11, 2), new Date(2026, 2, 1), new Date(2026, 11, 2) },
                    "through", new[] { "email", null, "web" },
                    "amount", new double?[] { 1.5, null, 2 }),
                "citizen",
                at: "day",
                channel: "through",
                value: "amount",
                timeZone: "Europe/London");
        }

        private static ConsentView View()
        {
            using (Policy policy = Make.Policy())
            {
                return ConsentView.FromEvents(
                    Make.Table(
                        "citizen", new[] { "C-1" },
                        "purpose", new[] { "newsletter" },
                        "channel", new[] { "post" },
                        "status", new[] { "given" },
                        "captured_at", new[] { "2026-02-01T09:00:00Z" }),
                    policy,
                    Day);
            }
        }
    }
}
