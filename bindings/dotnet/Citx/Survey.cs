using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <summary>Answers with their design: weights, strata, sampling units. Immutable: any thread may use it.</summary>
    public sealed class Survey : IDisposable
    {
        private readonly SurveyHandle handle;

        private Survey(SurveyHandle handle)
        {
            this.handle = handle;
        }

        /// <summary>A survey from answers, one row for each respondent.</summary>
        /// <param name="table">The answers.</param>
        /// <param name="options">Which columns are what; null for none.</param>
        /// <returns>The survey.</returns>
        /// <exception cref="CitxRuleException">A column or measure is not known.</exception>
        /// <exception cref="CitxArgumentException">A value is not one; the message names column and row.</exception>
        /// <exception cref="CitxStatisticsException">There are no rows.</exception>
        public static Survey FromTable(Table table, SurveyOptions options = null)
        {
            using (Arguments arguments = new Arguments())
            using (TableHandle native = Transfer.WriteTable(table, "table"))
            {
                SurveyHandle survey;
                IntPtr error;
                Call.Check(NativeMethods.citx_survey_from_table(native, SurveyOptions.Write(options, arguments), out survey, out error), error);
                return new Survey(survey);
            }
        }

        /// <summary>A survey from counts of answers, one row for each unit, measure and answer.</summary>
        /// <param name="table">The counts.</param>
        /// <param name="options">Which columns are what.</param>
        /// <returns>The survey.</returns>
        /// <exception cref="CitxRuleException">A column or measure is not known.</exception>
        /// <exception cref="CitxArgumentException">A value is not one; the message names column and row.</exception>
        public static Survey FromCounts(Table table, CountsOptions options)
        {
            Guard.NotNull(options, "options");
            using (Arguments arguments = new Arguments())
            using (TableHandle native = Transfer.WriteTable(table, "table"))
            {
                SurveyHandle survey;
                IntPtr error;
                Call.Check(NativeMethods.citx_survey_from_counts(native, options.Write(arguments), out survey, out error), error);
                return new Survey(survey);
            }
        }

        /// <summary>The same answers, each with its citizen's attributes and segments, so that breakdowns can name both.</summary>
        /// <param name="people">The citizens.</param>
        /// <param name="membership">Their segments; null for none.</param>
        /// <returns>A new survey; this one stays as it is.</returns>
        /// <exception cref="CitxArgumentException">The survey has no key, or the membership is of another population.</exception>
        public Survey WithPopulation(Population people, Membership membership = null)
        {
            Guard.NotNull(people, "people");
            SurveyHandle survey;
            IntPtr error;
            MembershipHandle segments = membership == null ? new MembershipHandle() : Guard.Open(membership.Handle);
            Call.Check(NativeMethods.citx_survey_with_population(handle, Guard.Open(people.Handle), segments, out survey, out error), error);
            return new Survey(survey);
        }

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
                EstimateHandle estimate;
                IntPtr error;
                NativeText what = arguments.Text(measure, "measure");
                NativeText whose = arguments.Maybe(unit, "unit");
                IntPtr how = ScoreOptions.Write(options, arguments);
                Call.Check(NativeMethods.citx_survey_score(handle, what, whose, how, out estimate, out error), error);
                return new Estimate(estimate);
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

        /// <summary>The mean of a numeric column.</summary>
        /// <param name="column">The column.</param>
        /// <param name="options">Level and suppression; null for the defaults.</param>
        /// <returns>The figure.</returns>
        /// <exception cref="CitxRuleException">There is no such column.</exception>
        /// <exception cref="CitxArgumentException">It is not numeric.</exception>
        /// <exception cref="CitxStatisticsException">There are no values.</exception>
        public Estimate Mean(string column, ScoreOptions options = null)
        {
            using (Arguments arguments = new Arguments())
            {
                EstimateHandle estimate;
                IntPtr error;
                NativeText what = arguments.Text(column, "column");
                Call.Check(NativeMethods.citx_survey_mean(handle, what, ScoreOptions.Write(options, arguments), out estimate, out error), error);
                return new Estimate(estimate);
            }
        }

        /// <summary>The mean of a numeric column in each group.</summary>
        /// <param name="column">The column.</param>
        /// <param name="by">The breakdowns.</param>
        /// <param name="options">Level and suppression; null for the defaults.</param>
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
                EstimateHandle estimate;
                IntPtr error;
                NativeText what = arguments.Text(column, "column");
                NativeText value = arguments.Text(equals, "equals");
                IntPtr how = ScoreOptions.Write(options, arguments);
                Call.Check(NativeMethods.citx_survey_proportion(handle, what, value, how, out estimate, out error), error);
                return new Estimate(estimate);
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

        /// <summary>Frees the survey once the calls that run on it are over.</summary>
        public void Dispose()
        {
            handle.Dispose();
        }
    }
}
