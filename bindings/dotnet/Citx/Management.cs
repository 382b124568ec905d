using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <summary>The management measures of one or many landlords, from their numerators and denominators. Immutable: any thread may use it.</summary>
    public sealed class Management : IDisposable
    {
        private readonly ManagementHandle handle;

        private Management(ManagementHandle handle)
        {
            this.handle = handle;
        }

        /// <summary>The landlords, sorted; none where the table names none.</summary>
        public IReadOnlyList<string> Units
        {
            get { return Transfer.ReadNames((out NamesHandle names, out IntPtr error) => NativeMethods.citx_management_units(handle, out names, out error)); }
        }

        /// <summary>The figures: unit, tenure, measure, counts, of, numerator, denominator, value, value_unit, published, published_unit, symbol,
        /// is_exactly_100, to_publish.</summary>
        public Table Table
        {
            get { return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_management_table(handle, out table, out error)); }
        }

        internal ManagementHandle Handle
        {
            get { return Guard.Open(handle); }
        }

        /// <summary>The figures of a table, one row for each measure or part, and landlord.</summary>
        /// <param name="table">The figures.</param>
        /// <param name="options">Which columns are what; null for columns of the options' names, without landlords.</param>
        /// <returns>The figures.</returns>
        /// <exception cref="CitxRuleException">A column or measure is not known.</exception>
        /// <exception cref="CitxArgumentException">A count is neither a number of 0 or more nor a symbol, a measure has no such part or tenure, or is there
        /// twice; the message names column and row.</exception>
        public static Management FromTable(Table table, ManagementOptions options = null)
        {
            using (Arguments arguments = new Arguments())
            using (TableHandle native = Transfer.WriteTable(table, "table"))
            {
                ManagementHandle management;
                IntPtr error;
                IntPtr columns = ManagementOptions.Write(options, arguments);
                Call.Check(NativeMethods.citx_management_from_table(native, columns, out management, out error), error);
                return new Management(management);
            }
        }

        /// <summary>The figures of one landlord.</summary>
        /// <param name="unit">The landlord.</param>
        /// <returns>The figures.</returns>
        /// <exception cref="CitxStateException">There is no such landlord (<see cref="ErrorKind.NotFound"/>).</exception>
        public Management OfUnit(string unit)
        {
            using (Arguments arguments = new Arguments())
            {
                ManagementHandle management;
                IntPtr error;
                Call.Check(NativeMethods.citx_management_of_unit(handle, arguments.Text(unit, "unit"), out management, out error), error);
                return new Management(management);
            }
        }

        /// <summary>What does not fit together.</summary>
        /// <returns>unit, code, tenure, measure, sentence.</returns>
        public Table Checks()
        {
            return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_management_checks(handle, out table, out error));
        }

        /// <summary>Frees the figures once the calls that run on them are over.</summary>
        public void Dispose()
        {
            handle.Dispose();
        }
    }

    /// <summary>Which columns of a table of management figures are what. What is optional is left out where the table does not have it.</summary>
    public sealed class ManagementOptions
    {
        /// <summary>Column of the measure: <c>BS01</c>, <c>RP02(1)</c>, or <c>RP02</c> with the part in its own column.</summary>
        public string Measure { get; set; } = "measure";

        /// <summary>Column of the part, 1 or 2; optional.</summary>
        public string Part { get; set; } = "part";

        /// <summary>Column of <c>LCRA</c>, <c>LCHO</c> or <c>Combined</c> for the measures of complaints; optional.</summary>
        public string Tenure { get; set; } = "tenure";

        /// <summary>Column of the numerator: a number, or a symbol such as <c>[X]</c>.</summary>
        public string Numerator { get; set; } = "numerator";

        /// <summary>Column of the denominator: a number, or a symbol.</summary>
        public string Denominator { get; set; } = "denominator";

        /// <summary>Column of a symbol in place of the figure; optional.</summary>
        public string Symbol { get; set; } = "symbol";

        /// <summary>Column of the landlord, where there are several; null for none.</summary>
        public string Unit { get; set; }

        internal static IntPtr Write(ManagementOptions options, Arguments arguments)
        {
            return options == null ? IntPtr.Zero : arguments.Options(new NativeManagementOptions
            {
                Measure = arguments.Maybe(options.Measure, "Measure"),
                Part = arguments.Maybe(options.Part, "Part"),
                Tenure = arguments.Maybe(options.Tenure, "Tenure"),
                Numerator = arguments.Maybe(options.Numerator, "Numerator"),
                Denominator = arguments.Maybe(options.Denominator, "Denominator"),
                Symbol = arguments.Maybe(options.Symbol, "Symbol"),
                Unit = arguments.Maybe(options.Unit, "Unit"),
            });
        }
    }
}
