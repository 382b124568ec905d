using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;
using Citx.Arrow;

namespace Citx.Native
{
    /// <summary>What one call reads from native memory: texts, lists, structs of options, and the objects in them.</summary>
    internal sealed class Arguments : IDisposable
    {
        private readonly List<IntPtr> blocks = new List<IntPtr>();
        private readonly List<SafeHandle> held = new List<SafeHandle>();

        /// <summary>Text that may be left out: null is none.</summary>
        internal NativeText Maybe(string text, string name)
        {
            if (text == null)
            {
                return default(NativeText);
            }
            byte[] bytes;
            try
            {
                bytes = Chunk.Utf8.GetBytes(text);
            }
            catch (EncoderFallbackException)
            {
                // The exception itself would name the characters.
                throw CitxException.Argument("the argument `" + name + "` is not valid Unicode (half of a surrogate pair)");
            }
            // Empty text is a pointer without bytes behind it, no text is no pointer.
            IntPtr block = Allocate(Math.Max(bytes.Length, 1));
            Marshal.Copy(bytes, 0, block, bytes.Length);
            return new NativeText { Data = block, Len = Call.Size(bytes.Length) };
        }

        /// <summary>Text that must be there.</summary>
        internal NativeText Text(string text, string name)
        {
            return Maybe(Guard.NotNull(text, name), name);
        }

        internal NativeText Text(Instant instant, string name)
        {
            return Text(instant.Text, name);
        }

        /// <summary>A list of texts; null is the empty list.</summary>
        internal NativeTexts Texts(IEnumerable<string> texts, string name)
        {
            List<NativeText> items = new List<NativeText>();
            foreach (string text in texts ?? new string[0])
            {
                items.Add(Text(text, name));
            }
            return new NativeTexts { Items = List(items), Len = Call.Size(items.Count) };
        }

        /// <summary>A list of lists of texts; null is the empty list.</summary>
        internal NativeBreakdowns Breakdowns(IEnumerable<Breakdown> breakdowns)
        {
            List<NativeTexts> items = new List<NativeTexts>();
            foreach (Breakdown breakdown in breakdowns ?? new Breakdown[0])
            {
                items.Add(Texts(Guard.NotNull(breakdown, "by").Columns, "by"));
            }
            return new NativeBreakdowns { Items = List(items), Len = Call.Size(items.Count) };
        }

        /// <summary>A list of names and values; null is the empty list.</summary>
        internal NativePairs Pairs(IEnumerable<KeyValuePair<string, string>> pairs, string name)
        {
            List<NativePair> items = new List<NativePair>();
            foreach (KeyValuePair<string, string> pair in pairs ?? new KeyValuePair<string, string>[0])
            {
                items.Add(new NativePair { Name = Text(pair.Key, name), Value = Text(pair.Value, name) });
            }
            return new NativePairs { Items = List(items), Len = Call.Size(items.Count) };
        }

        /// <summary>The members of segments as Roaring bytes.</summary>
        internal NativeBitmaps Bitmaps(IEnumerable<KeyValuePair<string, byte[]>> segments, string name)
        {
            List<NativeBitmap> items = new List<NativeBitmap>();
            foreach (KeyValuePair<string, byte[]> segment in Guard.NotNull(segments, name))
            {
                byte[] bytes = Guard.NotNull(segment.Value, name);
                items.Add(new NativeBitmap { Name = Text(segment.Key, name), Data = Bytes(bytes), Len = Call.Size(bytes.Length) });
            }
            return new NativeBitmaps { Items = List(items), Len = Call.Size(items.Count) };
        }

        /// <summary>A list of values.</summary>
        internal NativeValues Values(List<NativeValue> items)
        {
            return new NativeValues { Items = List(items), Len = Call.Size(items.Count) };
        }

        /// <summary>A struct of options in native memory, its first field set to its size.</summary>
        internal IntPtr Options<T>(T value)
            where T : struct
        {
            int size = Marshal.SizeOf<T>();
            IntPtr block = Allocate(size);
            Marshal.StructureToPtr(value, block, false);
            Marshal.WriteIntPtr(block, new IntPtr(size));
            return block;
        }

        /// <summary>Bytes that the call reads.</summary>
        internal IntPtr Bytes(byte[] bytes)
        {
            IntPtr block = Allocate(Math.Max(bytes.Length, 1));
            Marshal.Copy(bytes, 0, block, bytes.Length);
            return block;
        }

        /// <summary>Numbers that the call reads.</summary>
        internal IntPtr Numbers(double[] numbers)
        {
            IntPtr block = Allocate(checked(Math.Max(numbers.Length, 1) * sizeof(double)));
            Marshal.Copy(numbers, 0, block, numbers.Length);
            return block;
        }

        /// <summary>Whole numbers that the call reads.</summary>
        internal IntPtr Numbers(long[] numbers)
        {
            IntPtr block = Allocate(checked(Math.Max(numbers.Length, 1) * sizeof(long)));
            Marshal.Copy(numbers, 0, block, numbers.Length);
            return block;
        }

        /// <summary>A number that may be left out.</summary>
        internal IntPtr Maybe(double? number)
        {
            return number.HasValue ? Numbers(new[] { number.Value }) : IntPtr.Zero;
        }

        /// <summary>A whole number that may be left out.</summary>
        internal IntPtr Maybe(int? number, string name)
        {
            if (!number.HasValue)
            {
                return IntPtr.Zero;
            }
            Guard.NotNegative(number.Value, name);
            IntPtr block = Allocate(sizeof(int));
            Marshal.WriteInt32(block, number.Value);
            return block;
        }

        /// <summary>A list of numbers; null is the empty list.</summary>
        internal NativeNumbers NumberList(IEnumerable<double> numbers)
        {
            double[] items = new List<double>(numbers ?? new double[0]).ToArray();
            return new NativeNumbers { Items = Numbers(items), Len = Call.Size(items.Length) };
        }

        /// <summary>A list of periods.</summary>
        internal NativePeriods Periods(IEnumerable<Period> periods, string name)
        {
            List<NativePeriod> items = new List<NativePeriod>();
            foreach (Period period in Guard.NotNull(periods, name))
            {
                items.Add(new NativePeriod { Numerator = period.Numerator, Denominator = period.Denominator });
            }
            return new NativePeriods { Items = List(items), Len = Call.Size(items.Count) };
        }

        /// <summary>A list of totals; null is the empty list.</summary>
        internal NativeTotals Totals(IEnumerable<KeyValuePair<string, double>> totals, string name)
        {
            List<NativeTotal> items = new List<NativeTotal>();
            foreach (KeyValuePair<string, double> total in totals ?? new KeyValuePair<string, double>[0])
            {
                items.Add(new NativeTotal { Name = Text(total.Key, name), Total = total.Value });
            }
            return new NativeTotals { Items = List(items), Len = Call.Size(items.Count) };
        }

        /// <summary>A list of margins; null is the empty list.</summary>
        internal NativeMargins Margins(IEnumerable<Margin> margins, string name)
        {
            List<NativeMargin> items = new List<NativeMargin>();
            foreach (Margin margin in margins ?? new Margin[0])
            {
                Margin known = Guard.NotNull(margin, name);
                items.Add(new NativeMargin { By = Texts(known.By.Columns, name), Totals = Totals(known.Totals, name) });
            }
            return new NativeMargins { Items = List(items), Len = Call.Size(items.Count) };
        }

        /// <summary>A number of things that may be left out.</summary>
        internal IntPtr Maybe(long? number, string name)
        {
            if (!number.HasValue)
            {
                return IntPtr.Zero;
            }
            Guard.NotNegative(number.Value, name);
            IntPtr block = Allocate(sizeof(long));
            Marshal.WriteInt64(block, number.Value);
            return block;
        }

        /// <summary>A list of names and whole numbers; null is the empty list.</summary>
        internal NativeTallies Tallies(IEnumerable<KeyValuePair<string, long>> tallies, string name)
        {
            List<NativeTally> items = new List<NativeTally>();
            foreach (KeyValuePair<string, long> tally in tallies ?? new KeyValuePair<string, long>[0])
            {
                items.Add(new NativeTally { Name = Text(tally.Key, name), Count = Guard.NotNegative(tally.Value, name) });
            }
            return new NativeTallies { Items = List(items), Len = Call.Size(items.Count) };
        }

        /// <summary>A list of waves.</summary>
        internal NativeWaves Waves(IEnumerable<KeyValuePair<string, Survey>> waves, string name)
        {
            List<NativeWave> items = new List<NativeWave>();
            foreach (KeyValuePair<string, Survey> wave in Guard.NotNull(waves, name))
            {
                items.Add(new NativeWave { Name = Text(wave.Key, name), Survey = Hold(Guard.NotNull(wave.Value, name).Handle) });
            }
            return new NativeWaves { Items = List(items), Len = Call.Size(items.Count) };
        }

        /// <summary>A list of tables, which are copied into native memory.</summary>
        internal NativeTables Tables(IEnumerable<Table> tables, string name)
        {
            List<IntPtr> items = new List<IntPtr>();
            foreach (Table table in Guard.NotNull(tables, name))
            {
                items.Add(Copy(table, name));
            }
            return new NativeTables { Items = Pointers(items), Len = Call.Size(items.Count) };
        }

        /// <summary>A copy of a table in native memory, freed when the call is over.</summary>
        internal IntPtr Copy(Table table, string name)
        {
            using (TableHandle native = Transfer.WriteTable(table, name))
            {
                // The reference that is held outlives the handle.
                return Hold(native);
            }
        }

        /// <summary>A list of pointers.</summary>
        internal IntPtr Pointers(List<IntPtr> items)
        {
            IntPtr block = Allocate(checked(Math.Max(items.Count, 1) * IntPtr.Size));
            for (int i = 0; i < items.Count; i++)
            {
                Marshal.WriteIntPtr(block, i * IntPtr.Size, items[i]);
            }
            return block;
        }

        /// <summary>An object inside a struct, kept alive until the call is over.</summary>
        internal IntPtr Hold(SafeHandle handle)
        {
            if (handle == null)
            {
                return IntPtr.Zero;
            }
            bool added = false;
            handle.DangerousAddRef(ref added);
            held.Add(handle);
            return handle.DangerousGetHandle();
        }

        public void Dispose()
        {
            foreach (IntPtr block in blocks)
            {
                Marshal.FreeHGlobal(block);
            }
            foreach (SafeHandle handle in held)
            {
                handle.DangerousRelease();
            }
            blocks.Clear();
            held.Clear();
        }

        internal IntPtr Allocate(int size)
        {
            IntPtr block = Unmanaged.AllocateZeroed(size);
            blocks.Add(block);
            return block;
        }

        private IntPtr List<T>(List<T> items)
            where T : struct
        {
            int size = Marshal.SizeOf<T>();
            IntPtr block = items.Count == 0 ? IntPtr.Zero : Allocate(checked(items.Count * size));
            for (int i = 0; i < items.Count; i++)
            {
                Marshal.StructureToPtr(items[i], block + (i * size), false);
            }
            return block;
        }
    }
}
