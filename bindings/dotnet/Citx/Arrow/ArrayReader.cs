using System;
using Citx.Native;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Citx.Arrow
{
    /// <summary>Reads arrays of one Arrow field into chunks.</summary>
    internal sealed unsafe class ArrayReader
    {
        private readonly string format;
        private readonly ArrayReader dictionary;
        private readonly ArrayReader child;
        private readonly int precision;
        private readonly int scale;
        private readonly int decimalBytes = 16;

        internal ArrayReader(IntPtr schema)
        {
            CSchema field = Marshal.PtrToStructure<CSchema>(schema);
            format = Unmanaged.TextAt(field.Format);
            Name = Unmanaged.TextAt(field.Name) ?? string.Empty;
            Type = TypeOf(format);
            if (field.Dictionary != IntPtr.Zero)
            {
                dictionary = new ArrayReader(field.Dictionary);
                Type = dictionary.Type;
            }
            if (Type == ColumnType.List)
            {
                child = new ArrayReader(Marshal.ReadIntPtr(field.Children));
            }
            if (format.StartsWith("d:", StringComparison.Ordinal))
            {
                string[] parts = format.Substring(2).Split(',');
                precision = int.Parse(parts[0], CultureInfo.InvariantCulture);
                scale = int.Parse(parts[1], CultureInfo.InvariantCulture);
                decimalBytes = parts.Length > 2 ? int.Parse(parts[2], CultureInfo.InvariantCulture) / 8 : 16;
                Type = decimalBytes > 16 ? ColumnType.Other : Type;
            }
        }

        internal string Name { get; }

        internal ColumnType Type { get; }

        /// <summary>Rows `from` to `from + length` of the array at `pointer`, beyond the array's own offset.</summary>
        internal Chunk Read(IntPtr pointer, long from, long length)
        {
            CArray array = Marshal.PtrToStructure<CArray>(pointer);
            long start = array.Offset + from;
            Chunk chunk = new Chunk { Type = Type, Length = Fits(length), Precision = precision, Scale = scale };
            if (Type == ColumnType.Null || Type == ColumnType.Other)
            {
                return chunk;
            }
            byte* validity = (byte*)Buffer(array, 0);
            chunk.Validity = validity == null || array.NullCount == 0 ? null : Bits(validity, start, chunk.Length);
            if (dictionary != null)
            {
                chunk.Codes = Codes((byte*)Buffer(array, 1), start, chunk);
                chunk.Child = dictionary.Read(array.Dictionary, 0, Marshal.PtrToStructure<CArray>(array.Dictionary).Length);
            }
            else if (chunk.Length > 0)
            {
                ReadValues(array, start, chunk);
            }
            else
            {
                Empty(chunk);
            }
            return chunk;
        }

        private static ColumnType TypeOf(string format)
        {
            switch (format)
            {
                case "n":
                    return ColumnType.Null;
                case "b":
                    return ColumnType.Boolean;
                case "c":
                case "C":
                case "s":
                case "S":
                case "i":
                case "I":
                case "l":
                    return ColumnType.Integer;
                case "L":
                    return ColumnType.UnsignedInteger;
                case "e":
                case "f":
                case "g":
                    return ColumnType.Float;
                case "u":
                case "U":
                case "vu":
                    return ColumnType.Text;
                case "z":
                case "Z":
                case "vz":
                    return ColumnType.Binary;
                case "tdD":
                case "tdm":
                    return ColumnType.Date;
                case "tts":
                case "ttm":
                case "ttu":
                case "ttn":
                    return ColumnType.Time;
                case "+l":
                case "+L":
                    return ColumnType.List;
                default:
                    return format.StartsWith("ts", StringComparison.Ordinal) ? ColumnType.Timestamp
                        : format.StartsWith("d:", StringComparison.Ordinal) ? ColumnType.Decimal
                        : ColumnType.Other;
            }
        }

        private void ReadValues(CArray array, long start, Chunk chunk)
        {
            byte* data = (byte*)Buffer(array, 1);
            switch (Type)
            {
                case ColumnType.Boolean:
                    chunk.Bits = Bits(data, start, chunk.Length);
                    break;
                case ColumnType.Float:
                    chunk.Doubles = Doubles(data, start, chunk.Length);
                    break;
                case ColumnType.Decimal:
                    chunk.Bytes = Decimals(data, start, chunk.Length);
                    break;
                case ColumnType.Text:
                case ColumnType.Binary:
                    if (format[0] == 'v')
                    {
                        ReadViews(array, start, chunk);
                    }
                    else
                    {
                        long first = ReadOffsets(data, start, chunk);
                        chunk.Bytes = Copy((byte*)Buffer(array, 2) + first, chunk.Offsets[chunk.Length]);
                    }
                    break;
                case ColumnType.List:
                    long item = ReadOffsets(data, start, chunk);
                    chunk.Child = child.Read(Marshal.ReadIntPtr(array.Children), item, chunk.Offsets[chunk.Length]);
                    break;
                default:
                    chunk.Longs = Longs(data, start, chunk.Length);
                    break;
            }
        }

        private static void Empty(Chunk chunk)
        {
            chunk.Bits = new byte[0];
            chunk.Doubles = new double[0];
            chunk.Longs = new long[0];
            chunk.Bytes = new byte[0];
            chunk.Offsets = new int[1];
        }

        private long[] Longs(byte* data, long start, int length)
        {
            long[] values = new long[length];
            for (int i = 0; i < length; i++)
            {
                values[i] = LongAt(data, start + i);
            }
            return values;
        }

        private long LongAt(byte* data, long at)
        {
            switch (format)
            {
                case "c":
                    return ((sbyte*)data)[at];
                case "C":
                    return data[at];
                case "s":
                    return ((short*)data)[at];
                case "S":
                    return ((ushort*)data)[at];
                case "i":
                case "tdD":
                    return ((int*)data)[at];
                case "I":
                    return ((uint*)data)[at];
                case "tts":
                    return ((int*)data)[at] * 1000000L;
                case "ttm":
                    return ((int*)data)[at] * 1000L;
                case "ttn":
                    return ((long*)data)[at] / 1000;
                case "tdm":
                    return FloorDivide(((long*)data)[at], 86400000);
                default:
                    return format.StartsWith("ts", StringComparison.Ordinal) ? Micros(((long*)data)[at]) : ((long*)data)[at];
            }
        }

        /// <summary>Microseconds of a timestamp in the unit of this column; what does not fit is far outside what .NET can show.</summary>
        private long Micros(long value)
        {
            switch (format[2])
            {
                case 's':
                    return Saturated(value, 1000000);
                case 'm':
                    return Saturated(value, 1000);
                case 'n':
                    return FloorDivide(value, 1000);
                default:
                    return value;
            }
        }

        private static long Saturated(long value, long factor)
        {
            return value > long.MaxValue / factor ? long.MaxValue : value < long.MinValue / factor ? long.MinValue : value * factor;
        }

        private static long FloorDivide(long value, long by)
        {
            long quotient = value / by;
            return value % by < 0 ? quotient - 1 : quotient;
        }

        private double[] Doubles(byte* data, long start, int length)
        {
            double[] values = new double[length];
            for (int i = 0; i < length; i++)
            {
                long at = start + i;
                values[i] = format == "g" ? ((double*)data)[at] : format == "f" ? ((float*)data)[at] : Half(((ushort*)data)[at]);
            }
            return values;
        }

        private static double Half(ushort bits)
        {
            double sign = (bits & 0x8000) == 0 ? 1 : -1;
            int exponent = (bits >> 10) & 31;
            int fraction = bits & 1023;
            if (exponent == 31)
            {
                return fraction == 0 ? sign * double.PositiveInfinity : double.NaN;
            }
            return sign * (exponent == 0 ? fraction * Math.Pow(2, -24) : (1024 + fraction) * Math.Pow(2, exponent - 25));
        }

        /// <summary>Decimals of 4, 8 or 16 bytes, sign extended to 16.</summary>
        private byte[] Decimals(byte* data, long start, int length)
        {
            byte[] values = new byte[Fits(length * 16L)];
            for (int i = 0; i < length; i++)
            {
                byte* value = data + ((start + i) * decimalBytes);
                byte fill = (value[decimalBytes - 1] & 0x80) == 0 ? (byte)0 : (byte)255;
                for (int b = 0; b < 16; b++)
                {
                    values[(i * 16) + b] = b < decimalBytes ? value[b] : fill;
                }
            }
            return values;
        }

        private int[] Codes(byte* data, long start, Chunk chunk)
        {
            int[] codes = new int[chunk.Length];
            for (int i = 0; i < codes.Length; i++)
            {
                // Under a null lies any code.
                bool known = chunk.Validity == null || Chunk.Bit(chunk.Validity, i);
                codes[i] = known ? Fits(LongAt(data, start + i)) : 0;
            }
            return codes;
        }

        /// <summary>Fills the offsets, moved to start at 0, and returns where they started.</summary>
        private long ReadOffsets(byte* data, long start, Chunk chunk)
        {
            bool wide = format == "U" || format == "Z" || format == "+L";
            int[] offsets = new int[chunk.Length + 1];
            long first = wide ? ((long*)data)[start] : ((int*)data)[start];
            for (int i = 0; i < offsets.Length; i++)
            {
                long at = wide ? ((long*)data)[start + i] : ((int*)data)[start + i];
                offsets[i] = Fits(at - first);
            }
            chunk.Offsets = offsets;
            return first;
        }

        /// <summary>Views: 16 bytes a row, either 4 bytes of length and 12 of text, or length, prefix, buffer and offset.</summary>
        private static void ReadViews(CArray array, long start, Chunk chunk)
        {
            byte* views = (byte*)Buffer(array, 1);
            int[] offsets = new int[chunk.Length + 1];
            long total = 0;
            for (int i = 0; i < chunk.Length; i++)
            {
                bool known = chunk.Validity == null || Chunk.Bit(chunk.Validity, i);
                total += known ? *(int*)(views + ((start + i) * 16)) : 0;
                offsets[i + 1] = Fits(total);
            }
            chunk.Offsets = offsets;
            chunk.Bytes = new byte[offsets[chunk.Length]];
            for (int i = 0; i < chunk.Length; i++)
            {
                int size = offsets[i + 1] - offsets[i];
                byte* view = views + ((start + i) * 16);
                byte* text = size <= 12 ? view + 4 : (byte*)Buffer(array, 2 + *(int*)(view + 8)) + *(int*)(view + 12);
                if (size > 0)
                {
                    Marshal.Copy((IntPtr)text, chunk.Bytes, offsets[i], size);
                }
            }
        }

        private static byte[] Bits(byte* data, long start, int length)
        {
            byte[] bits = new byte[(length + 7) / 8];
            if ((start & 7) == 0)
            {
                return bits.Length == 0 ? bits : Copy(data + (start >> 3), bits.Length);
            }
            for (int i = 0; i < length; i++)
            {
                long at = start + i;
                if ((data[at >> 3] & (1 << (int)(at & 7))) != 0)
                {
                    bits[i >> 3] |= (byte)(1 << (i & 7));
                }
            }
            return bits;
        }

        private static byte[] Copy(byte* data, int length)
        {
            byte[] bytes = new byte[length];
            if (length > 0)
            {
                Marshal.Copy((IntPtr)data, bytes, 0, length);
            }
            return bytes;
        }

        private static void* Buffer(CArray array, int index)
        {
            return (void*)Marshal.ReadIntPtr(array.Buffers, index * IntPtr.Size);
        }


        private static int Fits(long value)
        {
            if (value < 0 || value > int.MaxValue)
            {
                throw CitxException.Of(ErrorKind.LimitExceeded, "a column of more than 2 GiB in one piece does not fit into .NET arrays");
            }
            return (int)value;
        }
    }
}
