using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;
using Citx.Arrow;

namespace Citx.Tests
{
    /// <summary>Arrays as other producers lay them out: offsets, narrow types, views, dictionaries, lists.</summary>
    internal static class ArrowTests
    {
        public static void NarrowTypesWiden()
        {
            Check.Sequence(new object[] { -1L, 2L }, Read("c", 2, null, new byte[] { 255, 2 }));
            Check.Sequence(new object[] { 255L, 2L }, Read("C", 2, null, new byte[] { 255, 2 }));
            Check.Sequence(new object[] { -2L }, Read("s", 1, null, BitConverter.GetBytes((short)-2)));
            Check.Sequence(new object[] { 65534L }, Read("S", 1, null, BitConverter.GetBytes((ushort)65534)));
            Check.Sequence(new object[] { 4294967295L }, Read("I", 1, null, BitConverter.GetBytes(uint.MaxValue)));
            Check.Sequence(new object[] { 0.5 }, Read("f", 1, null, BitConverter.GetBytes(0.5f)));
            Check.Sequence(new object[] { 1.0, -2.0, 6.103515625e-05, 5.9604644775390625e-08 }, Read("e", 4, null, Shorts(0x3c00, 0xc000, 0x0400, 0x0001)));
            Check.Sequence(new object[] { -5m, 1.25m }, Read("d:9,2,32", 2, null, Concat(BitConverter.GetBytes(-500), BitConverter.GetBytes(125))));
            Check.Sequence(new object[] { -5m }, Read("d:18,2,64", 1, null, BitConverter.GetBytes(-500L)));
        }

        public static void TimesOfEveryUnitAreTheSameInstant()
        {
            DateTimeOffset expected = new DateTimeOffset(2001, 9, 9, 1, 46, 40, TimeSpan.Zero);
            Check.Sequence(new object[] { expected }, Read("tss:", 1, null, BitConverter.GetBytes(1000000000L)));
            Check.Sequence(new object[] { expected }, Read("tsm:Europe/London", 1, null, BitConverter.GetBytes(1000000000000L)));
            Check.Sequence(new object[] { expected }, Read("tsu:UTC", 1, null, BitConverter.GetBytes(1000000000000000L)));
            Check.Sequence(new object[] { expected }, Read("tsn:", 1, null, BitConverter.GetBytes(1000000000000000000L)));
            Check.Sequence(new object[] { new Date(1969, 12, 31) }, Read("tdm", 1, null, BitConverter.GetBytes(-1L)));
            Check.Sequence(new object[] { TimeSpan.FromSeconds(1) }, Read("tts", 1, null, BitConverter.GetBytes(1)));
            Check.Sequence(new object[] { TimeSpan.FromMilliseconds(1) }, Read("ttn", 1, null, BitConverter.GetBytes(1000000L)));
        }

        public static void InstantsBeyondDotNetAreErrorsNotWrongValues()
        {
            foreach (string format in new[] { "tss:", "tsm:", "tsu:" })
            {
                foreach (long value in new[] { long.MaxValue, long.MinValue })
                {
                    Check.Fails<CitxArgumentException>(ErrorKind.OutOfRange, () => Read(format, 1, null, BitConverter.GetBytes(value)), format);
                }
            }
        }

        public static void OffsetsAndValidityAreHonoured()
        {
            byte[] values = Concat(BitConverter.GetBytes(10L), BitConverter.GetBytes(11L), BitConverter.GetBytes(12L), BitConverter.GetBytes(13L));
            Check.Sequence(new object[] { 11L, null, 13L }, Read("l", 3, new byte[] { 0x0b }, values, offset: 1));
            Check.Sequence(new object[] { null, true, false }, Read("b", 3, new byte[] { 0x30 }, new byte[] { 0x10 }, offset: 3));
        }

        public static void TextOfEveryLayoutIsTheSame()
        {
            byte[] text = Encoding.UTF8.GetBytes("ab\u00e9");
            Check.Sequence(new object[] { "ab", string.Empty, "\u00e9" }, Read("u", 3, null, Ints(0, 2, 2, 4), text));
            Check.Sequence(new object[] { "ab", "\u00e9" }, Read("U", 2, null, Concat(BitConverter.GetBytes(0L), BitConverter.GetBytes(2L), BitConverter.GetBytes(4L)), text));
            Check.Sequence(new object[] { string.Empty, "\u00e9" }, Read("u", 2, null, Ints(0, 2, 2, 4), text, offset: 1));
            byte[] shortView = Concat(Ints(2), Encoding.ASCII.GetBytes("hi"), new byte[10]);
            byte[] longText = Encoding.ASCII.GetBytes("..a text of more than twelve bytes");
            byte[] longView = Concat(Ints(longText.Length - 2), Encoding.ASCII.GetBytes("a te"), Ints(0, 2));
            byte[] nullView = Concat(Ints(-1), new byte[12]);
            Check.Sequence(
                new object[] { "hi", null, "a text of more than twelve bytes" },
                Read("vu", 3, new byte[] { 5 }, Concat(shortView, nullView, longView), longText));
        }

        public static void DictionariesAndTheirNullsAreResolved()
        {
            using (Built values = new Built("u", 3, new byte[] { 5 }, Ints(0, 1, 1, 3), Encoding.ASCII.GetBytes("xyz")))
            using (Built codes = new Built("c", 4, new byte[] { 0x0b }, new byte[] { 2, 0, 99, 1 }))
            {
                codes.SetDictionary(values);
                Check.Sequence(new object[] { "yz", "x", null, null }, codes.Read());
            }
        }

        public static void ListsAreLists()
        {
            using (Built items = new Built("l", 3, null, Concat(BitConverter.GetBytes(7L), BitConverter.GetBytes(8L), BitConverter.GetBytes(9L))))
            using (Built lists = new Built("+l", 3, new byte[] { 5 }, Ints(0, 2, 2, 3)))
            {
                lists.SetChild(items);
                object[] found = lists.Read();
                Check.Sequence(new object[] { 7L, 8L }, (IEnumerable<object>)found[0]);
                Check.Equal(null, found[1]);
                Check.Sequence(new object[] { 9L }, (IEnumerable<object>)found[2]);
            }
        }

        public static void ANullArrayIsNulls()
        {
            Check.Sequence(new object[] { null, null }, Read("n", 2));
        }

        public static void ADictionaryGoesOutAsItCameIn()
        {
            using (Built values = new Built("u", 2, null, Ints(0, 1, 2), Encoding.ASCII.GetBytes("xy")))
            using (Built codes = new Built("i", 3, new byte[] { 5 }, Ints(1, 0, 1)))
            {
                codes.SetDictionary(values);
                Table table = new Table(new[] { new Column("d", ColumnType.Text, new[] { codes.Chunk() }) }, 3);
                Check.Sequence(new object[] { "y", null, "y" }, TableTests.RoundTrip(table)["d"]);
            }
        }

        public static void ListsGoOutAsTheyCameIn()
        {
            Column none = new Column("l", ColumnType.List, new Chunk[0]);
            Check.Equal(0, TableTests.RoundTrip(new Table(new[] { none }, 0)).NumRows);
            long?[][] numbers = { null, new long?[] { 1, null }, new long?[0], new long?[] { 3 } };
            Table table = TableTests.RoundTrip(Make.Table("l", numbers, "d", new[] { null, new[] { 1.5m, 2.25m }, new decimal[0], null }));
            Check.Equal(ColumnType.List, table["l"].Type);
            for (int i = 0; i < numbers.Length; i++)
            {
                Check.Equal(numbers[i] == null, table["l"][i] == null, "null");
                Check.Sequence(numbers[i] ?? new long?[0], (IEnumerable<object>)table["l"][i] ?? new object[0]);
            }
            Check.Sequence(new object[] { 1.50m, 2.25m }, (IEnumerable<object>)table["d"][1]);
            Check.Equal(0, TableTests.RoundTrip(TableTests.RoundTrip(Make.Table("l", new[] { new object[0] }))).Columns[0].Type == ColumnType.List ? 0 : 1);
            Chunk item = new Chunk { Type = ColumnType.Integer, Length = 1, Longs = new[] { 1L } };
            Chunk inner = new Chunk { Type = ColumnType.List, Length = 1, Offsets = new[] { 0, 1 }, Child = item };
            Chunk outer = new Chunk { Type = ColumnType.List, Length = 1, Offsets = new[] { 0, 1 }, Child = inner };
            Column nested = new Column("l", ColumnType.List, new[] { outer });
            Check.Fails<CitxLimitException>(ErrorKind.Unsupported, () => TableTests.RoundTrip(new Table(new[] { nested }, 1)));
        }

        private static object[] Read(string format, int rows, byte[] validity, byte[] data, byte[] more = null, int offset = 0)
        {
            using (Built built = more == null ? new Built(format, rows, validity, data) : new Built(format, rows, validity, data, more))
            {
                built.Offset = offset;
                return built.Read();
            }
        }

        private static object[] Read(string format, int rows)
        {
            using (Built built = new Built(format, rows))
            {
                return built.Read();
            }
        }

        private static byte[] Concat(params byte[][] parts)
        {
            List<byte> all = new List<byte>();
            foreach (byte[] part in parts)
            {
                all.AddRange(part);
            }
            return all.ToArray();
        }

        private static byte[] Ints(params int[] values)
        {
            byte[] bytes = new byte[values.Length * 4];
            Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
            return bytes;
        }

        private static byte[] Shorts(params ushort[] values)
        {
            byte[] bytes = new byte[values.Length * 2];
            Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
            return bytes;
        }

        /// <summary>An Arrow array and its schema, of given buffers.</summary>
        private sealed class Built : IDisposable
        {
            private readonly List<IntPtr> blocks = new List<IntPtr>();
            private readonly int rows;
            private CSchema schema;
            private CArray array;

            internal Built(string format, int rows, params byte[][] buffers)
            {
                this.rows = rows;
                schema.Format = Block(Encoding.ASCII.GetBytes(format + "\0"));
                array.Length = rows;
                array.NullCount = -1;
                array.BufferCount = buffers.Length;
                array.Buffers = Block(new byte[(buffers.Length + 1) * IntPtr.Size]);
                for (int i = 0; i < buffers.Length; i++)
                {
                    Marshal.WriteIntPtr(array.Buffers, i * IntPtr.Size, buffers[i] == null ? IntPtr.Zero : Block(buffers[i]));
                }
            }

            internal int Offset { get; set; }

            internal void SetDictionary(Built values)
            {
                schema.Dictionary = Struct(values.schema);
                array.Dictionary = Struct(values.array);
            }

            internal void SetChild(Built items)
            {
                IntPtr pointers = Block(new byte[2 * IntPtr.Size]);
                Marshal.WriteIntPtr(pointers, Struct(items.schema));
                Marshal.WriteIntPtr(pointers, IntPtr.Size, Struct(items.array));
                schema.Children = pointers;
                array.Children = pointers + IntPtr.Size;
            }

            internal Chunk Chunk()
            {
                array.Offset = Offset;
                return new ArrayReader(Struct(schema)).Read(Struct(array), 0, rows);
            }

            internal object[] Read()
            {
                Chunk chunk = Chunk();
                object[] values = new object[chunk.Length];
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = chunk.Value(i);
                }
                return values;
            }

            public void Dispose()
            {
                foreach (IntPtr block in blocks)
                {
                    Marshal.FreeHGlobal(block);
                }
            }

            private IntPtr Struct<T>(T value)
            {
                IntPtr block = Block(new byte[Marshal.SizeOf<T>()]);
                Marshal.StructureToPtr(value, block, false);
                return block;
            }

            private IntPtr Block(byte[] bytes)
            {
                // Views may be read up to a word: a little more than is there.
                IntPtr block = Marshal.AllocHGlobal(bytes.Length + 16);
                Marshal.Copy(bytes, 0, block, bytes.Length);
                blocks.Add(block);
                return block;
            }
        }
    }
}
