using System;
using System.Collections;
using System.Collections.Generic;
using System.Data;
using System.Globalization;
using Citx.Native;

namespace Citx
{
    /// <summary>Citizens at one moment: a table with unique, non-null keys.</summary>
    /// <remarks>Immutable: any thread may use it, and <see cref="Upsert(Table)"/> gives a new one while the old one stays valid. Dispose it when it
    /// is no longer needed; what was made from it lives on.</remarks>
    public sealed partial class Population : IDisposable
    {
        internal Population(PopulationHandle handle)
        {
            Handle = handle;
        }

        /// <summary>How many citizens.</summary>
        public int Count
        {
            get { return Call.Size(NativeMethods.citx_population_len(Handle)); }
        }

        /// <summary>The name of the key column.</summary>
        public string Key
        {
            get { return Call.View(Handle, NativeMethods.citx_population_key); }
        }

        /// <summary>The attributes: a table of <c>name</c> and <c>type</c>, the types as rules see them.</summary>
        public Table Schema
        {
            get { return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_population_schema(Handle, out table, out error)); }
        }

        /// <summary>The rows that were set aside on reading, with a reason; no rows unless quarantined.</summary>
        public Table Rejected
        {
            get { return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_population_rejected(Handle, out table, out error)); }
        }

        internal PopulationHandle Handle { get; }

        /// <summary>Citizens from a table.</summary>
        /// <param name="table">One row for each citizen.</param>
        /// <param name="key">The column whose value names the citizen: text or whole numbers, unique, no nulls.</param>
        /// <returns>The population.</returns>
        /// <exception cref="CitxArgumentException">A key is null or there twice; the message names the rows.</exception>
        /// <exception cref="CitxRuleException">There is no such column.</exception>
        public static Population FromTable(Table table, string key)
        {
            using (Arguments arguments = new Arguments())
            using (TableHandle native = Transfer.WriteTable(table, "table"))
            {
                PopulationHandle handle;
                IntPtr error;
                Call.Check(NativeMethods.citx_population_from_table(native, arguments.Text(key, "key"), out handle, out error), error);
                return new Population(handle);
            }
        }

        /// <summary>Citizens from columns of .NET values; see <see cref="Table.FromColumns{T}"/>.</summary>
        /// <typeparam name="T">What holds a column's values.</typeparam>
        /// <param name="columns">Name and values of each column.</param>
        /// <param name="key">The column whose value names the citizen.</param>
        /// <returns>The population.</returns>
        /// <exception cref="CitxArgumentException">The columns do not make a table, or a key is null or there twice.</exception>
        public static Population FromColumns<T>(IEnumerable<KeyValuePair<string, T>> columns, string key)
            where T : IEnumerable
        {
            return FromTable(Table.FromColumns(columns), key);
        }

        /// <summary>Citizens from a query's result; see <see cref="Table.FromDataReader"/>.</summary>
        /// <param name="reader">The reader; it stays the caller's to close.</param>
        /// <param name="key">The column whose value names the citizen.</param>
        /// <param name="dateColumns">Columns whose <see cref="DateTime"/> values are dates, not instants.</param>
        /// <returns>The population.</returns>
        /// <exception cref="CitxArgumentException">A key is null or there twice, or values do not fit together.</exception>
        public static Population FromDataReader(IDataReader reader, string key, params string[] dateColumns)
        {
            return FromTable(Table.FromDataReader(reader, dateColumns), key);
        }

        /// <summary>Citizens from a <see cref="DataTable"/>; see <see cref="Table.FromDataTable"/>.</summary>
        /// <param name="table">The table.</param>
        /// <param name="key">The column whose value names the citizen.</param>
        /// <param name="dateColumns">Columns whose <see cref="DateTime"/> values are dates, not instants.</param>
        /// <returns>The population.</returns>
        /// <exception cref="CitxArgumentException">A key is null or there twice, or values do not fit together.</exception>
        public static Population FromDataTable(DataTable table, string key, params string[] dateColumns)
        {
            return FromTable(Table.FromDataTable(table, dateColumns), key);
        }

        /// <summary>Citizens from a <c>.csv</c>, <c>.parquet</c>, <c>.arrow</c> or <c>.xlsx</c> file.</summary>
        /// <param name="path">The file.</param>
        /// <param name="key">The column whose value names the citizen.</param>
        /// <param name="options">How it is read; null for the defaults.</param>
        /// <returns>The population.</returns>
        /// <exception cref="CitxStorageException">The file cannot be read.</exception>
        /// <exception cref="CitxArgumentException">Its content is malformed; the message names file, column and row.</exception>
        public static Population Read(string path, string key, ReadOptions options = null)
        {
            using (Arguments arguments = new Arguments())
            {
                PopulationHandle handle;
                IntPtr error;
                NativeText file = arguments.Text(path, "path");
                NativeText column = arguments.Text(key, "key");
                Call.Check(NativeMethods.citx_population_read(file, column, ReadOptions.Write(options, arguments), out handle, out error), error);
                return new Population(handle);
            }
        }

        /// <summary>All citizens as a table.</summary>
        /// <returns>A copy in managed memory.</returns>
        public Table ToTable()
        {
            return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_population_table(Handle, out table, out error));
        }

        /// <summary>One citizen.</summary>
        /// <param name="key">The key; a whole number is written as text.</param>
        /// <returns>Names and values.</returns>
        /// <exception cref="CitxStateException">There is no such citizen (<see cref="ErrorKind.NotFound"/>).</exception>
        public Record Row(string key)
        {
            using (Arguments arguments = new Arguments())
            {
                RecordHandle record;
                IntPtr error;
                Call.Check(NativeMethods.citx_population_row(Handle, arguments.Text(key, "key"), out record, out error), error);
                using (record)
                {
                    return Transfer.ReadRecord(record);
                }
            }
        }

        /// <summary>One citizen by a key that is a whole number.</summary>
        /// <param name="key">The key.</param>
        /// <returns>Names and values.</returns>
        /// <exception cref="CitxStateException">There is no such citizen (<see cref="ErrorKind.NotFound"/>).</exception>
        public Record Row(long key)
        {
            return Row(key.ToString(CultureInfo.InvariantCulture));
        }

        /// <summary>A new population with rows written into it: an absent column keeps its value, a null writes null, a new key inserts.</summary>
        /// <param name="rows">The rows, with the key column.</param>
        /// <returns>The new population; this one stays as it is.</returns>
        /// <exception cref="CitxArgumentException">A key is null or there twice, or a column is of another type.</exception>
        /// <exception cref="CitxRuleException">A column is not known.</exception>
        public Population Upsert(Table rows)
        {
            using (TableHandle native = Transfer.WriteTable(rows, "rows"))
            {
                PopulationHandle handle;
                IntPtr error;
                Call.Check(NativeMethods.citx_population_upsert(Handle, native, out handle, out error), error);
                return new Population(handle);
            }
        }

        /// <summary>The population with what a screening found, known as facts.</summary>
        /// <param name="screening">What <see cref="Signals.ScreenCalls"/> or <see cref="Signals.ScreenPost"/> gave.</param>
        /// <returns>A new population; this one stays as it is.</returns>
        /// <exception cref="CitxException">A column is missing.</exception>
        public Population WithScreening(Table screening)
        {
            using (TableHandle table = Transfer.WriteTable(screening, "screening"))
            {
                PopulationHandle population;
                IntPtr error;
                Call.Check(NativeMethods.citx_population_with_screening(Handle, table, out population, out error), error);
                return new Population(population);
            }
        }

        /// <summary>The same citizens, knowing which columns are facts.</summary>
        /// <param name="facts">The columns.</param>
        /// <returns>The new population; this one stays as it is.</returns>
        /// <exception cref="CitxRuleException">There is no such column.</exception>
        /// <exception cref="CitxArgumentException">A column cannot be that fact.</exception>
        public Population WithFacts(FactColumns facts)
        {
            Guard.NotNull(facts, "facts");
            using (Arguments arguments = new Arguments())
            {
                PopulationHandle handle;
                IntPtr error;
                Call.Check(NativeMethods.citx_population_with_facts(Handle, facts.Write(arguments), out handle, out error), error);
                return new Population(handle);
            }
        }

        /// <summary>Frees the population; calls that run on it go on unharmed.</summary>
        public void Dispose()
        {
            Handle.Dispose();
        }

        /// <summary>The size only: values are personal.</summary>
        /// <returns>The text.</returns>
        public override string ToString()
        {
            return Handle.IsClosed ? "Population(disposed)" : "Population(" + Count + " citizens)";
        }
    }
}
