using System;
using System.Collections;
using System.Collections.Generic;
using Citx.Arrow;

namespace Citx
{
    /// <summary>One named column of a <see cref="Table"/>: values in row order, null where not known.</summary>
    /// <remarks>Immutable, in managed memory: any thread may read it, and nothing has to be disposed.</remarks>
    public sealed class Column : IReadOnlyList<object>
    {
        private readonly Chunk[] chunks;
        private readonly int[] starts;

        internal Column(string name, ColumnType type, Chunk[] chunks)
        {
            Name = name;
            Type = type;
            this.chunks = chunks;
            starts = new int[chunks.Length + 1];
            for (int i = 0; i < chunks.Length; i++)
            {
                starts[i + 1] = checked(starts[i] + chunks[i].Length);
            }
        }

        /// <summary>Its name.</summary>
        public string Name { get; }

        /// <summary>What its values are.</summary>
        public ColumnType Type { get; }

        /// <summary>How many values, nulls included.</summary>
        public int Count
        {
            get { return starts[chunks.Length]; }
        }

        /// <summary>The pieces in which the rows arrived.</summary>
        internal IReadOnlyList<Chunk> Chunks
        {
            get { return chunks; }
        }

        /// <summary>The type of the values in a <see cref="System.Data.DataTable"/>, which knows neither dates nor instants in UTC.</summary>
        internal Type DataType
        {
            get
            {
                switch (Type)
                {
                    case ColumnType.Boolean:
                        return typeof(bool);
                    case ColumnType.Integer:
                        return typeof(long);
                    case ColumnType.UnsignedInteger:
                        return typeof(ulong);
                    case ColumnType.Float:
                        return typeof(double);
                    case ColumnType.Decimal:
                        return typeof(decimal);
                    case ColumnType.Text:
                        return typeof(string);
                    case ColumnType.Date:
                    case ColumnType.Timestamp:
                        return typeof(DateTime);
                    case ColumnType.Time:
                        return typeof(TimeSpan);
                    case ColumnType.Binary:
                        return typeof(byte[]);
                    default:
                        return typeof(object);
                }
            }
        }

        /// <summary>The value of a row, as the .NET type that <see cref="Type"/> names; null where it is not known.</summary>
        /// <param name="index">The row, from 0.</param>
        /// <returns>The value.</returns>
        /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
        public object this[int index]
        {
            get
            {
                int row;
                return At(index, out row).Value(row);
            }
        }

        /// <summary>Whether the value of a row is not known.</summary>
        /// <param name="index">The row, from 0.</param>
        /// <returns>True if it is null.</returns>
        public bool IsNull(int index)
        {
            int row;
            return At(index, out row).IsNull(row);
        }

        /// <summary>All values as an array of <typeparamref name="T"/>, without boxing them one by one where it can be had.</summary>
        /// <typeparam name="T">The .NET type that <see cref="Type"/> names, or its nullable form.</typeparam>
        /// <returns>A new array.</returns>
        /// <exception cref="CitxArgumentException">The values are of another type, or there is a null and <typeparamref name="T"/> cannot hold it.</exception>
        public T[] ToArray<T>()
        {
            T[] values = new T[Count];
            for (int c = 0; c < chunks.Length; c++)
            {
                Chunk chunk = chunks[c];
                long[] longs = values as object as long[];
                double[] doubles = values as object as double[];
                if (longs != null && chunk.Type == ColumnType.Integer && chunk.Codes == null && chunk.Validity == null)
                {
                    Array.Copy(chunk.Longs, 0, longs, starts[c], chunk.Length);
                }
                else if (doubles != null && chunk.Type == ColumnType.Float && chunk.Codes == null && chunk.Validity == null)
                {
                    Array.Copy(chunk.Doubles, 0, doubles, starts[c], chunk.Length);
                }
                else
                {
                    for (int row = 0; row < chunk.Length; row++)
                    {
                        values[starts[c] + row] = Cast<T>(chunk.Value(row), starts[c] + row);
                    }
                }
            }
            return values;
        }

        /// <summary>The values in row order.</summary>
        /// <returns>An enumerator.</returns>
        public IEnumerator<object> GetEnumerator()
        {
            foreach (Chunk chunk in chunks)
            {
                for (int row = 0; row < chunk.Length; row++)
                {
                    yield return chunk.Value(row);
                }
            }
        }

        IEnumerator IEnumerable.GetEnumerator()
        {
            return GetEnumerator();
        }

        /// <summary>Name, type and size; no values, because they are personal.</summary>
        /// <returns>The text.</returns>
        public override string ToString()
        {
            return "Column(" + Name + ", " + Type + ", " + Count + " values)";
        }

        /// <summary>The value of a row as a <see cref="System.Data.DataTable"/> holds it.</summary>
        internal object DataValue(int index)
        {
            object value = this[index];
            return value == null ? DBNull.Value
                : value is Date ? ((Date)value).ToDateTime()
                : value is DateTimeOffset ? ((DateTimeOffset)value).UtcDateTime
                : value;
        }

        private T Cast<T>(object value, int row)
        {
            if (value is T)
            {
                return (T)value;
            }
            if (value == null && default(T) == null)
            {
                return default(T);
            }
            string found = value == null ? "a null" : "a value of type " + Type;
            throw CitxException.Argument("column `" + Name + "` row " + row + ": expected " + typeof(T).Name + ", found " + found);
        }

        private Chunk At(int index, out int row)
        {
            if (index < 0 || index >= Count)
            {
                throw new ArgumentOutOfRangeException("index");
            }
            int chunk = Array.BinarySearch(starts, 1, chunks.Length, index + 1);
            chunk = (chunk < 0 ? ~chunk : chunk) - 1;
            row = index - starts[chunk];
            return chunks[chunk];
        }
    }
}
