using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <summary>A figure of counts that were all counted, so that no sample stands between them and it. Immutable.</summary>
    public sealed class Counted
    {
        internal Counted(CountedHandle handle)
        {
            Value = NativeMethods.citx_counted_value(handle);
            Numerator = NativeMethods.citx_counted_numerator(handle);
            Denominator = NativeMethods.citx_counted_denominator(handle);
            Published = NativeMethods.citx_counted_published(handle).Copy();
            PublishedUnit = NativeMethods.citx_counted_published_unit(handle).Copy();
            IsExactly1 = NativeMethods.citx_counted_is_exactly_1(handle);
            Definition = NativeMethods.citx_counted_definition(handle).Copy();
            Warnings = Call.Views(handle, NativeMethods.citx_counted_num_warnings, NativeMethods.citx_counted_warning);
        }

        /// <summary>The figure: a proportion where the numerator is part of the denominator.</summary>
        public double Value { get; }

        /// <summary>Sum of the numerators.</summary>
        public double Numerator { get; }

        /// <summary>Sum of the denominators.</summary>
        public double Denominator { get; }

        /// <summary>The standard's own text form.</summary>
        public string Published { get; }

        /// <summary>Its unit, such as <c>percent</c>.</summary>
        public string PublishedUnit { get; }

        /// <summary>Whether the value is exactly 1, which the text may say of one that is not.</summary>
        public bool IsExactly1 { get; }

        /// <summary>The method in words.</summary>
        public string Definition { get; }

        /// <summary>What to keep in mind: <c>Experimental</c>, ...</summary>
        public IReadOnlyList<string> Warnings { get; }
    }

    /// <summary>What was counted in one period.</summary>
    public struct Period
    {
        /// <summary>A period.</summary>
        /// <param name="numerator">The numerator, such as completed transactions.</param>
        /// <param name="denominator">The denominator, such as started ones.</param>
        public Period(double numerator, double denominator)
        {
            Numerator = numerator;
            Denominator = denominator;
        }

        /// <summary>The numerator, such as completed transactions.</summary>
        public double Numerator { get; }

        /// <summary>The denominator, such as started ones.</summary>
        public double Denominator { get; }
    }
}
