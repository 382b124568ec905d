using System;
using System.Data;
using Citx.Arrow;

namespace Citx.Tests
{
    internal static class DataReaderTests
    {
        public static void ADataTableBecomesAPopulation()
        {
            using (DataTable rows = People())
            using (Population people = Population.FromDataTable(rows, "id", "dob"))
            {
                Check.Equal(2, people.Count);
                Record row = people.Row("17");
                Check.Equal(17L, row["id"]);
                Check.Equal(new Date(1961, 11, 22), row["dob"]);
                Check.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), row["joined"]);
                Check.Equal(null, people.Row("18")["mail"]);
            }
        }

        public static void ADataReaderIsReadToItsEnd()
        {
            using (DataTable rows = People())
            using (IDataReader reader = rows.CreateDataReader())
            {
                Table table = Table.FromDataReader(reader, "dob");
                Check.Equal(2, table.NumRows);
                Check.Equal(ColumnType.Date, table["dob"].Type);
                Check.Equal(ColumnType.Timestamp, table["joined"].Type);
                Check.Equal(1.5m, table["rent"][0]);
                Check.True(!reader.Read(), "nothing remains");
            }
        }

        public static void ADateWithATimeOfDayIsAnInstant()
        {
            ColumnBuilder builder = new ColumnBuilder("d", typeof(DateTime), DateTimes.DatesUnlessTimed);
            builder.Add(new DateTime(2026, 1, 1));
            builder.Add(null);
            builder.Add(new DateTime(1960, 1, 2, 3, 4, 5));
            DateTimeOffset timed = new DateTimeOffset(1960, 1, 2, 3, 4, 5, TimeSpan.Zero);
            Check.Sequence(new object[] { new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), null, timed }, builder.Finish());
            builder = new ColumnBuilder("d", typeof(DateTime), DateTimes.DatesUnlessTimed);
            builder.Add(new DateTime(2026, 1, 1));
            Check.Sequence(new object[] { new Date(2026, 1, 1) }, builder.Finish());
        }

        public static void ResultsGoBackIntoDataTables()
        {
            using (DataTable rows = People())
            using (DataTable back = Table.FromDataTable(rows, "dob").ToDataTable())
            {
                Check.Equal(2, back.Rows.Count);
                Check.Equal(17L, back.Rows[0]["id"]);
                Check.Equal(new DateTime(1961, 11, 22), back.Rows[0]["dob"]);
                Check.Equal(new DateTime(2026, 1, 2, 3, 4, 5), back.Rows[0]["joined"]);
                Check.Equal(DBNull.Value, back.Rows[1]["mail"]);
                Check.Equal(typeof(decimal), back.Columns["rent"].DataType);
            }
        }

        public static void DeletedRowsAreLeftOut()
        {
            using (DataTable rows = People())
            {
                rows.AcceptChanges();
                rows.Rows[0].Delete();
                Check.Equal(1, Table.FromDataTable(rows).NumRows);
            }
        }

        public static void BadArgumentsAreTypedErrors()
        {
            using (DataTable rows = People())
            {
                Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => Table.FromDataTable(rows, "born"));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Table.FromDataReader(null));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Table.FromDataTable(null));
                rows.Columns.Add("odd", typeof(Version));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Table.FromDataTable(rows));
            }
        }

        private static DataTable People()
        {
            DataTable table = new DataTable();
            table.Columns.Add("id", typeof(int));
            table.Columns.Add("dob", typeof(DateTime));
            table.Columns.Add("joined", typeof(DateTime));
            table.Columns.Add("mail", typeof(string));
            table.Columns.Add("rent", typeof(decimal));
            table.Rows.Add(17, new DateTime(1961, 11, 22), new DateTime(2026, 1, 2, 3, 4, 5), "a@example.org", 1.5m);
            table.Rows.Add(18, DBNull.Value, DBNull.Value, DBNull.Value, DBNull.Value);
            return table;
        }
    }
}
