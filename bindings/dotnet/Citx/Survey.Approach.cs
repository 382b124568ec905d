using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <content>How a survey was done, and for whom it stands.</content>
    public sealed partial class Survey
    {
        /// <summary>The sample, unweighted and weighted, beside the population's shares of some characteristics.</summary>
        /// <param name="population">One row for each category: <c>characteristic</c> (a column of the answers, or an attribute of their citizens),
        /// <c>category</c>, and <c>share</c> (of the characteristic, in [0, 1]) or <c>count</c>.</param>
        /// <param name="measure">The measure on which the effect of weighting is judged; null for <c>TP01</c>.</param>
        /// <returns>What was found.</returns>
        /// <exception cref="CitxRuleException">A characteristic is not known.</exception>
        /// <exception cref="CitxArgumentException">The survey is of counts, shares do not add up to 1, or a category is named twice.</exception>
        /// <exception cref="CitxStatisticsException">The table has no rows.</exception>
        public Representativeness Representativeness(Table population, string measure = null)
        {
            using (Arguments arguments = new Arguments())
            using (TableHandle native = Transfer.WriteTable(population, "population"))
            {
                RepresentativenessHandle found;
                IntPtr error;
                NativeText judged = arguments.Maybe(measure, "measure");
                Call.Check(NativeMethods.citx_survey_representativeness(handle, native, judged, out found, out error), error);
                using (found)
                {
                    return new Representativeness(found);
                }
            }
        }

        /// <summary>The summary of approach, items a to k of the Tenant Survey Requirements: from the survey's own facts where it has them, from what is stated
        /// where only people know.</summary>
        /// <param name="approach">What people state, by the items' names or letters: <c>achieved_sample</c>, <c>timing</c>, <c>collection_methods</c>,
        /// <c>sample_method</c>, <c>representativeness</c>, <c>weighting</c>, <c>contractors</c>, <c>exclusions</c>, <c>sample_shortfall</c>,
        /// <c>incentives</c>, <c>other_issues</c>; null for nothing.</param>
        /// <returns>The summary. What nobody states is <c>not stated</c> and not complete.</returns>
        /// <exception cref="CitxRuleException">There is no such item.</exception>
        /// <exception cref="CitxArgumentException">Dates of collection cannot be read.</exception>
        public SummaryOfApproach SummaryOfApproach(IEnumerable<KeyValuePair<string, string>> approach = null)
        {
            using (Arguments arguments = new Arguments())
            {
                SummaryOfApproachHandle summary;
                IntPtr error;
                NativePairs stated = arguments.Pairs(approach, "approach");
                Call.Check(NativeMethods.citx_survey_summary_of_approach(handle, stated, out summary, out error), error);
                using (summary)
                {
                    return new SummaryOfApproach(summary);
                }
            }
        }
    }

    /// <summary>A sample beside the population it is to stand for. Immutable.</summary>
    public sealed class Representativeness
    {
        internal Representativeness(RepresentativenessHandle handle)
        {
            Categories = Transfer.ReadTable(
                (out TableHandle table, out IntPtr error) => NativeMethods.citx_representativeness_categories(handle, out table, out error));
            Characteristics = Transfer.ReadTable(
                (out TableHandle table, out IntPtr error) => NativeMethods.citx_representativeness_characteristics(handle, out table, out error));
        }

        /// <summary>One row for each category: characteristic, category, population_share, n, sample_share, weighted_share, difference_pp,
        /// weighted_difference_pp, residual, note.</summary>
        public Table Categories { get; }

        /// <summary>One row for each characteristic: characteristic, n, missing, chi_squared, df, p_value, largest_difference_pp,
        /// largest_weighted_difference_pp, dissimilarity, weighted_dissimilarity, r_indicator, propensity_cv, effect_pp, material.</summary>
        public Table Characteristics { get; }
    }

    /// <summary>How a survey was done, items a to k of the Tenant Survey Requirements. Immutable.</summary>
    public sealed class SummaryOfApproach
    {
        private readonly string markdown;

        internal SummaryOfApproach(SummaryOfApproachHandle handle)
        {
            TextHandle text;
            IntPtr failed;
            Table = Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_summary_of_approach_table(handle, out table, out error));
            Missing = Transfer.ReadNames((out NamesHandle names, out IntPtr error) => NativeMethods.citx_summary_of_approach_missing(handle, out names, out error));
            Call.Check(NativeMethods.citx_summary_of_approach_markdown(handle, out text, out failed), failed);
            markdown = Transfer.ReadText(text);
        }

        /// <summary>One row for each item: item, name, heading, text, complete.</summary>
        public Table Table { get; }

        /// <summary>The headings of what is not stated.</summary>
        public IReadOnlyList<string> Missing { get; }

        /// <summary>The text to publish, as Markdown.</summary>
        /// <returns>The text.</returns>
        public string ToMarkdown()
        {
            return markdown;
        }
    }
}
