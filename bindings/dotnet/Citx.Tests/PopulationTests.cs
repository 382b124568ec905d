using System;
using System.Collections.Generic;
using System.Linq;

namespace Citx.Tests
{
    internal static class PopulationTests
    {
        public static void CitizensAreFoundByKey()
        {
            using (Population people = Make.People())
            {
                Check.Equal(5, people.Count);
                Check.Equal("citizen_id", people.Key);
                Record row = people.Row("C-2");
                Check.Equal(new Date(1961, 11, 22), row["dob"]);
                Check.Equal(0L, row["opens"]);
                Check.Equal(null, people.Row("C-3")["opens"]);
                Check.Sequence(new[] { "citizen_id", "dob", "district", "opens" }, people.Schema["name"]);
                Check.Equal(0, people.Rejected.NumRows);
                Check.Sequence(new[] { "C-1", "C-2", "C-3", "C-4", "C-5" }, people.ToTable()["citizen_id"]);
                Check.Equal("Population(5 citizens)", people.ToString());
                Check.Fails<CitxStateException>(ErrorKind.NotFound, () => people.Row("C-99"));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => people.Row(null));
            }
        }

        public static void KeysMustBeUniqueAndThere()
        {
            CitxException twice = Check.Fails<CitxArgumentException>(
                ErrorKind.InvalidArgument, () => Population.FromTable(Make.Table("k", new[] { "sekret", "b", "sekret" }), "k"));
            Check.True(!twice.Message.Contains("sekret"), twice.Message);
            Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Population.FromTable(Make.Table("k", new[] { "a", null }), "k"));
            Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => Population.FromTable(Make.Table("k", new[] { "a" }), "key"));
            Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Population.FromTable(Make.Table("k", new[] { "a" }), null));
            Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Population.FromTable(null, "k"));
            Check.Throws<CitxException>(() => Population.FromColumns(Make.Columns(), "k"), "no columns");
        }

        public static void UpsertGivesASnapshotAndKeepsTheOldOne()
        {
            using (Population people = Make.People())
            using (Population later = people.Upsert(Make.Table("citizen_id", new[] { "C-1", "C-6" }, "opens", new long?[] { null, 4 })))
            {
                Check.Equal(5, people.Count);
                Check.Equal(3L, people.Row("C-1")["opens"]);
                Check.Equal(6, later.Count);
                Check.Equal(null, later.Row("C-1")["opens"]);
                Check.Equal("N", later.Row("C-1")["district"]);
                Check.Equal(4L, later.Row("C-6")["opens"]);
                Check.Equal(null, later.Row("C-6")["dob"]);
                Check.Throws<CitxException>(() => people.Upsert(Make.Table("citizen_id", new[] { "C-1" }, "opens", new[] { "x" })), "type");
                Check.Throws<CitxException>(() => people.Upsert(Make.Table("opens", new[] { 1 })), "no key");
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => people.Upsert(null));
            }
        }

        public static void FilesAreReadWithTypesAndQuarantine()
        {
            using (Folder folder = new Folder())
            {
                string file = folder.File("p.csv", "id,dob,n\n007,22/11/1961,1\n008,nonsense,2\n009,,3\n");
                ReadOptions options = new ReadOptions { Types = Make.Texts("dob", "date:%d/%m/%Y"), OnError = "quarantine" };
                using (Population people = Population.Read(file, "id", options))
                {
                    Check.Equal(2, people.Count);
                    Check.Equal(new Date(1961, 11, 22), people.Row("007")["dob"]);
                    Check.Equal(1, people.Rejected.NumRows);
                }
                options.OnError = "fail";
                CitxException error = Check.Throws<CitxException>(() => Population.Read(file, "id", options));
                Check.True(!error.Message.Contains("nonsense") && error.Message.Contains("p.csv"), error.Message);
                options.OnError = "perhaps";
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Population.Read(file, "id", options));
            }
        }

        public static void FactsMustBeColumns()
        {
            using (Population people = Make.People())
            {
                Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => people.WithFacts(new FactColumns { Email = "mail" }));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => people.WithFacts(null));
                using (Population knowing = people.WithFacts(new FactColumns { BirthDate = "dob" }))
                {
                    Check.Equal(5, knowing.Count);
                }
            }
        }

        public static void KeysKeepTheirType()
        {
            using (Population people = Population.FromTable(Make.Table("id", new[] { 3, 1, 2 }), "id"))
            using (SegmentBook book = Make.Book("all", "TRUE"))
            using (Membership membership = book.Evaluate(people, "2026-11-22"))
            using (Segment all = membership["all"])
            {
                Check.Sequence(new object[] { 3L, 1L, 2L }, all.Keys());
                Check.Equal(1L, people.Row("1")["id"]);
                Check.Equal(2L, people.Row(2)["id"]);
            }
        }
    }
}
