using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <content>Weights that meet a population's known totals, each weighting a new survey.</content>
    public sealed partial class Survey
    {
        /// <summary>The weight of each respondent, in the order of the answers, on its own scale.</summary>
        /// <exception cref="CitxArgumentException">The survey is of counts, which have no respondents.</exception>
        public Column Weights
        {
            get
            {
                return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_survey_weights(handle, out table, out error))["weight"];
            }
        }

        /// <summary>How the last weighting went; null for weights as they came.</summary>
        public Weighting Weighting
        {
            get
            {
                WeightingHandle weighting;
                IntPtr error;
                Call.Check(NativeMethods.citx_survey_weighting(handle, out weighting, out error), error);
                using (weighting)
                {
                    return weighting.IsInvalid ? null : new Weighting(weighting);
                }
            }
        }

        /// <summary>The same survey with weights that meet the total of each category of one margin, or of each cell of several names crossed. Variances
        /// are of what the post-strata leave.</summary>
        /// <param name="margin">The margin.</param>
        /// <returns>A new survey; this one stays as it is.</returns>
        /// <exception cref="CitxRuleException">A column or segment is not known.</exception>
        /// <exception cref="CitxArgumentException">A category has no total, a total has nobody in the sample or is not above 0, or a row has no category.</exception>
        public Survey PostStratify(Margin margin)
        {
            using (Arguments arguments = new Arguments())
            {
                IntPtr known = arguments.Margins(new[] { margin }, "margin").Items;
                return Another((out SurveyHandle survey, out IntPtr error) => NativeMethods.citx_survey_post_stratify(handle, known, out survey, out error));
            }
        }

        /// <summary>The same survey with weights that meet the totals of each margin, by iterative proportional fitting.</summary>
        /// <param name="margins">The margins.</param>
        /// <param name="options">When to stop; null for the defaults.</param>
        /// <returns>A new survey; this one stays as it is.</returns>
        /// <exception cref="CitxRuleException">A column or segment is not known.</exception>
        /// <exception cref="CitxArgumentException">As <see cref="PostStratify"/>, or margins have different totals.</exception>
        /// <exception cref="CitxStatisticsException">It did not arrive (<see cref="ErrorKind.NotConverged"/>); the message names the margin and the gap.</exception>
        public Survey Rake(IEnumerable<Margin> margins, RakeOptions options = null)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeMargins known = arguments.Margins(Guard.NotNull(margins, "margins"), "margins");
                IntPtr how = RakeOptions.Write(options, arguments);
                return Another((out SurveyHandle survey, out IntPtr error) => NativeMethods.citx_survey_rake(handle, known, how, out survey, out error));
            }
        }

        /// <summary>The same survey with weights as close as may be to those of before that meet categories' and columns' totals.</summary>
        /// <param name="options">The totals, and how they are met.</param>
        /// <returns>A new survey; this one stays as it is.</returns>
        /// <exception cref="CitxRuleException">A column or segment is not known.</exception>
        /// <exception cref="CitxArgumentException">As <see cref="PostStratify"/>, or the bounds do not hold 1 between them.</exception>
        /// <exception cref="CitxStatisticsException">It did not arrive (<see cref="ErrorKind.NotConverged"/>); the message names the total and the gap.</exception>
        public Survey Calibrate(CalibrateOptions options)
        {
            Guard.NotNull(options, "options");
            using (Arguments arguments = new Arguments())
            {
                IntPtr how = options.Write(arguments);
                return Another((out SurveyHandle survey, out IntPtr error) => NativeMethods.citx_survey_calibrate(handle, how, out survey, out error));
            }
        }

        /// <summary>The same survey without weights beyond bounds. What is taken from some is given to others, by the rule that is named; variances are as
        /// before.</summary>
        /// <param name="options">The bounds and the rule.</param>
        /// <returns>A new survey; this one stays as it is.</returns>
        /// <exception cref="CitxArgumentException">There is no bound, the bounds cross, or no weight is left to take what others lose.</exception>
        public Survey Trim(TrimOptions options)
        {
            Guard.NotNull(options, "options");
            using (Arguments arguments = new Arguments())
            {
                IntPtr how = options.Write(arguments);
                return Another((out SurveyHandle survey, out IntPtr error) => NativeMethods.citx_survey_trim(handle, how, out survey, out error));
            }
        }
    }
}
