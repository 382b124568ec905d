using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Citx.Arrow
{
    /// <summary>What the <see cref="DateTime"/> values of a column are.</summary>
    internal enum DateTimes
    {
        Instants,
        Dates,
        DatesUnlessTimed,
    }

    /// <summary>Gathers .NET values of one column and brings them to one type.</summary>
    internal sealed class ColumnBuilder
    {
        private DateTimes meaning;
        private readonly List<byte> validity = new List<byte>();
        private readonly List<byte> bits = new List<byte>();
        private readonly List<long> longs = new List<long>();
        private readonly List<double> doubles = new List<double>();
        private readonly List<decimal> decimals = new List<decimal>();
        private readonly List<int> offsets = new List<int> { 0 };
        private ColumnBuilder items;
        private byte[] bytes = new byte[64];
        private int used;
        private int rows;
        private bool nulls;
        private ColumnType type;

        /// <summary>A column whose values are of a declared type; `object` or null leaves it to the first value.</summary>
        internal ColumnBuilder(string name, Type declared, DateTimes meaning = DateTimes.Instants)
        {
            Name = Guard.NotNull(name, "name");
            this.meaning = meaning;
            if (name.Length == 0 || name.IndexOf('\0') >= 0)
            {
                throw CitxException.Argument("a column has no name, or a zero character in it");
            }
            Type element = declared == null ? null : Nullable.GetUnderlyingType(declared) ?? declared;
            type = element == null || element == typeof(object) ? ColumnType.Null : TypeOf(element, meaning);
            if (type == ColumnType.Other)
            {
                throw Unsupported(element);
            }
            if (type == ColumnType.List)
            {
                StartItems(ElementType(element));
            }
        }

        internal string Name { get; }

        internal static Column FromValues(string name, IEnumerable values)
        {
            Guard.NotNull(name, "name");
            if (values == null || values is string)
            {
                throw CitxException.Argument("column `" + name + "` is not a sequence of values");
            }
            ColumnBuilder builder = new ColumnBuilder(name, ElementType(values.GetType()));
            foreach (object value in values)
            {
                builder.Add(value);
            }
            return builder.Finish();
        }

        internal void Add(object value)
        {
            if (value == null || value is DBNull)
            {
                AddNull();
                return;
            }
            if (meaning == DateTimes.DatesUnlessTimed && value is DateTime && ((DateTime)value).TimeOfDay != TimeSpan.Zero)
            {
                DatesAreInstants();
            }
            ColumnType found = TypeOf(value.GetType(), meaning);
            if (found == ColumnType.Other)
            {
                throw Unsupported(value.GetType());
            }
            if (found != type)
            {
                Meet(found);
            }
            Append(value);
            Mark(true);
        }

        internal Column Finish()
        {
            // Nulls only, of a type that nobody said: text, the type that everything can be read from.
            ColumnType result = type == ColumnType.Null ? ColumnType.Text : type;
            Chunk chunk = new Chunk
            {
                Type = result,
                Length = rows,
                Validity = nulls ? validity.ToArray() : null,
                Bits = bits.ToArray(),
                Longs = longs.ToArray(),
                Doubles = doubles.ToArray(),
            };
            if (result == ColumnType.Decimal)
            {
                WriteDecimals(chunk);
            }
            else if (result == ColumnType.Text || result == ColumnType.Binary)
            {
                chunk.Offsets = type == ColumnType.Null ? new int[rows + 1] : offsets.ToArray();
                chunk.Bytes = bytes;
                Array.Resize(ref chunk.Bytes, used);
            }
            else if (result == ColumnType.List)
            {
                chunk.Offsets = offsets.ToArray();
                chunk.Child = items.Finish().Chunks[0];
            }
            return new Column(Name, result, new[] { chunk });
        }

        /// <summary>The column type of a .NET type; `Null` for null, `Other` for one that cannot be taken.</summary>
        internal static ColumnType TypeOf(Type element, DateTimes meaning = DateTimes.Instants)
        {
            if (element == null)
            {
                return ColumnType.Null;
            }
            switch (System.Type.GetTypeCode(element))
            {
                case TypeCode.Boolean:
                    return ColumnType.Boolean;
                case TypeCode.SByte:
                case TypeCode.Byte:
                case TypeCode.Int16:
                case TypeCode.UInt16:
                case TypeCode.Int32:
                case TypeCode.UInt32:
                case TypeCode.Int64:
                    return ColumnType.Integer;
                case TypeCode.UInt64:
                    return ColumnType.UnsignedInteger;
                case TypeCode.Single:
                case TypeCode.Double:
                    return ColumnType.Float;
                case TypeCode.Decimal:
                    return ColumnType.Decimal;
                case TypeCode.String:
                case TypeCode.Char:
                    return ColumnType.Text;
                case TypeCode.DateTime:
                    return meaning == DateTimes.Instants ? ColumnType.Timestamp : ColumnType.Date;
            }
            if (element == typeof(Date) || element.FullName == "System.DateOnly")
            {
                return ColumnType.Date;
            }
            return element == typeof(DateTimeOffset) ? ColumnType.Timestamp
                : element == typeof(TimeSpan) ? ColumnType.Time
                : element == typeof(Guid) ? ColumnType.Text
                : element == typeof(byte[]) ? ColumnType.Binary
                : typeof(IEnumerable).IsAssignableFrom(element) && !typeof(IDictionary).IsAssignableFrom(element) ? ColumnType.List
                : ColumnType.Other;
        }

        private static Type ElementType(Type sequence)
        {
            if (sequence.IsArray)
            {
                return sequence.GetElementType();
            }
            foreach (Type face in sequence.GetInterfaces())
            {
                if (face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IEnumerable<>))
                {
                    return face.GetGenericArguments()[0];
                }
            }
            return null;
        }

        /// <summary>A value of another type than the column's: numbers widen, anything else is an error.</summary>
        private void Meet(ColumnType found)
        {
            if (type == ColumnType.Null)
            {
                // Rows so far were nulls.
                type = found;
                if (found == ColumnType.List)
                {
                    StartItems(null);
                }
                int before = rows;
                rows = 0;
                validity.Clear();
                for (int i = 0; i < before; i++)
                {
                    AddNull();
                }
                return;
            }
            ColumnType wider = Wider(type, found);
            if (wider == ColumnType.Other)
            {
                throw CitxException.Argument("column `" + Name + "` row " + rows + ": expected " + type + ", found " + found);
            }
            if (wider == type)
            {
                return;
            }
            for (int i = 0; i < rows; i++)
            {
                if (wider == ColumnType.Float)
                {
                    doubles.Add(type == ColumnType.Decimal ? (double)decimals[i] : type == ColumnType.Integer ? longs[i] : (double)unchecked((ulong)longs[i]));
                }
                else
                {
                    decimals.Add(type == ColumnType.Integer ? longs[i] : (decimal)unchecked((ulong)longs[i]));
                }
            }
            longs.Clear();
            if (wider == ColumnType.Float)
            {
                decimals.Clear();
            }
            type = wider;
        }

        private void DatesAreInstants()
        {
            meaning = DateTimes.Instants;
            type = type == ColumnType.Date ? ColumnType.Timestamp : type;
            for (int i = 0; i < longs.Count; i++)
            {
                longs[i] *= TimeSpan.TicksPerDay / 10;
            }
        }

        private static ColumnType Wider(ColumnType left, ColumnType right)
        {
            if (!IsNumber(left) || !IsNumber(right))
            {
                return ColumnType.Other;
            }
            return left == ColumnType.Float || right == ColumnType.Float ? ColumnType.Float : ColumnType.Decimal;
        }

        private static bool IsNumber(ColumnType kind)
        {
            return kind == ColumnType.Integer || kind == ColumnType.UnsignedInteger || kind == ColumnType.Float || kind == ColumnType.Decimal;
        }

        private void Append(object value)
        {
            switch (type)
            {
                case ColumnType.Boolean:
                    AppendBit(bits, (bool)value);
                    break;
                case ColumnType.Integer:
                    longs.Add(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                    break;
                case ColumnType.UnsignedInteger:
                    longs.Add(unchecked((long)(ulong)value));
                    break;
                case ColumnType.Float:
                    doubles.Add(Convert.ToDouble(value, CultureInfo.InvariantCulture));
                    break;
                case ColumnType.Decimal:
                    decimals.Add(Convert.ToDecimal(value, CultureInfo.InvariantCulture));
                    break;
                case ColumnType.Text:
                    AppendText(TextOf(value));
                    break;
                case ColumnType.Binary:
                    AppendBytes((byte[])value);
                    break;
                case ColumnType.Date:
                    longs.Add(DaysOf(value));
                    break;
                case ColumnType.Timestamp:
                    longs.Add(Instant.Micros(value));
                    break;
                case ColumnType.List:
                    AppendItems((IEnumerable)value);
                    break;
                default:
                    longs.Add(((TimeSpan)value).Ticks / 10);
                    break;
            }
        }

        /// <summary>Text, a character, or a Guid in its usual form.</summary>
        internal static string TextOf(object value)
        {
            return value is Guid ? ((Guid)value).ToString("D") : value.ToString();
        }

        internal static int DaysOf(object value)
        {
            if (value is Date)
            {
                return ((Date)value).DaysSinceEpoch;
            }
            if (value is DateTime)
            {
                return Date.FromDateTime((DateTime)value).DaysSinceEpoch;
            }
            // System.DateOnly, which .NET Standard 2.0 cannot name.
            return Date.Parse(((IFormattable)value).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)).DaysSinceEpoch;
        }

        private void AppendText(string text)
        {
            try
            {
                int size = Chunk.Utf8.GetByteCount(text);
                Reserve(size);
                used += Chunk.Utf8.GetBytes(text, 0, text.Length, bytes, used);
            }
            catch (EncoderFallbackException)
            {
                // The exception itself would name the characters.
                throw CitxException.Argument("column `" + Name + "` row " + rows + ": the text is not valid Unicode (half of a surrogate pair)");
            }
            offsets.Add(used);
        }

        private void AppendBytes(byte[] value)
        {
            Reserve(value.Length);
            Buffer.BlockCopy(value, 0, bytes, used, value.Length);
            used += value.Length;
            offsets.Add(used);
        }

        private void AppendItems(IEnumerable list)
        {
            foreach (object item in list)
            {
                // A list may hold itself.
                if (TypeOf(item == null ? null : item.GetType()) == ColumnType.List)
                {
                    throw CitxException.Argument("column `" + Name + "` row " + rows + ": lists in lists cannot be taken");
                }
                items.Add(item);
            }
            offsets.Add(items.rows);
        }

        private void StartItems(Type element)
        {
            items = new ColumnBuilder(Name, TypeOf(element) == ColumnType.List ? null : element, meaning);
        }

        private void Reserve(int size)
        {
            long needed = (long)used + size;
            if (needed > 0x7fff0000)
            {
                throw CitxException.Of(ErrorKind.LimitExceeded, "column `" + Name + "` holds more than 2 GiB of text");
            }
            if (needed > bytes.Length)
            {
                Array.Resize(ref bytes, (int)Math.Min(0x7fff0000, Math.Max(needed, bytes.Length * 2L)));
            }
        }

        private void AddNull()
        {
            nulls = true;
            switch (type)
            {
                case ColumnType.Null:
                    break;
                case ColumnType.Boolean:
                    AppendBit(bits, false);
                    break;
                case ColumnType.Float:
                    doubles.Add(0);
                    break;
                case ColumnType.Decimal:
                    decimals.Add(0);
                    break;
                case ColumnType.Text:
                case ColumnType.Binary:
                    offsets.Add(used);
                    break;
                case ColumnType.List:
                    offsets.Add(items.rows);
                    break;
                default:
                    longs.Add(0);
                    break;
            }
            Mark(false);
        }

        private void Mark(bool known)
        {
            AppendBit(validity, known);
            rows++;
        }

        /// <summary>Sets the bit of row `rows`.</summary>
        private void AppendBit(List<byte> list, bool set)
        {
            if ((rows & 7) == 0)
            {
                list.Add(0);
            }
            if (set)
            {
                list[rows >> 3] |= (byte)(1 << (rows & 7));
            }
        }

        /// <summary>Decimals as 128 bit integers at the largest scale among them.</summary>
        private void WriteDecimals(Chunk chunk)
        {
            int scale = 0;
            foreach (decimal value in decimals)
            {
                scale = Math.Max(scale, (decimal.GetBits(value)[3] >> 16) & 255);
            }
            chunk.Scale = scale;
            chunk.Precision = 38;
            chunk.Bytes = new byte[checked(rows * 16)];
            for (int i = 0; i < decimals.Count; i++)
            {
                int[] parts = decimal.GetBits(decimals[i]);
                uint[] digits = { unchecked((uint)parts[0]), unchecked((uint)parts[1]), unchecked((uint)parts[2]), 0 };
                for (int s = (parts[3] >> 16) & 255; s < scale; s++)
                {
                    TimesTen(digits, i);
                }
                if (parts[3] < 0)
                {
                    Negate(digits);
                }
                Buffer.BlockCopy(digits, 0, chunk.Bytes, i * 16, 16);
            }
        }

        private void TimesTen(uint[] digits, int row)
        {
            ulong carry = 0;
            for (int d = 0; d < 4; d++)
            {
                ulong product = (digits[d] * 10UL) + carry;
                digits[d] = unchecked((uint)product);
                carry = product >> 32;
            }
            // 38 digits lie below 2^127; the next step could pass it.
            if (carry != 0 || digits[3] >= 0x4b3b4ca8)
            {
                throw CitxException.Of(ErrorKind.OutOfRange, "column `" + Name + "` row " + row + ": the decimals need more than 38 digits together");
            }
        }

        private static void Negate(uint[] digits)
        {
            ulong carry = 1;
            for (int d = 0; d < 4; d++)
            {
                ulong sum = unchecked((uint)~digits[d]) + carry;
                digits[d] = unchecked((uint)sum);
                carry = sum >> 32;
            }
        }

        private CitxException Unsupported(Type element)
        {
            return CitxException.Argument("column `" + Name + "` row " + rows + ": values of type " + element.Name + " cannot be taken");
        }
    }
}
