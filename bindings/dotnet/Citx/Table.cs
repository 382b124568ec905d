using System;
using System.Collections;
using System.Collections.Generic;
using System.Data;
using Citx.Arrow;
using Citx.Native;

namespace Citx
{
    /// <summary>Named columns of equal length: a result of citx, or input for it.</summary>
    /// <remarks>Immutable, in managed memory: any thread may read it, and nothing has to be disposed. Enumerating it gives its rows.</remarks>
    public sealed class Table : IReadOnlyList<Record>
    {
        private readonly Column[] columns;
        private readonly string[] names;
        private readonly Dictionary<string, int> index;
        private readonly int rows;

        internal Table(Column[] columns, int rows)
        {
            this.columns = columns;
            this.rows = rows;
            names = new string[columns.Length];
            index = new Dictionary<string, int>(columns.Length, StringComparer.Ordinal);
            for (int i = 0; i < columns.Length; i++)
            {
                names[i] = columns[i].Name;
                if (index.ContainsKey(names[i]))
                {
                    throw CitxException.Argument("two columns are named `" + names[i] + "`");
                }
                index.Add(names[i], i);
            }
        }

        /// <summary>How many rows.</summary>
        public int NumRows
        {
            get { return rows; }
        }

        /// <summary>How many rows.</summary>
        int IReadOnlyCollection<Record>.Count
        {
            get { return rows; }
        }

        /// <summary>The names of the columns, in order.</summary>
        public IReadOnlyList<string> ColumnNames
        {
            get { return Array.AsReadOnly(names); }
        }

        /// <summary>The columns, in order.</summary>
        public IReadOnlyList<Column> Columns
        {
            get { return Array.AsReadOnly(columns); }
        }

        /// <summary>The column of a name.</summary>
        /// <param name="name">The name.</param>
        /// <returns>The column.</returns>
        /// <exception cref="CitxRuleException">There is no such column (<see cref="ErrorKind.UnknownName"/>).</exception>
        public Column this[string name]
        {
            get
            {
                int at;
                if (name == null || !index.TryGetValue(name, out at))
                {
                    throw CitxException.Of(ErrorKind.UnknownName, "there is no column `" + name + "`");
                }
                return columns[at];
            }
        }

        /// <summary>A row.</summary>
        /// <param name="row">Its place, from 0.</param>
        /// <returns>Names and values.</returns>
        /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
        public Record this[int row]
        {
            get
            {
                if (row < 0 || row >= rows)
                {
                    throw new ArgumentOutOfRangeException("row");
                }
                object[] values = new object[columns.Length];
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = columns[i][row];
                }
                return new Record(names, values, index);
            }
        }

        /// <summary>A table of columns of .NET values.</summary>
        /// <typeparam name="T">What holds a column's values: <see cref="IEnumerable"/>, or one type of array or list for all.</typeparam>
        /// <param name="columns">Name and values of each column, all of one length: arrays, lists or other sequences of <see cref="bool"/>, whole
        /// numbers, floats, <see cref="decimal"/>, <see cref="string"/>, <see cref="Guid"/> (as text), <see cref="Date"/>, <see cref="DateTime"/>
        /// (an instant; of unspecified kind: UTC), <see cref="DateTimeOffset"/>, <see cref="TimeSpan"/>, bytes, their nullable forms, or objects
        /// of one of these types; null and <see cref="DBNull"/> are null.</param>
        /// <returns>The table.</returns>
        /// <exception cref="CitxArgumentException">Unequal lengths, two columns of one name, or values that do not fit together.</exception>
        public static Table FromColumns<T>(IEnumerable<KeyValuePair<string, T>> columns)
            where T : IEnumerable
        {
            Guard.NotNull(columns, "columns");
            List<Column> built = new List<Column>();
            foreach (KeyValuePair<string, T> column in columns)
            {
                built.Add(ColumnBuilder.FromValues(column.Key, column.Value));
            }
            return OfEqualLength(built);
        }

        /// <summary>A table of what remains to be read of a query's result.</summary>
        /// <param name="reader">The reader; it is read to the end of the present result and stays the caller's to close.</param>
        /// <param name="dateColumns">Columns whose <see cref="DateTime"/> values are dates, not instants. Columns that the database itself calls
        /// <c>date</c> are dates in any case, unless a value has a time of day, as Oracle's may.</param>
        /// <returns>The table.</returns>
        /// <exception cref="CitxArgumentException">Two columns of one name, or values that do not fit together.</exception>
        public static Table FromDataReader(IDataReader reader, params string[] dateColumns)
        {
            Guard.NotNull(reader, "reader");
            ColumnBuilder[] builders = new ColumnBuilder[reader.FieldCount];
            for (int i = 0; i < builders.Length; i++)
            {
                string name = reader.GetName(i);
                DateTimes meaning = Contains(dateColumns, name) ? DateTimes.Dates
                    : IsDateType(reader.GetDataTypeName(i)) ? DateTimes.DatesUnlessTimed
                    : DateTimes.Instants;
                builders[i] = new ColumnBuilder(name, reader.GetFieldType(i), meaning);
            }
            CheckNames(dateColumns, builders);
            object[] values = new object[builders.Length];
            while (reader.Read())
            {
                reader.GetValues(values);
                for (int i = 0; i < builders.Length; i++)
                {
                    builders[i].Add(values[i]);
                }
            }
            return Finish(builders);
        }

        /// <summary>A table of the rows of a <see cref="DataTable"/>; deleted rows are left out.</summary>
        /// <param name="table">The table.</param>
        /// <param name="dateColumns">Columns whose <see cref="DateTime"/> values are dates, not instants.</param>
        /// <returns>The table.</returns>
        /// <exception cref="CitxArgumentException">Values that do not fit together.</exception>
        public static Table FromDataTable(DataTable table, params string[] dateColumns)
        {
            Guard.NotNull(table, "table");
            ColumnBuilder[] builders = new ColumnBuilder[table.Columns.Count];
            for (int i = 0; i < builders.Length; i++)
            {
                DataColumn column = table.Columns[i];
                DateTimes meaning = Contains(dateColumns, column.ColumnName) ? DateTimes.Dates : DateTimes.Instants;
                builders[i] = new ColumnBuilder(column.ColumnName, column.DataType, meaning);
            }
            CheckNames(dateColumns, builders);
            foreach (DataRow row in table.Rows)
            {
                for (int i = 0; i < builders.Length && row.RowState != DataRowState.Deleted; i++)
                {
                    builders[i].Add(row[i]);
                }
            }
            return Finish(builders);
        }

        /// <summary>Reads a <c>.csv</c>, <c>.parquet</c>, <c>.arrow</c> or <c>.xlsx</c> file.</summary>
        /// <param name="path">The file.</param>
        /// <param name="textColumns">Columns that are text whatever they look like, such as keys; null for none.</param>
        /// <param name="options">How it is read; null for the defaults.</param>
        /// <returns>The table.</returns>
        /// <exception cref="CitxStorageException">The file cannot be read.</exception>
        /// <exception cref="CitxArgumentException">Its content is malformed; the message names file, column and row.</exception>
        public static Table Read(string path, IEnumerable<string> textColumns = null, ReadOptions options = null)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeText file = arguments.Text(path, "path");
                NativeTexts text = arguments.Texts(textColumns, "textColumns");
                IntPtr native = ReadOptions.Write(options, arguments);
                return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_table_read(file, text, native, out table, out error));
            }
        }

        /// <summary>The same rows as a <see cref="DataTable"/>, for hosts that show or store those. Dates become <see cref="DateTime"/> at midnight,
        /// instants <see cref="DateTime"/> in UTC.</summary>
        /// <returns>A new table of its own.</returns>
        public DataTable ToDataTable()
        {
            DataTable table = new DataTable();
            foreach (Column column in columns)
            {
                table.Columns.Add(column.Name, column.DataType);
            }
            table.BeginLoadData();
            for (int row = 0; row < rows; row++)
            {
                table.LoadDataRow(Array.ConvertAll(columns, column => column.DataValue(row)), true);
            }
            table.EndLoadData();
            return table;
        }

        /// <summary>Writes the table as CSV: UTF-8, a header line, empty for null, safe against spreadsheet formulas.</summary>
        /// <param name="path">The file.</param>
        /// <exception cref="CitxStorageException">It cannot be written; nothing is left half written.</exception>
        public void WriteCsv(string path)
        {
            using (Arguments arguments = new Arguments())
            using (TableHandle native = Transfer.WriteTable(this, "table"))
            {
                IntPtr error;
                Call.Check(NativeMethods.citx_table_write_csv(native, arguments.Text(path, "path"), out error), error);
            }
        }

        /// <summary>Writes the table as Parquet.</summary>
        /// <param name="path">The file.</param>
        /// <exception cref="CitxStorageException">It cannot be written; nothing is left half written.</exception>
        public void WriteParquet(string path)
        {
            using (Arguments arguments = new Arguments())
            using (TableHandle native = Transfer.WriteTable(this, "table"))
            {
                IntPtr error;
                Call.Check(NativeMethods.citx_table_write_parquet(native, arguments.Text(path, "path"), out error), error);
            }
        }

        /// <summary>The rows, in order.</summary>
        /// <returns>An enumerator.</returns>
        public IEnumerator<Record> GetEnumerator()
        {
            for (int row = 0; row < rows; row++)
            {
                yield return this[row];
            }
        }

        IEnumerator IEnumerable.GetEnumerator()
        {
            return GetEnumerator();
        }

        /// <summary>The shape only: values are personal.</summary>
        /// <returns>Rows and names of the columns.</returns>
        public override string ToString()
        {
            return "Table(" + rows + " rows; " + string.Join(", ", names) + ")";
        }

        private static Table Finish(ColumnBuilder[] builders)
        {
            List<Column> built = new List<Column>();
            foreach (ColumnBuilder builder in builders)
            {
                built.Add(builder.Finish());
            }
            return OfEqualLength(built);
        }

        private static Table OfEqualLength(List<Column> columns)
        {
            foreach (Column column in columns)
            {
                if (column.Count != columns[0].Count)
                {
                    throw CitxException.Argument("column `" + column.Name + "` has " + column.Count + " values, column `" + columns[0].Name
                        + "` has " + columns[0].Count);
                }
            }
            return new Table(columns.ToArray(), columns.Count == 0 ? 0 : columns[0].Count);
        }

        private static bool IsDateType(string databaseType)
        {
            return string.Equals(databaseType, "date", StringComparison.OrdinalIgnoreCase);
        }

        private static bool Contains(string[] names, string name)
        {
            return names != null && Array.IndexOf(names, name) >= 0;
        }

        private static void CheckNames(string[] wanted, ColumnBuilder[] builders)
        {
            foreach (string name in wanted ?? new string[0])
            {
                if (!Array.Exists(builders, builder => builder.Name == name))
                {
                    throw CitxException.Of(ErrorKind.UnknownName, "there is no column `" + name + "`");
                }
            }
        }
    }
}
