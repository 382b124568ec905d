using System;
using System.Text;

namespace Citx.Arrow
{
    /// <summary>Some rows of one column, in managed memory: the one layout per <see cref="ColumnType"/> that everything is brought to.</summary>
    internal sealed class Chunk
    {
        /// <summary>Writes no byte order mark, and refuses what is not Unicode instead of replacing it.</summary>
        internal static readonly UTF8Encoding Utf8 = new UTF8Encoding(false, true);

        internal ColumnType Type;
        internal int Length;

        /// <summary>One bit a row, set where there is a value; null where there are no nulls.</summary>
        internal byte[] Validity;

        /// <summary>Integers, days, microseconds.</summary>
        internal long[] Longs;

        internal double[] Doubles;

        /// <summary>Booleans, one bit a row.</summary>
        internal byte[] Bits;

        /// <summary>Text and bytes: `Length + 1` places in <see cref="Bytes"/>; lists: in <see cref="Child"/>.</summary>
        internal int[] Offsets;

        /// <summary>Text and bytes; decimals as 16 bytes each, little endian.</summary>
        internal byte[] Bytes;

        /// <summary>Digits behind the point of decimals.</summary>
        internal int Scale;

        /// <summary>Digits in all of decimals.</summary>
        internal int Precision;

        /// <summary>Dictionary encoded: places in <see cref="Child"/>; else null.</summary>
        internal int[] Codes;

        /// <summary>The values of a dictionary, or the items of lists.</summary>
        internal Chunk Child;

        internal bool IsNull(int row)
        {
            return Type == ColumnType.Null
                || !(Validity == null || Bit(Validity, row))
                || (Codes != null && Child.IsNull(Codes[row]));
        }

        internal static bool Bit(byte[] bits, int at)
        {
            return (bits[at >> 3] & (1 << (at & 7))) != 0;
        }

        /// <summary>The value of a row as an object; null where it is not known.</summary>
        internal object Value(int row)
        {
            if (IsNull(row))
            {
                return null;
            }
            if (Codes != null)
            {
                return Child.Value(Codes[row]);
            }
            switch (Type)
            {
                case ColumnType.Boolean:
                    return Bit(Bits, row);
                case ColumnType.Integer:
                    return Longs[row];
                case ColumnType.UnsignedInteger:
                    return unchecked((ulong)Longs[row]);
                case ColumnType.Float:
                    return Doubles[row];
                case ColumnType.Decimal:
                    return DecimalAt(row);
                case ColumnType.Text:
                    return TextAt(row);
                case ColumnType.Date:
                    return Date.FromDaysSinceEpoch((int)Longs[row]);
                case ColumnType.Timestamp:
                    return Instant.FromMicros(Longs[row]);
                case ColumnType.Time:
                    return TimeSpan.FromTicks(Longs[row] * 10);
                case ColumnType.Binary:
                    return BytesAt(row);
                case ColumnType.List:
                    return ItemsAt(row);
                default:
                    throw CitxException.Of(ErrorKind.Unsupported, "values of this column's type are carried by citx but cannot be shown in .NET");
            }
        }

        /// <summary>The text of a row that has one.</summary>
        internal string TextAt(int row)
        {
            return Codes != null ? Child.TextAt(Codes[row]) : Utf8.GetString(Bytes, Offsets[row], Offsets[row + 1] - Offsets[row]);
        }

        private decimal DecimalAt(int row)
        {
            long low = BitConverter.ToInt64(Bytes, row * 16);
            long high = BitConverter.ToInt64(Bytes, (row * 16) + 8);
            bool negative = high < 0;
            ulong lowPart = unchecked((ulong)low);
            ulong highPart = unchecked((ulong)high);
            if (negative)
            {
                lowPart = unchecked(~lowPart + 1);
                highPart = unchecked(~highPart + (lowPart == 0 ? 1UL : 0UL));
            }
            if (highPart > uint.MaxValue || Scale > 28 || Scale < 0)
            {
                return Rescaled(highPart, lowPart, negative);
            }
            return new decimal(unchecked((int)lowPart), unchecked((int)(lowPart >> 32)), unchecked((int)highPart), negative, (byte)Scale);
        }

        /// <summary>A decimal of more than 28 digits or an unusual scale, where .NET can hold it exactly.</summary>
        private decimal Rescaled(ulong high, ulong low, bool negative)
        {
            int scale = Scale;
            while ((scale > 28 || high > uint.MaxValue) && scale > 0)
            {
                ulong rest = DivideByTen(ref high, ref low);
                if (rest != 0)
                {
                    throw TooLong();
                }
                scale--;
            }
            if (high > uint.MaxValue || scale > 28)
            {
                throw TooLong();
            }
            decimal value = new decimal(unchecked((int)low), unchecked((int)(low >> 32)), unchecked((int)high), negative, (byte)Math.Max(scale, 0));
            try
            {
                for (; scale < 0; scale++)
                {
                    value *= 10m;
                }
            }
            catch (OverflowException)
            {
                throw TooLong();
            }
            return value;
        }

        private static ulong DivideByTen(ref ulong high, ref ulong low)
        {
            // Long division in steps of 32 bits; the rest stays below ten, so nothing overflows.
            ulong rest = high % 10;
            high /= 10;
            ulong upper = (rest << 32) | (low >> 32);
            ulong lower = ((upper % 10) << 32) | (low & uint.MaxValue);
            low = ((upper / 10) << 32) | (lower / 10);
            return lower % 10;
        }

        private static CitxException TooLong()
        {
            return CitxException.Of(ErrorKind.LimitExceeded, "a decimal of this column has more digits than System.Decimal can hold");
        }

        private byte[] BytesAt(int row)
        {
            byte[] value = new byte[Offsets[row + 1] - Offsets[row]];
            Buffer.BlockCopy(Bytes, Offsets[row], value, 0, value.Length);
            return value;
        }

        private object ItemsAt(int row)
        {
            object[] items = new object[Offsets[row + 1] - Offsets[row]];
            for (int i = 0; i < items.Length; i++)
            {
                items[i] = Child.Value(Offsets[row] + i);
            }
            return Array.AsReadOnly(items);
        }
    }
}
