using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Citx.Native;

namespace Citx.Tests
{
    internal static class TableTests
    {
        private static readonly DateTimeOffset Noon = new DateTimeOffset(2026, 11, 22, 12, 0, 0, 123, TimeSpan.Zero).AddTicks(4560);

        public static void EveryTypeComesBackAsItWentIn()
        {
            Table table = RoundTrip(Make.Table(
                "truth", new bool?[] { true, null, false },
                "whole", new long?[] { long.MinValue, null, long.MaxValue },
                "natural", new ulong?[] { 0, null, ulong.MaxValue },
                "float", new double?[] { double.NegativeInfinity, null, 1e-300 },
                "decimal", new decimal?[] { -12.340m, null, 79228162514264337593543950335m },
                "text", new[] { string.Empty, null, "caf\u00e9 \ud83c\udf33 \u0639" },
                "date", new Date?[] { new Date(1, 1, 1), null, new Date(9999, 12, 31) },
                "instant", new DateTimeOffset?[] { DateTimeOffset.MinValue, null, Noon },
                "time", new TimeSpan?[] { TimeSpan.Zero, null, new TimeSpan(0, 23, 59, 59, 999) },
                "bytes", new[] { new byte[0], null, new byte[] { 0, 255 } }));
            Check.Equal(3, table.NumRows);
            Check.Sequence(new object[] { true, null, false }, table["truth"]);
            Check.Sequence(new object[] { long.MinValue, null, long.MaxValue }, table["whole"]);
            Check.Sequence(new object[] { 0UL, null, ulong.MaxValue }, table["natural"]);
            Check.Sequence(new object[] { double.NegativeInfinity, null, 1e-300 }, table["float"]);
            Check.Sequence(new object[] { -12.34m, null, 79228162514264337593543950335m }, table["decimal"]);
            Check.Sequence(new object[] { string.Empty, null, "caf\u00e9 \ud83c\udf33 \u0639" }, table["text"]);
            Check.Sequence(new object[] { new Date(1, 1, 1), null, new Date(9999, 12, 31) }, table["date"]);
            Check.Sequence(new object[] { DateTimeOffset.MinValue, null, Noon }, table["instant"]);
            Check.Sequence(new object[] { TimeSpan.Zero, null, new TimeSpan(0, 23, 59, 59, 999) }, table["time"]);
            Check.Equal(null, table["bytes"][1]);
            Check.Sequence(new byte[] { 0, 255 }, (byte[])table["bytes"][2]);
            Check.Equal(ColumnType.Decimal, table["decimal"].Type);
        }

        public static void EveryNarrowTypeIsTaken()
        {
            Table table = RoundTrip(Make.Table(
                "a", new sbyte[] { -1 },
                "b", new byte[] { 255 },
                "c", new short[] { -2 },
                "d", new ushort[] { 65535 },
                "e", new[] { -3 },
                "f", new uint[] { uint.MaxValue },
                "g", new[] { 0.5f },
                "h", new[] { 'x' },
                "i", new[] { Guid.Empty },
                "j", new[] { new DateTime(2026, 11, 22, 9, 30, 0, DateTimeKind.Unspecified) },
                "k", new List<bool> { true },
                "l", Enumerable.Range(7, 1)));
            Check.Sequence(
                new object[]
                {
                    -1L, 255L, -2L, 65535L, -3L, 4294967295L, 0.5, "x", "00000000-0000-0000-0000-000000000000",
                    new DateTimeOffset(2026, 11, 22, 9, 30, 0, TimeSpan.Zero), true, 7L,
                },
                table[0].Values);
        }

        public static void InstantsAreFlooredToMicrosecondsAndBroughtToUtc()
        {
            DateTimeOffset before = new DateTimeOffset(1969, 12, 31, 23, 59, 59, TimeSpan.Zero).AddTicks(9999999);
            DateTimeOffset abroad = new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.FromHours(5.5));
            Table table = RoundTrip(Make.Table("at", new[] { before, abroad }));
            Check.Equal(before.AddTicks(-9), table["at"][0]);
            Check.Equal(TimeSpan.Zero, ((DateTimeOffset)table["at"][1]).Offset);
            Check.Equal(abroad, table["at"][1]);
        }

        public static void EveryLengthKeepsItsNulls()
        {
            foreach (int rows in new[] { 0, 1, 7, 8, 9, 63, 64, 65, 1000, 100003 })
            {
                long?[] whole = Enumerable.Range(0, rows).Select(i => i % 3 == 0 ? (long?)null : i).ToArray();
                string[] text = Enumerable.Range(0, rows).Select(i => i % 5 == 0 ? null : "t" + i).ToArray();
                bool?[] truth = Enumerable.Range(0, rows).Select(i => i % 7 == 0 ? (bool?)null : i % 2 == 0).ToArray();
                Table table = RoundTrip(Make.Table("whole", whole, "text", text, "truth", truth));
                Check.Equal(rows, table.NumRows);
                Check.Sequence(whole, table["whole"], "whole of " + rows);
                Check.Sequence(text, table["text"], "text of " + rows);
                Check.Sequence(truth, table["truth"], "truth of " + rows);
            }
        }

        public static void ValuesOfObjectsTakeTheWidestNumberAmongThem()
        {
            Check.Sequence(new object[] { null, 1.0, 2.5 }, RoundTrip(Make.Table("x", new object[] { null, 1, 2.5 }))["x"]);
            Check.Sequence(new object[] { 1m, 2.50m, null }, RoundTrip(Make.Table("x", new object[] { 1, 2.50m, DBNull.Value }))["x"]);
            Check.Sequence(new object[] { 1m, 18446744073709551615m }, RoundTrip(Make.Table("x", new object[] { 1, ulong.MaxValue }))["x"]);
            Check.Sequence(new object[] { "a", null }, RoundTrip(Make.Table("x", new object[] { "a", null }))["x"]);
            Check.Equal(ColumnType.Text, Make.Table("x", new object[] { null, null })["x"].Type);
            Check.Equal(ColumnType.Integer, Make.Table("x", new int?[] { null, null })["x"].Type);
        }

        public static void ADictionaryOfOneTypeOfColumnWillDo()
        {
            Table table = Table.FromColumns(new Dictionary<string, string[]> { { "a", new[] { "x" } }, { "b", new[] { "y" } } });
            Check.Sequence(new[] { "x", "y" }, table[0].Values);
        }

        public static void DateOnlyIsTakenWhereTheRuntimeHasIt()
        {
            Type dateOnly = Type.GetType("System.DateOnly");
            if (dateOnly == null)
            {
                throw new Skip("this runtime has no DateOnly");
            }
            Array dates = Array.CreateInstance(dateOnly, 1);
            dates.SetValue(Activator.CreateInstance(dateOnly, 1961, 11, 22), 0);
            Check.Sequence(new object[] { new Date(1961, 11, 22) }, Make.Table("dob", dates)["dob"]);
        }

        public static void WhatCannotBeTakenIsRefusedByColumnAndRow()
        {
            string secret = "hunter2";
            CitxException error = Check.Fails<CitxArgumentException>(
                ErrorKind.InvalidArgument, () => Make.Table("mail", new object[] { secret, 1 }), "mixed");
            Check.True(error.Message.Contains("mail") && error.Message.Contains("row 1") && !error.Message.Contains(secret), error.Message);
            error = Check.Fails<CitxArgumentException>(
                ErrorKind.InvalidArgument, () => Make.Table("mail", new[] { "ok", secret + "\ud83c" }), "half a surrogate pair");
            Check.True(error.Message.Contains("row 1") && !error.ToString().Contains(secret), error.ToString());
            Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Make.Table("x", new[] { new Version(1, 2) }), "unknown type");
            Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Make.Table("x", new[] { 1 }, "y", new[] { 1, 2 }), "lengths");
            Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Make.Table("x", new[] { 1 }, "x", new[] { 2 }), "names");
            Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Make.Table("x", null), "null column");
            Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Make.Table("x", "text"), "a string is no column");
            Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Make.Table(string.Empty, new[] { 1 }), "no name");
            Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Table.FromColumns<IEnumerable>(null), "null");
            Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Make.Table("a\0b", new[] { 1 }), "a zero in a name");
            Check.Throws<CitxException>(() => RoundTrip(Make.Table("a\ud83c", new[] { 1 })), "half a surrogate pair in a name");
            Check.Fails<CitxArgumentException>(
                ErrorKind.OutOfRange, () => Make.Table("x", new[] { decimal.MaxValue, 0.0000000000000000000000000001m }), "38 digits");
        }

        public static void DecimalsThatDotNetCannotHoldAreALimit()
        {
            using (Folder folder = new Folder())
            {
                string file = folder.File("wide.csv", "k,x\na,0.50\nb,99999999999999999999999999999999999999.99\n");
                ReadOptions options = new ReadOptions { Types = Make.Texts("x", "decimal(38, 2)") };
                Table table;
                try
                {
                    table = Table.Read(file, null, options);
                }
                catch (CitxArgumentException)
                {
                    // Forty digits do not fit into the type either; a narrower one must then be tried.
                    table = Table.Read(folder.File("fits.csv", "k,x\na,0.50\nb,123456789012345678901234567890123456.78\n"), null, options);
                }
                Check.Equal(0.5m, table["x"][0]);
                Check.Fails<CitxLimitException>(ErrorKind.LimitExceeded, () => table["x"][1].ToString());
            }
        }

        public static void ColumnsAndRowsAreFoundByNameAndPlace()
        {
            Table table = Make.Table("k", new[] { "a", "b" }, "n", new[] { 1, 2 });
            Check.Sequence(new[] { "k", "n" }, table.ColumnNames);
            Check.Equal("b", table[1]["k"]);
            Check.Equal(2, table.Count());
            Check.Equal("Table(2 rows; k, n)", table.ToString());
            Check.Equal("Record(k, n)", table[0].ToString());
            Check.Equal("Column(n, Integer, 2 values)", table["n"].ToString());
            Check.Sequence(new[] { 1L, 2L }, table["n"].ToArray<long>());
            Check.Sequence(new long?[] { 1L, 2L }, table["n"].ToArray<long?>());
            Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => table["nope"].ToString());
            Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => table[0]["nope"].ToString());
            Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => table["k"].ToArray<long>());
            Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Make.Table("x", new int?[] { null })["x"].ToArray<long>());
            Check.Throws<ArgumentOutOfRangeException>(() => table[2].ToString());
            Check.Throws<ArgumentOutOfRangeException>(() => table["k"][-1].ToString());
            object value;
            Check.True(!table[0].TryGetValue(null, out value) && !table[0].ContainsKey(null), "a null name is no field");
        }

        public static void FilesAreWrittenAndReadBack()
        {
            using (Folder folder = new Folder())
            {
                Table table = Make.Table("key", new[] { "007", "8" }, "note", new[] { "a,\"b\"", null }, "n", new[] { 1.5, -2 });
                table.WriteCsv(folder.File("t.csv"));
                table.WriteParquet(folder.File("t.parquet"));
                foreach (string name in new[] { "t.csv", "t.parquet" })
                {
                    Table back = Table.Read(folder.File(name), new[] { "key" });
                    Check.Sequence(new[] { "007", "8" }, back["key"], name);
                    Check.Sequence(new[] { "a,\"b\"", null }, back["note"], name);
                    Check.Sequence(new object[] { 1.5, -2.0 }, back["n"], name);
                }
            }
        }

        public static void MalformedFilesAreTypedErrorsWithoutValues()
        {
            using (Folder folder = new Folder())
            {
                Check.Fails<CitxStorageException>(ErrorKind.Io, () => Table.Read(folder.File("absent.csv")), "absent");
                Check.Throws<CitxException>(() => Table.Read(folder.File("t.parquet", "PAR1 not really PAR1")), "parquet");
                Check.Throws<CitxException>(() => Table.Read(folder.File("t.xlsx", "PK not a workbook")), "xlsx");
                Check.Throws<CitxException>(() => Table.Read(folder.File("t.arrow", "ARROW1 not really")), "arrow");
                Check.Throws<CitxException>(() => Table.Read(folder.File("t.odd", "x")), "an unknown kind of file");
                Check.Throws<CitxException>(() => Table.Read(string.Empty), "no path");
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Table.Read(null), "null path");
                ReadOptions dates = new ReadOptions { Types = Make.Texts("dob", "date") };
                CitxException error = Check.Throws<CitxException>(
                    () => Population.Read(folder.File("bad.csv", "id,dob\n1,2001-01-01\n2,Ada-Lovelace\n"), "id", dates), "a bad date");
                Check.True(error.Message.Contains("dob") && !error.Message.Contains("Lovelace"), error.Message);
            }
        }

        public static void DamagedFilesAreReadOrRefusedButNeverCrash()
        {
            Random random = new Random(2026);
            Table table = Make.Table(
                "key", new[] { "a", "b", "c" },
                "n", new double?[] { 1.5, null, -2 },
                "d", new[] { new Date(2026, 1, 1), new Date(1, 1, 1), new Date(9999, 1, 1) });
            using (Folder folder = new Folder())
            {
                table.WriteParquet(folder.File("whole.parquet"));
                table.WriteCsv(folder.File("whole.csv"));
                foreach (string kind in new[] { "parquet", "csv" })
                {
                    byte[] whole = File.ReadAllBytes(folder.File("whole." + kind));
                    string damaged = folder.File("damaged." + kind);
                    for (int round = 0; round < 150; round++)
                    {
                        byte[] bytes = (byte[])whole.Clone();
                        for (int change = 0; change <= round % 4; change++)
                        {
                            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                        }
                        Array.Resize(ref bytes, round % 3 == 0 ? random.Next(bytes.Length) : bytes.Length);
                        File.WriteAllBytes(damaged, bytes);
                        try
                        {
                            Table.Read(damaged).Count();
                        }
                        catch (CitxException error)
                        {
                            Check.True(error.Kind != ErrorKind.Panic, kind + ", round " + round + ": " + error.Message);
                        }
                    }
                }
            }
        }

        internal static Table RoundTrip(Table table)
        {
            using (TableHandle native = Transfer.WriteTable(table, "table"))
            {
                return Transfer.ReadTable(native);
            }
        }
    }
}
