using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <content>Waves, groups and units compared; drivers.</content>
    public sealed partial class Survey
    {
        /// <summary>One measure (or numeric column) in two waves: the change, its interval and test.</summary>
        /// <param name="before">The earlier wave.</param>
        /// <param name="after">The later wave.</param>
        /// <param name="measure">The measure, such as <c>TP01</c>.</param>
        /// <param name="options">How they are compared; null for the defaults.</param>
        /// <returns>The comparison.</returns>
        /// <exception cref="CitxRuleException">The measure is not known.</exception>
        /// <exception cref="CitxStateException">There is no such unit (<see cref="ErrorKind.NotFound"/>).</exception>
        /// <exception cref="CitxArgumentException">An option is none, or the figure is a mean in one wave and a proportion in the other.</exception>
        /// <exception cref="CitxStatisticsException">There are no answers.</exception>
        public static Comparison Compare(Survey before, Survey after, string measure, CompareOptions options = null)
        {
            Guard.NotNull(before, "before");
            Guard.NotNull(after, "after");
            using (Arguments arguments = new Arguments())
            {
                ComparisonHandle comparison;
                IntPtr error;
                NativeText what = arguments.Text(measure, "measure");
                IntPtr how = CompareOptions.Write(options, arguments);
                Call.Check(NativeMethods.citx_compare(before.Handle, after.Handle, what, how, out comparison, out error), error);
                using (comparison)
                {
                    return new Comparison(comparison);
                }
            }
        }

        /// <summary>Every unit that both surveys of counts have, in both waves, with p values adjusted over the units of a measure.</summary>
        /// <param name="before">The earlier wave.</param>
        /// <param name="after">The later wave.</param>
        /// <param name="measures">The measures; null for all that both have.</param>
        /// <param name="adjust"><c>bh</c>, <c>by</c>, <c>holm</c>, <c>hochberg</c>, <c>bonferroni</c> or <c>none</c>.</param>
        /// <param name="options">How they are compared; null for the defaults. The unit is not read.</param>
        /// <returns>One row for each measure and unit: measure, unit, before, after, difference, std_error, ci_low, ci_high, level, statistic, p_value,
        /// p_adjusted, significant, n_before, n_after, method, adjust, warnings.</returns>
        /// <exception cref="CitxRuleException">A measure is not in both.</exception>
        /// <exception cref="CitxArgumentException">An option is none, or the surveys are of answers.</exception>
        public static Table CompareUnits(
            Survey before,
            Survey after,
            IEnumerable<string> measures = null,
            string adjust = "bh",
            CompareOptions options = null)
        {
            Guard.NotNull(before, "before");
            Guard.NotNull(after, "after");
            using (Arguments arguments = new Arguments())
            {
                NativeTexts what = arguments.Texts(measures, "measures");
                NativeText adjusted = arguments.Text(adjust, "adjust");
                IntPtr how = CompareOptions.Write(options, arguments);
                return Transfer.ReadTable((out TableHandle table, out IntPtr error) =>
                    NativeMethods.citx_compare_units(before.Handle, after.Handle, what, adjusted, how, out table, out error));
            }
        }

        /// <summary>A measure in each of some waves, with each change tested, control limits and tests of a trend.</summary>
        /// <param name="waves">Name and survey of each wave, the earliest first.</param>
        /// <param name="measure">The measure.</param>
        /// <param name="adjust">How the p values of the changes are adjusted: <c>holm</c>, <c>bh</c>, <c>by</c>, <c>hochberg</c>, <c>bonferroni</c> or
        /// <c>none</c>.</param>
        /// <param name="chart">Control limits: <c>p</c> (binomial, for proportions), <c>xmr</c> (from moving ranges) or <c>auto</c>.</param>
        /// <param name="options">How each wave is compared with the one before; null for the defaults.</param>
        /// <returns>The trend.</returns>
        /// <exception cref="CitxRuleException">The measure is not known.</exception>
        /// <exception cref="CitxArgumentException">An option is none.</exception>
        /// <exception cref="CitxStatisticsException">There are fewer than two waves, or one without answers.</exception>
        public static Trend Trend(
            IEnumerable<KeyValuePair<string, Survey>> waves,
            string measure,
            string adjust = "holm",
            string chart = "auto",
            CompareOptions options = null)
        {
            using (Arguments arguments = new Arguments())
            {
                TrendHandle trend;
                IntPtr error;
                NativeWaves all = arguments.Waves(waves, "waves");
                NativeText what = arguments.Text(measure, "measure");
                NativeText adjusted = arguments.Text(adjust, "adjust");
                NativeText limits = arguments.Text(chart, "chart");
                IntPtr how = CompareOptions.Write(options, arguments);
                Call.Check(NativeMethods.citx_trend_of(all, what, adjusted, limits, how, out trend, out error), error);
                using (trend)
                {
                    return new Trend(trend);
                }
            }
        }

        /// <summary>A measure month by month, each with the months before it: raw answers are pooled, averages never averaged.</summary>
        /// <param name="waves">Name and survey of each wave. The month of an answer is that of <see cref="SurveyOptions.CollectedAt"/>; a survey of counts
        /// is of the month it is named, such as <c>2024-05</c>.</param>
        /// <param name="measure">The measure.</param>
        /// <param name="months">Months pooled, each month and those before it.</param>
        /// <param name="unit">The unit, for surveys of counts; null for none.</param>
        /// <param name="level">Level of the intervals.</param>
        /// <param name="minBase">Fewer answers than this are suppressed.</param>
        /// <returns>One row for each month: month, months, complete, value, std_error, ci_low, ci_high, level, df, n, n_eff, unit, method, suppressed,
        /// warnings.</returns>
        /// <exception cref="CitxArgumentException">A survey of answers has no dates, a text is no date, or a name is no month.</exception>
        /// <exception cref="CitxStatisticsException">No answer has a month.</exception>
        public static Table Rolling(
            IEnumerable<KeyValuePair<string, Survey>> waves,
            string measure,
            int months = 12,
            string unit = null,
            double level = 0.95,
            long minBase = 0)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeWaves all = arguments.Waves(waves, "waves");
                NativeText what = arguments.Text(measure, "measure");
                IntPtr how = arguments.Options(new NativeRollingOptions
                {
                    Unit = arguments.Maybe(unit, "unit"),
                    Months = (uint)Guard.AtLeast1(months, "months"),
                    Level = Guard.NotZero(level, "level"),
                    MinBase = Guard.NotNegative(minBase, "minBase"),
                });
                return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_rolling(all, what, how, out table, out error));
            }
        }

        /// <summary>Differences of a measure (or numeric column) between groups, each with its design-based t test.</summary>
        /// <param name="measure">The measure or column.</param>
        /// <param name="by">What makes the groups.</param>
        /// <param name="options">How they are compared; null for the defaults.</param>
        /// <returns>One row for each pair: measure, by, group_a, group_b, value_a, value_b, difference (a less b), std_error, ci_low, ci_high, level,
        /// statistic, df, p_value, p_adjusted, significant, n_a, n_b, unit, method, adjust, warnings.</returns>
        /// <exception cref="CitxRuleException">A name, or the group of reference, is not known.</exception>
        /// <exception cref="CitxArgumentException">An option is none.</exception>
        /// <exception cref="CitxStatisticsException">There are fewer than two groups.</exception>
        /// <exception cref="CitxLimitException">There are more than 200.</exception>
        public Table CompareGroups(string measure, Breakdown by, GroupOptions options = null)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeText what = arguments.Text(measure, "measure");
                NativeTexts groups = arguments.Texts(Guard.NotNull(by, "by").Columns, "by");
                IntPtr how = GroupOptions.Write(options, arguments);
                return Transfer.ReadTable(
                    (out TableHandle table, out IntPtr error) => NativeMethods.citx_survey_compare_groups(handle, what, groups, how, out table, out error));
            }
        }

        /// <summary>The answers to a question in columns, each compared with each other column, by letters as SPSS users know them.</summary>
        /// <param name="question">A measure or any column.</param>
        /// <param name="by">One breakdown, crossed if it has several names; or several segments, <c>segment:NAME</c>, which may overlap.</param>
        /// <param name="options">How they are compared; null for the defaults.</param>
        /// <returns>The letters and the tests behind them.</returns>
        /// <exception cref="CitxRuleException">A name is not known.</exception>
        /// <exception cref="CitxArgumentException">An option is none.</exception>
        /// <exception cref="CitxStatisticsException">There are fewer than two columns, or no answers.</exception>
        /// <exception cref="CitxLimitException">There are more than 100 columns.</exception>
        public ColumnLetters ColumnLetters(string question, Breakdown by, LetterOptions options = null)
        {
            using (Arguments arguments = new Arguments())
            {
                ColumnLettersHandle letters;
                IntPtr error;
                NativeText what = arguments.Text(question, "question");
                NativeTexts groups = arguments.Texts(Guard.NotNull(by, "by").Columns, "by");
                IntPtr how = LetterOptions.Write(options, arguments);
                Call.Check(NativeMethods.citx_survey_column_letters(handle, what, groups, how, out letters, out error), error);
                using (letters)
                {
                    return new ColumnLetters(letters);
                }
            }
        }

        /// <summary>How much of the variation of an outcome each driver accounts for.</summary>
        /// <param name="outcome">A measure or numeric column.</param>
        /// <param name="drivers">Measures or numeric columns; null for all other measures.</param>
        /// <param name="options">How they are computed; null for the defaults.</param>
        /// <param name="run">Threads and cancelling; null for all cores.</param>
        /// <returns>The drivers, the most important first.</returns>
        /// <exception cref="CitxRuleException">A name is not known.</exception>
        /// <exception cref="CitxArgumentException">A driver is named twice, or an option is none.</exception>
        /// <exception cref="CitxStatisticsException">Nobody is left, or the outcome is constant.</exception>
        /// <exception cref="CitxLimitException">There are more than 20 drivers, or the call was cancelled.</exception>
        public Drivers Drivers(string outcome, IEnumerable<string> drivers = null, DriverOptions options = null, RunOptions run = null)
        {
            using (Arguments arguments = new Arguments())
            using (NativeRun native = new NativeRun(run))
            {
                DriversHandle found;
                IntPtr error;
                NativeText what = arguments.Text(outcome, "outcome");
                NativeTexts names = arguments.Texts(drivers, "drivers");
                IntPtr how = DriverOptions.Write(options, arguments);
                native.Check(NativeMethods.citx_survey_drivers(handle, what, names, how, native.Pointer, out found, out error), error);
                using (found)
                {
                    return new Drivers(found);
                }
            }
        }

        internal SurveyHandle Handle
        {
            get { return Guard.Open(handle); }
        }
    }
}
