using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <summary>One measure in two waves. Immutable. What is not known or withheld is <see cref="double.NaN"/>.</summary>
    public sealed class Comparison
    {
        private delegate uint EstimateCall(ComparisonHandle comparison, out EstimateHandle estimate, out IntPtr error);

        internal Comparison(ComparisonHandle handle)
        {
            Measure = NativeMethods.citx_comparison_measure(handle).Copy();
            Before = Wave(handle, NativeMethods.citx_comparison_before);
            After = Wave(handle, NativeMethods.citx_comparison_after);
            Difference = NativeMethods.citx_comparison_difference(handle);
            DifferencePp = NativeMethods.citx_comparison_difference_pp(handle);
            StdError = NativeMethods.citx_comparison_std_error(handle);
            Ci = new Interval(NativeMethods.citx_comparison_ci_low(handle), NativeMethods.citx_comparison_ci_high(handle));
            Level = NativeMethods.citx_comparison_level(handle);
            Statistic = NativeMethods.citx_comparison_statistic(handle);
            Df = NativeMethods.citx_comparison_df(handle);
            PValue = NativeMethods.citx_comparison_p_value(handle);
            Significant = NativeMethods.citx_comparison_is_significant(handle);
            Unit = NativeMethods.citx_comparison_unit(handle).Copy();
            Method = NativeMethods.citx_comparison_method(handle).Copy();
            NBefore = checked((long)NativeMethods.citx_comparison_n_before(handle));
            NAfter = checked((long)NativeMethods.citx_comparison_n_after(handle));
            NMatched = checked((long)NativeMethods.citx_comparison_n_matched(handle));
            Covariance = NativeMethods.citx_comparison_covariance(handle);
            Changed = Call.Views(handle, NativeMethods.citx_comparison_num_changed, NativeMethods.citx_comparison_changed);
            Warnings = Call.Views(handle, NativeMethods.citx_comparison_num_warnings, NativeMethods.citx_comparison_warning);
        }

        /// <summary>The measure or column.</summary>
        public string Measure { get; }

        /// <summary>The estimate of the earlier wave by itself.</summary>
        public Estimate Before { get; }

        /// <summary>The estimate of the later wave by itself.</summary>
        public Estimate After { get; }

        /// <summary>After less before, in the measure's unit: of shares a proportion.</summary>
        public double Difference { get; }

        /// <summary>The difference in percentage points; not a number for a mean.</summary>
        public double DifferencePp { get; }

        /// <summary>Its standard error, from each wave's own variance.</summary>
        public double StdError { get; }

        /// <summary>Its interval.</summary>
        public Interval Ci { get; }

        /// <summary>The interval's level.</summary>
        public double Level { get; }

        /// <summary>z or t of the test.</summary>
        public double Statistic { get; }

        /// <summary>Degrees of freedom of t; infinite for z.</summary>
        public double Df { get; }

        /// <summary>Two-sided p value.</summary>
        public double PValue { get; }

        /// <summary>Whether the p value is at most 1 less the level.</summary>
        public bool Significant { get; }

        /// <summary><c>proportion</c> or <c>mean</c>.</summary>
        public string Unit { get; }

        /// <summary>How it was made, such as <c>newcombe; pooled z</c>.</summary>
        public string Method { get; }

        /// <summary>Answers of the earlier wave that it rests on.</summary>
        public long NBefore { get; }

        /// <summary>Answers of the later wave.</summary>
        public long NAfter { get; }

        /// <summary>Respondents of both waves.</summary>
        public long NMatched { get; }

        /// <summary>Covariance of the two estimates from those respondents.</summary>
        public double Covariance { get; }

        /// <summary>What differs in how the waves were made: <c>instrument</c>, <c>scale</c>, <c>figure</c>, <c>mode</c>, <c>selection</c>.</summary>
        public IReadOnlyList<string> Changed { get; }

        /// <summary>What to keep in mind: <c>DifferentMethod</c>, <c>Suppressed</c>, ...</summary>
        public IReadOnlyList<string> Warnings { get; }

        private static Estimate Wave(ComparisonHandle handle, EstimateCall call)
        {
            EstimateHandle estimate;
            IntPtr error;
            Call.Check(call(handle, out estimate, out error), error);
            return new Estimate(estimate);
        }
    }

    /// <summary>A measure over waves. Immutable.</summary>
    public sealed class Trend
    {
        internal Trend(TrendHandle handle)
        {
            Table = Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_trend_table(handle, out table, out error));
            Slope = NativeMethods.citx_trend_slope(handle);
            SlopeStdError = NativeMethods.citx_trend_slope_std_error(handle);
            SlopeP = NativeMethods.citx_trend_slope_p(handle);
            MannKendallS = NativeMethods.citx_trend_mann_kendall_s(handle);
            Tau = NativeMethods.citx_trend_tau(handle);
            MannKendallP = NativeMethods.citx_trend_mann_kendall_p(handle);
            Chart = NativeMethods.citx_trend_chart(handle).Copy();
        }

        /// <summary>One row for each wave: wave, value, std_error, ci_low, ci_high, n, change, change_std_error, change_low, change_high, statistic, df,
        /// p_value, p_adjusted, significant, centre, lower, upper, signals, unit, method, warnings. Changes are against the wave before.</summary>
        public Table Table { get; }

        /// <summary>Change from wave to wave, by least squares weighted by the inverse variances.</summary>
        public double Slope { get; }

        /// <summary>Its standard error from those variances.</summary>
        public double SlopeStdError { get; }

        /// <summary>Two-sided p value of no slope, normal.</summary>
        public double SlopeP { get; }

        /// <summary>Mann and Kendall's S: pairs of waves that rise less pairs that fall.</summary>
        public long MannKendallS { get; }

        /// <summary>Kendall's tau-b of the values and the waves' order.</summary>
        public double Tau { get; }

        /// <summary>Two-sided p value of no trend.</summary>
        public double MannKendallP { get; }

        /// <summary>The control chart: <c>p</c> or <c>xmr</c>.</summary>
        public string Chart { get; }
    }

    /// <summary>A crosstab with a letter for each column, and the tests behind the letters. Immutable.</summary>
    public sealed class ColumnLetters
    {
        internal ColumnLetters(ColumnLettersHandle handle)
        {
            Cells = Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_column_letters_cells(handle, out table, out error));
            Tests = Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_column_letters_tests(handle, out table, out error));
            Mode = NativeMethods.citx_column_letters_mode(handle).Copy();
        }

        /// <summary>One row for each answer and column: answer, group, column (its letter), count, n, proportion, letters, flag, base, base_n, base_eff. The
        /// letters are those of the columns whose proportion is significantly lower, in upper case at the stricter level.</summary>
        public Table Cells { get; }

        /// <summary>One row for each answer and pair of columns: answer, column_a, group_a, column_b, group_b, proportion_a, proportion_b, difference,
        /// std_error, statistic, df, p_value, p_adjusted, comparisons, reason (why there is no test).</summary>
        public Table Tests { get; }

        /// <summary>The mode it was made in.</summary>
        public string Mode { get; }
    }

    /// <summary>What drives an outcome. Immutable.</summary>
    public sealed class Drivers
    {
        internal Drivers(DriversHandle handle)
        {
            Outcome = NativeMethods.citx_drivers_outcome(handle).Copy();
            RSquared = NativeMethods.citx_drivers_r_squared(handle);
            RSquaredCi = new Interval(NativeMethods.citx_drivers_r_squared_ci_low(handle), NativeMethods.citx_drivers_r_squared_ci_high(handle));
            Level = NativeMethods.citx_drivers_level(handle);
            N = checked((long)NativeMethods.citx_drivers_n(handle));
            NEff = NativeMethods.citx_drivers_n_eff(handle);
            NOutcome = checked((long)NativeMethods.citx_drivers_n_outcome(handle));
            Missing = NativeMethods.citx_drivers_missing(handle).Copy();
            Coding = NativeMethods.citx_drivers_coding(handle).Copy();
            Replicates = checked((long)NativeMethods.citx_drivers_replicates(handle));
            Warnings = Call.Views(handle, NativeMethods.citx_drivers_num_warnings, NativeMethods.citx_drivers_warning);
            Table = Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_drivers_table(handle, out table, out error));
        }

        /// <summary>The measure or column that is driven.</summary>
        public string Outcome { get; }

        /// <summary>The share of its weighted variance that all drivers account for together.</summary>
        public double RSquared { get; }

        /// <summary>Bootstrap interval of that share; not a number without replicates.</summary>
        public Interval RSquaredCi { get; }

        /// <summary>Level of the intervals.</summary>
        public double Level { get; }

        /// <summary>Respondents it rests on.</summary>
        public long N { get; }

        /// <summary>Kish's effective number of them.</summary>
        public double NEff { get; }

        /// <summary>Respondents who answered the outcome.</summary>
        public long NOutcome { get; }

        /// <summary>How missing answers were dealt with: <c>listwise</c>, <c>pairwise</c> or <c>indicator</c>.</summary>
        public string Missing { get; }

        /// <summary>What numbers answers were given: <c>order</c> or <c>values</c>.</summary>
        public string Coding { get; }

        /// <summary>Bootstrap replicates that could be evaluated.</summary>
        public long Replicates { get; }

        /// <summary>What to keep in mind: <c>Collinear</c>, <c>SmallBase</c>, ...</summary>
        public IReadOnlyList<string> Warnings { get; }

        /// <summary>One row for each driver, the most important first: driver, rank, lmg, lmg_low, lmg_high, lmg_share, relative_weight,
        /// relative_weight_low, relative_weight_high, first, last, pratt, beta, vif, correlation, performance, performance_unit, quadrant, n, dont_know,
        /// dont_know_share, reason. Shares of R squared, of 1.</summary>
        public Table Table { get; }
    }
}
