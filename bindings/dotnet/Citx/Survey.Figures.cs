using System;
using System.Collections.Generic;
using System.Linq;
using Citx.Native;

namespace Citx
{
    /// <content>Figures: scores, means, totals, ratios, proportions, quantiles.</content>
    public sealed partial class Survey
    {
        private delegate uint EstimateCall(out EstimateHandle estimate, out IntPtr error);

        /// <summary>The score of one measure.</summary>
        /// <param name="measure">The measure, such as <c>TP01</c>.</param>
        /// <param name="unit">The unit, where the survey has units; null where it has none.</param>
        /// <param name="options">Level, suppression, method; null for the defaults.</param>
        /// <returns>The figure.</returns>
        /// <exception cref="CitxRuleException">The measure is not known.</exception>
        /// <exception cref="CitxStateException">There is no such unit (<see cref="ErrorKind.NotFound"/>).</exception>
        /// <exception cref="CitxStatisticsException">There are no answers, or the figure is suppressed.</exception>
        public Estimate Score(string measure, string unit = null, ScoreOptions options = null)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeText what = arguments.Text(measure, "measure");
                NativeText whose = arguments.Maybe(unit, "unit");
                IntPtr how = ScoreOptions.Write(options, arguments);
                return Figure(
                    (out EstimateHandle estimate, out IntPtr error) => NativeMethods.citx_survey_score(handle, what, whose, how, out estimate, out error));
            }
        }

        /// <summary>All measures, overall or by unit, and by each breakdown.</summary>
        /// <param name="by">The breakdowns: a name, or several names for a crossed one; null for none.</param>
        /// <param name="options">Level, suppression, method; null for the defaults.</param>
        /// <returns>One row for each figure: measure, by, group, value, std_error, ci_low, ci_high, ...</returns>
        /// <exception cref="CitxRuleException">A column or segment is not known.</exception>
        public Table Scores(IEnumerable<Breakdown> by = null, ScoreOptions options = null)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeBreakdowns groups = arguments.Breakdowns(by);
                IntPtr how = ScoreOptions.Write(options, arguments);
                return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_survey_scores(handle, groups, how, out table, out error));
            }
        }

        /// <summary>The mean of a numeric column; nulls are left out.</summary>
        /// <param name="column">The column.</param>
        /// <param name="options">Level, suppression, method; null for the defaults.</param>
        /// <returns>The figure.</returns>
        /// <exception cref="CitxRuleException">There is no such column.</exception>
        /// <exception cref="CitxArgumentException">It is not numeric.</exception>
        /// <exception cref="CitxStatisticsException">There are no values.</exception>
        public Estimate Mean(string column, ScoreOptions options = null)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeText what = arguments.Text(column, "column");
                IntPtr how = ScoreOptions.Write(options, arguments);
                return Figure((out EstimateHandle estimate, out IntPtr error) => NativeMethods.citx_survey_mean(handle, what, how, out estimate, out error));
            }
        }

        /// <summary>The mean of a numeric column in each group.</summary>
        /// <param name="column">The column.</param>
        /// <param name="by">The breakdowns.</param>
        /// <param name="options">Level, suppression, method; null for the defaults.</param>
        /// <returns>The table of <see cref="Scores"/>.</returns>
        /// <exception cref="CitxRuleException">A column or segment is not known.</exception>
        public Table MeanBy(string column, IEnumerable<Breakdown> by, ScoreOptions options = null)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeText what = arguments.Text(column, "column");
                NativeBreakdowns groups = arguments.Breakdowns(Guard.NotNull(by, "by"));
                IntPtr how = ScoreOptions.Write(options, arguments);
                return Transfer.ReadTable(
                    (out TableHandle table, out IntPtr error) => NativeMethods.citx_survey_mean_by(handle, what, groups, how, out table, out error));
            }
        }

        /// <summary>The population's total of a numeric column by the weights' own scale, or how many have a value. Nulls are left out.
        /// The weights must add up to the population.</summary>
        /// <param name="column">The column.</param>
        /// <param name="equals">The value, as text, of which there are how many; null for the total of a numeric column.</param>
        /// <param name="options">Level, suppression, method; null for the defaults.</param>
        /// <returns>The figure.</returns>
        /// <exception cref="CitxRuleException">There is no such column.</exception>
        /// <exception cref="CitxArgumentException">It is not numeric.</exception>
        /// <exception cref="CitxStatisticsException">There are no values.</exception>
        public Estimate Total(string column, string equals = null, ScoreOptions options = null)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeText what = arguments.Text(column, "column");
                NativeText value = arguments.Maybe(equals, "equals");
                IntPtr how = ScoreOptions.Write(options, arguments);
                return Figure(
                    (out EstimateHandle estimate, out IntPtr error) => NativeMethods.citx_survey_total(handle, what, value, how, out estimate, out error));
            }
        }

        /// <summary>That total in each group.</summary>
        /// <param name="column">The column.</param>
        /// <param name="equals">The value, as text, of which there are how many; null for the total of a numeric column.</param>
        /// <param name="by">The breakdowns.</param>
        /// <param name="options">Level, suppression, method; null for the defaults.</param>
        /// <returns>The table of <see cref="Scores"/>.</returns>
        /// <exception cref="CitxRuleException">A column or segment is not known.</exception>
        public Table TotalBy(string column, string equals, IEnumerable<Breakdown> by, ScoreOptions options = null)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeText what = arguments.Text(column, "column");
                NativeText value = arguments.Maybe(equals, "equals");
                NativeBreakdowns groups = arguments.Breakdowns(Guard.NotNull(by, "by"));
                IntPtr how = ScoreOptions.Write(options, arguments);
                return Transfer.ReadTable(
                    (out TableHandle table, out IntPtr error) => NativeMethods.citx_survey_total_by(handle, what, value, groups, how, out table, out error));
            }
        }

        /// <summary>The total of one numeric column by that of another, such as repairs a home. Rows with a null in either are left out.</summary>
        /// <param name="numerator">The column of the numerator.</param>
        /// <param name="denominator">The column of the denominator.</param>
        /// <param name="options">Level, suppression, method; null for the defaults.</param>
        /// <returns>The figure.</returns>
        /// <exception cref="CitxRuleException">There is no such column.</exception>
        /// <exception cref="CitxArgumentException">It is not numeric.</exception>
        /// <exception cref="CitxStatisticsException">There are no values.</exception>
        public Estimate Ratio(string numerator, string denominator, ScoreOptions options = null)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeText upper = arguments.Text(numerator, "numerator");
                NativeText lower = arguments.Text(denominator, "denominator");
                IntPtr how = ScoreOptions.Write(options, arguments);
                return Figure(
                    (out EstimateHandle estimate, out IntPtr error) => NativeMethods.citx_survey_ratio(handle, upper, lower, how, out estimate, out error));
            }
        }

        /// <summary>That ratio in each group.</summary>
        /// <param name="numerator">The column of the numerator.</param>
        /// <param name="denominator">The column of the denominator.</param>
        /// <param name="by">The breakdowns.</param>
        /// <param name="options">Level, suppression, method; null for the defaults.</param>
        /// <returns>The table of <see cref="Scores"/>.</returns>
        /// <exception cref="CitxRuleException">A column or segment is not known.</exception>
        public Table RatioBy(string numerator, string denominator, IEnumerable<Breakdown> by, ScoreOptions options = null)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeText upper = arguments.Text(numerator, "numerator");
                NativeText lower = arguments.Text(denominator, "denominator");
                NativeBreakdowns groups = arguments.Breakdowns(Guard.NotNull(by, "by"));
                IntPtr how = ScoreOptions.Write(options, arguments);
                return Transfer.ReadTable(
                    (out TableHandle table, out IntPtr error) => NativeMethods.citx_survey_ratio_by(handle, upper, lower, groups, how, out table, out error));
            }
        }

        /// <summary>The share whose value in a column is written so; nulls are left out.</summary>
        /// <param name="column">The column.</param>
        /// <param name="equals">The value, as text.</param>
        /// <param name="options">Level, suppression, method; null for the defaults.</param>
        /// <returns>The figure.</returns>
        /// <exception cref="CitxRuleException">There is no such column.</exception>
        /// <exception cref="CitxStatisticsException">There are no values.</exception>
        public Estimate Proportion(string column, string equals, ScoreOptions options = null)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeText what = arguments.Text(column, "column");
                NativeText value = arguments.Text(equals, "equals");
                IntPtr how = ScoreOptions.Write(options, arguments);
                return Figure(
                    (out EstimateHandle estimate, out IntPtr error) => NativeMethods.citx_survey_proportion(handle, what, value, how, out estimate, out error));
            }
        }

        /// <summary>That share in each group.</summary>
        /// <param name="column">The column.</param>
        /// <param name="equals">The value, as text.</param>
        /// <param name="by">The breakdowns.</param>
        /// <param name="options">Level, suppression, method; null for the defaults.</param>
        /// <returns>The table of <see cref="Scores"/>.</returns>
        /// <exception cref="CitxRuleException">A column or segment is not known.</exception>
        public Table ProportionBy(string column, string equals, IEnumerable<Breakdown> by, ScoreOptions options = null)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeText what = arguments.Text(column, "column");
                NativeText value = arguments.Text(equals, "equals");
                NativeBreakdowns groups = arguments.Breakdowns(Guard.NotNull(by, "by"));
                IntPtr how = ScoreOptions.Write(options, arguments);
                return Transfer.ReadTable(
                    (out TableHandle table, out IntPtr error) => NativeMethods.citx_survey_proportion_by(handle, what, value, groups, how, out table, out error));
            }
        }

        /// <summary>A quantile of a numeric column, with Woodruff's interval: the quantiles at the ends of the interval of the share that lies at or below
        /// the estimate.</summary>
        /// <param name="column">The column.</param>
        /// <param name="share">The share below it, between 0 and 1: 0.5 for the median.</param>
        /// <param name="options">Rule, interval, level, suppression; null for the defaults.</param>
        /// <returns>The figure.</returns>
        /// <exception cref="CitxRuleException">There is no such column.</exception>
        /// <exception cref="CitxArgumentException">It is not numeric, or the share lies outside.</exception>
        /// <exception cref="CitxStatisticsException">There are no values.</exception>
        public Estimate Quantile(string column, double share, QuantileOptions options = null)
        {
            return Quantile(column, new[] { share }, options).Single();
        }

        /// <summary>Several quantiles of a numeric column.</summary>
        /// <param name="column">The column.</param>
        /// <param name="shares">The share below each, between 0 and 1.</param>
        /// <param name="options">Rule, interval, level, suppression; null for the defaults.</param>
        /// <returns>One figure for each share.</returns>
        /// <exception cref="CitxRuleException">There is no such column.</exception>
        /// <exception cref="CitxArgumentException">It is not numeric, a share lies outside, or there is none.</exception>
        /// <exception cref="CitxStatisticsException">There are no values.</exception>
        public IReadOnlyList<Estimate> Quantile(string column, IEnumerable<double> shares, QuantileOptions options = null)
        {
            using (Arguments arguments = new Arguments())
            {
                EstimatesHandle estimates;
                IntPtr error;
                NativeText what = arguments.Text(column, "column");
                NativeNumbers wanted = arguments.NumberList(Guard.NotNull(shares, "shares"));
                IntPtr how = QuantileOptions.Write(options, arguments);
                Call.Check(NativeMethods.citx_survey_quantile(handle, what, wanted, how, out estimates, out error), error);
                using (estimates)
                {
                    Estimate[] figures = new Estimate[Call.Size(NativeMethods.citx_estimates_len(estimates))];
                    for (int i = 0; i < figures.Length; i++)
                    {
                        UIntPtr index = Call.Size(i);
                        figures[i] = Figure(
                            (out EstimateHandle estimate, out IntPtr failure) => NativeMethods.citx_estimates_get(estimates, index, out estimate, out failure));
                    }
                    return Array.AsReadOnly(figures);
                }
            }
        }

        /// <summary>Quantiles in each group.</summary>
        /// <param name="column">The column.</param>
        /// <param name="shares">The share below each, between 0 and 1.</param>
        /// <param name="by">The breakdowns.</param>
        /// <param name="options">Rule, interval, level, suppression; null for the defaults.</param>
        /// <returns>The table of <see cref="Scores"/>, where the measure is the column and the share, such as <c>rent[0.5]</c>.</returns>
        /// <exception cref="CitxRuleException">A column or segment is not known.</exception>
        public Table QuantileBy(string column, IEnumerable<double> shares, IEnumerable<Breakdown> by, QuantileOptions options = null)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeText what = arguments.Text(column, "column");
                NativeNumbers wanted = arguments.NumberList(Guard.NotNull(shares, "shares"));
                NativeBreakdowns groups = arguments.Breakdowns(Guard.NotNull(by, "by"));
                IntPtr how = QuantileOptions.Write(options, arguments);
                return Transfer.ReadTable(
                    (out TableHandle table, out IntPtr error) => NativeMethods.citx_survey_quantile_by(handle, what, wanted, groups, how, out table, out error));
            }
        }

        private static Estimate Figure(EstimateCall call)
        {
            EstimateHandle estimate;
            IntPtr error;
            Call.Check(call(out estimate, out error), error);
            return new Estimate(estimate);
        }
    }
}
