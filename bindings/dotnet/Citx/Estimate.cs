using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <summary>A figure with its uncertainty, base, unit and method. Immutable; its small native part is freed with it.</summary>
    /// <remarks>What is not known or withheld is <see cref="double.NaN"/>.</remarks>
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
            Base = NativeMethods.citx_estimate_base(handle).Copy();
            NEff = NativeMethods.citx_estimate_n_eff(handle);
            Deff = NativeMethods.citx_estimate_deff(handle);
            DeffReference = NativeMethods.citx_estimate_deff_reference(handle).Copy();
            Moe = NativeMethods.citx_estimate_moe(handle);
            StandardMoe = NativeMethods.citx_estimate_standard_moe(handle);
            Unit = NativeMethods.citx_estimate_unit(handle).Copy();
            Method = NativeMethods.citx_estimate_method(handle).Copy();
            Definition = NativeMethods.citx_estimate_definition(handle).Copy();
            Published = NativeMethods.citx_estimate_published(handle).Copy();
            PublishedUnit = NativeMethods.citx_estimate_published_unit(handle).Copy();
            Warnings = Call.Views(handle, NativeMethods.citx_estimate_num_warnings, NativeMethods.citx_estimate_warning);
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

        /// <summary>How many answers, citizens, households or homes it rests on, as <see cref="Base"/> says; unweighted.</summary>
        public long N { get; }

        /// <summary>What <see cref="N"/> counts: <c>answer</c>, <c>citizen</c>, <c>household</c> or <c>home</c>; empty where that is not known.</summary>
        public string Base { get; }

        /// <summary>Kish's effective sample size, in respondents.</summary>
        public double NEff { get; }

        /// <summary>Design effect, against the sample that <see cref="DeffReference"/> names.</summary>
        public double Deff { get; }

        /// <summary>What <see cref="Deff"/> compares with: <c>srswr</c>, a simple random sample with replacement of the same size, or
        /// <c>srswor</c>, one without replacement from a population of the sum of the weights.</summary>
        public string DeffReference { get; }

        /// <summary>Margin of error: half the interval's width.</summary>
        public double Moe { get; }

        /// <summary>The margin of error by the instrument's own formula, where it has one and the size of the frame is known. It knows nothing of
        /// weights and design, and is published beside <see cref="Moe"/>, not in its place.</summary>
        public double StandardMoe { get; }

        /// <summary><c>proportion</c>, <c>net</c>, <c>mean</c>, <c>index</c>, <c>total</c>, <c>ratio</c> or <c>quantile</c>.</summary>
        public string Unit { get; }

        /// <summary>How value and interval were made.</summary>
        public string Method { get; }

        /// <summary>What an instrument's measure is, in words: which answers count, what is left out, how it is rounded; empty without an
        /// instrument.</summary>
        public string Definition { get; }

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
        /// <summary>An interval.</summary>
        /// <param name="low">The low end.</param>
        /// <param name="high">The high end.</param>
        public Interval(double low, double high)
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
