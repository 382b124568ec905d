using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <summary>A figure with its uncertainty, base, unit and method. Immutable; its small native part is freed with it.</summary>
    public sealed class Estimate
    {
        internal Estimate(EstimateHandle handle)
        {
            Handle = handle;
            Value = NativeMethods.citx_estimate_value(handle);
            StdError = NativeMethods.citx_estimate_std_error(handle);
            Ci = new Interval(NativeMethods.citx_estimate_ci_low(handle), NativeMethods.citx_estimate_ci_high(handle));
            Level = NativeMethods.citx_estimate_level(handle);
            Df = NativeMethods.citx_estimate_df(handle);
            N = checked((long)NativeMethods.citx_estimate_n(handle));
            NEff = NativeMethods.citx_estimate_n_eff(handle);
            Deff = NativeMethods.citx_estimate_deff(handle);
            Moe = NativeMethods.citx_estimate_moe(handle);
            Unit = NativeMethods.citx_estimate_unit(handle).Copy();
            Method = NativeMethods.citx_estimate_method(handle).Copy();
            Published = NativeMethods.citx_estimate_published(handle).Copy();
            PublishedUnit = NativeMethods.citx_estimate_published_unit(handle).Copy();
            string[] warnings = new string[Call.Size(NativeMethods.citx_estimate_num_warnings(handle))];
            for (int i = 0; i < warnings.Length; i++)
            {
                warnings[i] = NativeMethods.citx_estimate_warning(handle, Call.Size(i)).Copy();
            }
            Warnings = Array.AsReadOnly(warnings);
            // The texts above are views into the handle.
            GC.KeepAlive(handle);
        }

        /// <summary>The figure; a share is in [0, 1].</summary>
        public double Value { get; }

        /// <summary>Its design-based standard error.</summary>
        public double StdError { get; }

        /// <summary>The interval.</summary>
        public Interval Ci { get; }

        /// <summary>The interval's level, such as 0.95.</summary>
        public double Level { get; }

        /// <summary>Degrees of freedom of the design.</summary>
        public double Df { get; }

        /// <summary>How many answers it rests on, unweighted.</summary>
        public long N { get; }

        /// <summary>Effective sample size.</summary>
        public double NEff { get; }

        /// <summary>Design effect.</summary>
        public double Deff { get; }

        /// <summary>Margin of error: half the interval's width.</summary>
        public double Moe { get; }

        /// <summary><c>proportion</c>, <c>mean</c>, ...</summary>
        public string Unit { get; }

        /// <summary>How value and interval were made.</summary>
        public string Method { get; }

        /// <summary>The standard's own text form, or <c>[S]</c>; null without a standard.</summary>
        public string Published { get; }

        /// <summary>Unit of <see cref="Published"/>, such as <c>percent</c>; null without a standard.</summary>
        public string PublishedUnit { get; }

        /// <summary>What to keep in mind: <c>NonProbabilitySample</c>, ...</summary>
        public IReadOnlyList<string> Warnings { get; }

        internal EstimateHandle Handle { get; }
    }

    /// <summary>An interval, both ends included.</summary>
    public struct Interval
    {
        internal Interval(double low, double high)
        {
            Low = low;
            High = high;
        }

        /// <summary>The low end.</summary>
        public double Low { get; }

        /// <summary>The high end.</summary>
        public double High { get; }

        /// <summary>Low and high, as in <c>var (low, high) = estimate.Ci</c>.</summary>
        /// <param name="low">The low end.</param>
        /// <param name="high">The high end.</param>
        public void Deconstruct(out double low, out double high)
        {
            low = Low;
            high = High;
        }
    }
}
