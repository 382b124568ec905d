using System;
using System.Collections.Generic;
using System.Linq;
using Citx.Native;

namespace Citx
{
    /// <summary>How a weighting went. Immutable.</summary>
    public sealed class Weighting
    {
        internal Weighting(WeightingHandle handle)
        {
            Method = NativeMethods.citx_weighting_method(handle).Copy();
            Iterations = checked((long)NativeMethods.citx_weighting_iterations(handle));
            Gap = NativeMethods.citx_weighting_gap(handle);
            Margins = Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_weighting_margins(handle, out table, out error));
            N = checked((long)NativeMethods.citx_weighting_n(handle));
            NEffBefore = NativeMethods.citx_weighting_n_eff_before(handle);
            NEff = NativeMethods.citx_weighting_n_eff(handle);
            DeffBefore = NativeMethods.citx_weighting_deff_before(handle);
            Deff = NativeMethods.citx_weighting_deff(handle);
            Efficiency = NativeMethods.citx_weighting_efficiency(handle);
            Smallest = NativeMethods.citx_weighting_smallest(handle);
            Largest = NativeMethods.citx_weighting_largest(handle);
            Factors = new Interval(NativeMethods.citx_weighting_factor_low(handle), NativeMethods.citx_weighting_factor_high(handle));
            Trimmed = checked((long)NativeMethods.citx_weighting_trimmed(handle));
        }

        /// <summary><c>post-stratification</c>, <c>raking</c>, <c>calibration</c> with its distance, or <c>trimming</c> with its rule.</summary>
        public string Method { get; }

        /// <summary>Rounds or steps.</summary>
        public long Iterations { get; }

        /// <summary>Largest distance from a target: of a category as a share of its margin's total, of a calibrated total over 1 + the total.</summary>
        public double Gap { get; }

        /// <summary>One row for each category or total: margin, category, target, before, after.</summary>
        public Table Margins { get; }

        /// <summary>Respondents with a weight above 0.</summary>
        public long N { get; }

        /// <summary>Kish's effective sample size before, in respondents.</summary>
        public double NEffBefore { get; }

        /// <summary>Kish's effective sample size after.</summary>
        public double NEff { get; }

        /// <summary>Kish's design effect of the weights before: n sum(w^2) / sum(w)^2.</summary>
        public double DeffBefore { get; }

        /// <summary>Kish's design effect of the weights after.</summary>
        public double Deff { get; }

        /// <summary><see cref="NEff"/> over <see cref="N"/>, a proportion: the weighting efficiency.</summary>
        public double Efficiency { get; }

        /// <summary>Least weight after.</summary>
        public double Smallest { get; }

        /// <summary>Greatest weight after.</summary>
        public double Largest { get; }

        /// <summary>Least and greatest factor of a weight.</summary>
        public Interval Factors { get; }

        /// <summary>How many weights were trimmed.</summary>
        public long Trimmed { get; }
    }

    /// <summary>A classification of citizens whose totals are known. Immutable.</summary>
    public sealed class Margin
    {
        /// <summary>The totals of the categories of a breakdown.</summary>
        /// <param name="by">Names, crossed where there are several.</param>
        /// <param name="totals">Category and total; categories of a crossed margin are written as its groups are, <c>a x b</c>. Totals are numbers of
        /// citizens, or shares where they add up to 1, which are of the sum of the weights.</param>
        public Margin(Breakdown by, IEnumerable<KeyValuePair<string, double>> totals)
        {
            By = Guard.NotNull(by, "by");
            Totals = Array.AsReadOnly(Guard.NotNull(totals, "totals").ToArray());
        }

        /// <summary>Names, crossed where there are several.</summary>
        public Breakdown By { get; }

        /// <summary>Category and total.</summary>
        public IReadOnlyList<KeyValuePair<string, double>> Totals { get; }
    }

    /// <summary>When raking stops.</summary>
    public sealed class RakeOptions
    {
        /// <summary>Largest distance of a category from its target, as a share of the margin's total; above 0.</summary>
        public double Tolerance { get; set; } = 1e-12;

        /// <summary>Rounds over all margins before it is given up.</summary>
        public int MaxIterations { get; set; } = 1000;

        internal static IntPtr Write(RakeOptions options, Arguments arguments)
        {
            if (options == null)
            {
                return IntPtr.Zero;
            }
            return arguments.Options(new NativeRakeOptions
            {
                Tolerance = Guard.NotZero(options.Tolerance, "Tolerance"),
                MaxIterations = Guard.AtLeast1(options.MaxIterations, "MaxIterations"),
            });
        }
    }

    /// <summary>What calibration meets, and how. One of <see cref="Margins"/>, <see cref="Totals"/> and <see cref="Population"/> must be set.</summary>
    public sealed class CalibrateOptions
    {
        /// <summary>Categorical columns with the total of each category.</summary>
        public IList<Margin> Margins { get; set; } = new List<Margin>();

        /// <summary>Numeric columns with the total of each.</summary>
        public IDictionary<string, double> Totals { get; set; } = new Dictionary<string, double>();

        /// <summary>How many citizens there are, where no margin says so; null where one does.</summary>
        public double? Population { get; set; }

        /// <summary><c>linear</c> (also if null), <c>raking</c> or <c>logit</c>, which needs bounds.</summary>
        public string Distance { get; set; }

        /// <summary>Least and greatest factor of a weight; null for any.</summary>
        public Interval? Bounds { get; set; }

        /// <summary>Largest distance of a total from its target, over 1 + the target; above 0.</summary>
        public double Tolerance { get; set; } = 1e-11;

        /// <summary>Steps before it is given up.</summary>
        public int MaxIterations { get; set; } = 200;

        internal IntPtr Write(Arguments arguments)
        {
            return arguments.Options(new NativeCalibrateOptions
            {
                Margins = arguments.Margins(Margins, "Margins"),
                Totals = arguments.Totals(Totals, "Totals"),
                Population = arguments.Maybe(Population),
                Distance = arguments.Maybe(Distance, "Distance"),
                Bounds = Bounds.HasValue ? arguments.Numbers(new[] { Bounds.Value.Low, Bounds.Value.High }) : IntPtr.Zero,
                Tolerance = Guard.NotZero(Tolerance, "Tolerance"),
                MaxIterations = Guard.AtLeast1(MaxIterations, "MaxIterations"),
            });
        }
    }

    /// <summary>Which weights are trimmed, and what becomes of what they lose. <see cref="Lower"/> or <see cref="Upper"/> must be set.</summary>
    public sealed class TrimOptions
    {
        /// <summary>Weights below are raised to this; null for none.</summary>
        public double? Lower { get; set; }

        /// <summary>Weights above are cut to this; null for none.</summary>
        public double? Upper { get; set; }

        /// <summary>What the bounds are: <c>weight</c> (also if null), multiples of the <c>mean</c> weight, or <c>quantile</c>s of the weights.</summary>
        public string Of { get; set; }

        /// <summary>What is taken away is shared out equally over the weights not trimmed (<c>redistribute</c>, also if null), again until no weight is
        /// outside (<c>strict</c>), or restored by multiplying all weights (<c>rescale</c>).</summary>
        public string Rule { get; set; }

        internal IntPtr Write(Arguments arguments)
        {
            return arguments.Options(new NativeTrimOptions
            {
                Lower = arguments.Maybe(Lower),
                Upper = arguments.Maybe(Upper),
                Of = arguments.Maybe(Of, "Of"),
                Rule = arguments.Maybe(Rule, "Rule"),
            });
        }
    }
}
