using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <summary>Answers with their design: weights, strata, sampling units. Immutable: any thread may use it.</summary>
    public sealed partial class Survey : IDisposable
    {
        private readonly SurveyHandle handle;

        private Survey(SurveyHandle handle)
        {
            this.handle = handle;
        }

        private delegate uint SurveyCall(out SurveyHandle survey, out IntPtr error);

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
            PopulationHandle citizens = Guard.Open(people.Handle);
            MembershipHandle segments = membership == null ? new MembershipHandle() : Guard.Open(membership.Handle);
            return Another(
                (out SurveyHandle survey, out IntPtr error) => NativeMethods.citx_survey_with_population(handle, citizens, segments, out survey, out error));
        }

        /// <summary>The same survey with variances by replicates made of its sampling units.</summary>
        /// <param name="kind"><c>jk1</c> (jackknife without strata), <c>jkn</c> (within strata) or <c>bootstrap</c>; the first two make as many as they
        /// need.</param>
        /// <param name="replicates">How many replicates a bootstrap draws.</param>
        /// <param name="seed">What they are drawn by.</param>
        /// <returns>A new survey; this one stays as it is.</returns>
        /// <exception cref="CitxArgumentException">The kind is none of those.</exception>
        /// <exception cref="CitxStatisticsException">A stratum has one unit.</exception>
        /// <exception cref="CitxLimitException">That is more than 50 million factors.</exception>
        public Survey Replicated(string kind, int replicates = 200, ulong seed = 0)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeText how = arguments.Text(kind, "kind");
                UIntPtr count = new UIntPtr(Guard.NotNegative(replicates, "replicates"));
                return Another((out SurveyHandle survey, out IntPtr error) => NativeMethods.citx_survey_replicated(handle, how, count, seed, out survey, out error));
            }
        }

        /// <summary>The same survey with variances by replicate weights that came with the data.</summary>
        /// <param name="options">Their columns and kind.</param>
        /// <returns>A new survey; this one stays as it is.</returns>
        /// <exception cref="CitxRuleException">A column is not known.</exception>
        /// <exception cref="CitxArgumentException">A weight is null or below 0; the message names column and row.</exception>
        public Survey WithReplicateWeights(ReplicateOptions options)
        {
            Guard.NotNull(options, "options");
            using (Arguments arguments = new Arguments())
            {
                IntPtr given = options.Write(arguments);
                return Another((out SurveyHandle survey, out IntPtr error) => NativeMethods.citx_survey_with_replicate_weights(handle, given, out survey, out error));
            }
        }

        /// <summary>Frees the survey once the calls that run on it are over.</summary>
        public void Dispose()
        {
            handle.Dispose();
        }

        private static Survey Another(SurveyCall call)
        {
            SurveyHandle survey;
            IntPtr error;
            Call.Check(call(out survey, out error), error);
            return new Survey(survey);
        }
    }
}
