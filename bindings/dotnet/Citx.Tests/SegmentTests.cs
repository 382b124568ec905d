using System;
using System.Collections.Generic;
using System.Linq;

namespace Citx.Tests
{
    internal static class SegmentTests
    {
        private static readonly Instant Day = "2026-11-22";

        public static void MembersAreThoseForWhomTheRuleIsTrue()
        {
            using (Population people = Make.People())
            using (SegmentBook book = Make.Book("older", "age(dob) >= 65", "north", "district = 'N'", "both", "in_segment('older') AND in_segment('north')"))
            using (Membership membership = book.Evaluate(people, Day, "Europe/London"))
            {
                Check.Sequence(new[] { "older", "north", "both" }, book.Names);
                Check.Sequence(new[] { "older", "north", "both" }, membership.Names);
                // C-2 turns 65 on that day; C-5 has no date of birth.
                Check.Equal(2, membership.Counts()["older"]);
                using (Segment older = membership["older"])
                using (Segment north = membership["north"])
                using (Segment not = ~older)
                using (Segment either = older | north)
                using (Segment neither = not - north)
                using (Segment both = older & north)
                {
                    Check.Sequence(new[] { "C-1", "C-2" }, older.Keys());
                    Check.Sequence(new object[] { true, true, false, false, false }, older.Mask());
                    Check.Equal(2, older.Count);
                    Check.Equal("older", older.Name);
                    Check.Sequence(new[] { "dob" }, older.ColumnsUsed);
                    Check.Sequence(new[] { "C-3", "C-4", "C-5" }, not.Keys());
                    Check.Equal(2, either.Count);
                    Check.Equal(3, neither.Count);
                    Check.Equal(2, both.Count);
                }
                Check.Sequence(new[] { "citizen_id", "older", "north", "both" }, membership.ToTable().ColumnNames);
                Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => membership["youn"].Dispose());
            }
        }

        public static void ListsAreValues()
        {
            string[][] tags = { new[] { "dogs", null }, new string[0], null };
            using (Population people = Population.FromTable(Make.Table("id", new[] { "a", "b", "c" }, "tags", tags), "id"))
            using (SegmentBook book = Make.Book("dogs", "has_any(tags, 'dogs')", "none", "tags IS NULL"))
            using (Membership membership = book.Evaluate(people, Day))
            using (Population later = people.Upsert(Make.Table("id", new[] { "b" }, "tags", new[] { new List<string> { "cats", "dogs" } })))
            {
                Check.Equal(1, membership.Counts()["dogs"]);
                Check.Equal(1, membership.Counts()["none"]);
                Check.Sequence(new object[] { "dogs", null }, (IReadOnlyList<object>)people.Row("a")["tags"]);
                Check.Sequence(new[] { "cats", "dogs" }, (IReadOnlyList<object>)later.Row("b")["tags"]);
                Check.Sequence(new[] { "dogs" }, book.Match(later.Row("b"), Day));
                Check.Sequence(new[] { "none" }, book.Match(people.Row("c"), Day));
                Explanation why = book.Explain("dogs", Make.Record("tags", new object[] { null, "dogs" }), Day);
                Check.Equal(true, why.Outcome);
                Check.Sequence(new object[] { null, "dogs" }, (IReadOnlyList<object>)why.Values["tags"]);
                using (LiveSegments live = book.Live(people, Day))
                {
                    Check.Equal(1, live.Upsert(Make.Record("id", "c", "tags", new[] { "dogs" })).Count(change => change.Segment == "dogs"));
                    Check.Equal(1, live.Upsert(Make.Table("id", new[] { "a" }, "tags", new[] { new string[0] })).Count);
                }
                object[] holder = new object[1];
                holder[0] = holder;
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => book.Match(Make.Record("tags", holder), Day));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Make.Table("tags", new[] { holder }));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Make.Table("tags", new[] { new object[] { 1, "a" } }));
            }
            decimal[] rents = { 0.5m, 12.25m };
            Dictionary<string, object> all = Make.Record(
                "b", new[] { true, false }, "n", new[] { 1, -2 }, "x", new[] { 0.5 }, "r", rents, "d", new[] { new Date(2026, 11, 22) }, "t", new[] { new DateTimeOffset(1970, 1, 1, 0, 0, 0, TimeSpan.Zero) });
            using (SegmentBook book = Make.Book("all", "has_all(b, TRUE, FALSE) AND has_any(n, -2) AND has_any(x, 0.5) AND has_all(r, 12.25, 0.5)"
                + " AND has_any(d, DATE '2026-11-22') AND has_any(t, TIMESTAMP '1970-01-01T00:00:00Z')"))
            {
                Explanation why = book.Explain("all", all, Day);
                Check.Equal(true, why.Outcome);
                Dictionary<string, object> read = why.Parts.SelectMany(part => part.Values).ToDictionary(field => field.Key, field => field.Value);
                foreach (KeyValuePair<string, object> field in all)
                {
                    Check.Sequence(((System.Collections.IEnumerable)field.Value).Cast<object>().Select(value => value is int ? (long)(int)value : value), (IReadOnlyList<object>)read[field.Key]);
                }
            }
        }

        public static void ThePlanIsExplained()
        {
            using (Population people = Make.People())
            using (SegmentBook book = Make.Book("opened", "opens > 0"))
            {
                Table plan = book.ExplainPlan(people, Day);
                Check.Sequence(new[] { "reads", "form", "conditions", "why" }, plan.ColumnNames);
                Check.Sequence(new[] { "compare", "join" }, plan["form"]);
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => book.ExplainPlan(null, Day));
                using (SegmentBook wrong = Make.Book("opened", "opns > 0"))
                {
                    Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => wrong.ExplainPlan(people, Day));
                }
            }
        }

        public static void OneRecordIsMatchedAndExplained()
        {
            using (SegmentBook book = Make.Book("older", "age(dob) >= 65", "opened", "opens > 0", "rich", "rent > 10.5"))
            {
                Dictionary<string, object> record = Make.Record("dob", new DateTime(1950, 1, 1).Date, "opens", null, "rent", 10.51m);
                record["dob"] = new Date(1950, 1, 1);
                Check.Sequence(new[] { "older", "rich" }, book.Match(record, Day));
                Explanation why = book.Explain("opened", record, Day);
                Check.Equal(null, why.Outcome);
                Check.True(why.Text.Length > 0, "text");
                Check.Equal(true, book.Explain("older", record, Day).Outcome);
                Check.Sequence(new[] { "dob" }, book.ColumnsUsed("older"));
                Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => book.Match(Make.Record("dob", null), Day));
                Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => book.Explain("nobody", record, Day));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => book.Match(null, Day));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => book.Match(Make.Record("dob", new Version(1, 2)), Day));
            }
        }

        public static void AnInstantIsGivenAsAnyOfItsTypes()
        {
            using (Population people = Make.People())
            using (SegmentBook book = Make.Book("today", "as_of() = TIMESTAMP '2026-06-30 23:00:00'"))
            {
                Instant[] same =
                {
                    "2026-07-01", "2026-06-30T23:00:00Z", new Date(2026, 7, 1), new DateTime(2026, 6, 30, 23, 0, 0),
                    new DateTime(2026, 6, 30, 23, 0, 0, DateTimeKind.Utc), new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.FromHours(1)),
                };
                foreach (Instant instant in same)
                {
                    using (Membership membership = book.Evaluate(people, instant, "Europe/London"))
                    {
                        Check.Equal(5, membership.Counts()["today"], instant.ToString());
                    }
                }
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => book.Evaluate(people, default(Instant)));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => book.Evaluate(people, "tomorrow"));
                Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => book.Evaluate(people, Day, "Europe/Atlantis"));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => book.Evaluate(null, Day));
            }
        }

        public static void RuleErrorsSayWhere()
        {
            CitxRuleException error = Check.Fails<CitxRuleException>(ErrorKind.RuleSyntax, () => Make.Book("x", "age(dob) >= 65 AND\n  ("));
            Check.True(error.Line >= 1 && error.Column >= 1 && error.Span != null && error.Snippet.Length > 0, error.Message);
            Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => Make.Book("x", "in_segment('y')"));
            Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Make.Book("9x", "TRUE"));
            Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Make.Book("../x", "TRUE"));
            Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => new SegmentBook(null));
            Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Make.Book("x", null));
            Check.Throws<CitxException>(() => Make.Book("x", "a = 1 b"), "more after the end");
            Check.Throws<CitxException>(() => Make.Book("x", string.Empty), "empty");
            Check.Fails<CitxLimitException>(ErrorKind.LimitExceeded, () => Make.Book("x", new string('x', 65537)), "64 KiB");
            using (Population people = Make.People())
            using (SegmentBook typo = Make.Book("x", "distrct = 'N'"))
            using (SegmentBook type = Make.Book("x", "dob > 'abc' + 1"))
            {
                error = Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => typo.Evaluate(people, Day));
                Check.True(error.Message.Contains("district") || error.Suggestion == "district", error.Message);
                Check.Equal(1, error.Line);
                Check.Equal(1, error.Column);
                Check.Fails<CitxRuleException>(ErrorKind.RuleType, () => type.Evaluate(people, Day));
            }
        }

        public static void BooksAreReadFromToml()
        {
            using (Folder folder = new Folder())
            using (SegmentBook book = SegmentBook.Parse("north = \"district = 'N'\"\n[older]\nrule = \"age(dob) >= 65\"\ndescription = \"d\"\n"))
            {
                Check.Equal(2, book.Names.Count);
                using (SegmentBook read = SegmentBook.Read(folder.File("s.toml", "north = \"district = 'N'\"\n")))
                {
                    Check.Sequence(new[] { "north" }, read.Names);
                }
                Check.Throws<CitxException>(() => SegmentBook.Parse("north = "), "TOML");
                Check.Throws<CitxException>(() => SegmentBook.Read(folder.File("b.toml", "north = [1]")), "not a rule");
                Check.Fails<CitxStorageException>(ErrorKind.Io, () => SegmentBook.Read(folder.File("absent.toml")));
            }
        }

        public static void SegmentsOfTwoPopulationsDoNotCombine()
        {
            using (Population one = Make.People())
            using (Population other = Population.FromTable(Make.Table("citizen_id", new[] { "a" }), "citizen_id"))
            using (SegmentBook book = Make.Book("all", "TRUE"))
            using (Membership first = book.Evaluate(one, Day))
            using (Membership second = book.Evaluate(other, Day))
            using (Segment left = first["all"])
            using (Segment right = second["all"])
            {
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => left.And(right));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => left.Or(null));
            }
        }
    }
}
