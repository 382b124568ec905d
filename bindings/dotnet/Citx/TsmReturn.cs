using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <summary>A landlord's return of the Tenant Satisfaction Measures: all 22 measures with the sample rule, representativeness, the summary of approach, the
    /// national position, and what a regulator would ask. Immutable: any thread may use it.</summary>
    public sealed class TsmReturn : IDisposable
    {
        private readonly TsmReturnHandle handle;

        private TsmReturn(TsmReturnHandle handle)
        {
            this.handle = handle;
        }

        /// <summary>The return of some surveys and figures.</summary>
        /// <param name="parts">The surveys, one for each tenure.</param>
        /// <param name="options">What the return is about.</param>
        /// <param name="management">The management figures of the landlord; null for none.</param>
        /// <returns>The return; it may outlive all that it was made from.</returns>
        /// <exception cref="CitxArgumentException">A tenure is none or comes twice, the year or a filter is none, or the figures are of several landlords.</exception>
        /// <exception cref="CitxRuleException">A column, or an item of the summary of approach, is not known.</exception>
        /// <exception cref="CitxStatisticsException">A measure has no answers.</exception>
        public static TsmReturn Make(IEnumerable<PerceptionPart> parts, TsmReturnOptions options, Management management = null)
        {
            Guard.NotNull(options, "options");
            using (Arguments arguments = new Arguments())
            {
                TsmReturnHandle made;
                IntPtr error;
                List<IntPtr> items = new List<IntPtr>();
                foreach (PerceptionPart part in Guard.NotNull(parts, "parts"))
                {
                    items.Add(Guard.NotNull(part, "parts").Write(arguments));
                }
                NativePerceptionParts all = new NativePerceptionParts { Items = arguments.Pointers(items), Len = Call.Size(items.Count) };
                ManagementHandle figures = management == null ? new ManagementHandle() : management.Handle;
                Call.Check(NativeMethods.citx_tsm_return_new(all, figures, options.Write(arguments), out made, out error), error);
                return new TsmReturn(made);
            }
        }

        /// <summary>All measures, perception and management, of each tenure.</summary>
        /// <returns>One row for each: measure, tenure, kind, value, value_unit, published, published_unit, symbol, numerator, denominator, n, regulator_moe,
        /// moe, ci_low, ci_high, n_eff, deff, not_applicable_share, filter_share, is_exactly_100, quartile (1 best), quartile_method, benchmark_year, peers,
        /// peer_group, peer_lower, peer_median, peer_upper, warnings.</returns>
        public Table Measures()
        {
            return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_tsm_return_measures(handle, out table, out error));
        }

        /// <summary>The sample rule for each tenure.</summary>
        /// <returns>One row for each tenure: tenure, population, achieved, selection, required, required_exact, moe_required, moe_achieved, n_eff, moe_weighted,
        /// short_by, census_suffices, rule.</returns>
        public Table Samples()
        {
            return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_tsm_return_samples(handle, out table, out error));
        }

        /// <summary>Answers by method of collection.</summary>
        /// <returns>tenure, method, responses, share, predominant, value, published.</returns>
        public Table Methods()
        {
            return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_tsm_return_methods(handle, out table, out error));
        }

        /// <summary>Answers to each question.</summary>
        /// <returns>tenure, measure, answer, in_base, respondents, weighted.</returns>
        public Table AnswerCounts()
        {
            return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_tsm_return_answer_counts(handle, out table, out error));
        }

        /// <summary>The management figures as they were given and computed.</summary>
        /// <returns>As <see cref="Citx.Management.Table"/>.</returns>
        /// <exception cref="CitxStateException">None were given (<see cref="ErrorKind.NotFound"/>).</exception>
        public Table Management()
        {
            return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_tsm_return_management(handle, out table, out error));
        }

        /// <summary>The sample beside the population, by tenure and category.</summary>
        /// <returns>As <see cref="Citx.Representativeness.Categories"/>, with the tenure in front.</returns>
        public Table Representativeness()
        {
            return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_tsm_return_representativeness(handle, out table, out error));
        }

        /// <summary>The same by characteristic, with what weighting by it would do to TP01.</summary>
        /// <returns>As <see cref="Citx.Representativeness.Characteristics"/>, with the tenure in front.</returns>
        public Table Characteristics()
        {
            return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_tsm_return_characteristics(handle, out table, out error));
        }

        /// <summary>What weighting did.</summary>
        /// <returns>tenure, weighted, n, n_eff, efficiency, largest_weight, tp01_unweighted, tp01_weighted, effect_pp.</returns>
        public Table Weighting()
        {
            return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_tsm_return_weighting(handle, out table, out error));
        }

        /// <summary>The summary of approach of each tenure.</summary>
        /// <returns>tenure, item, name, heading, text, complete.</returns>
        public Table SummaryOfApproach()
        {
            return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_tsm_return_summary_of_approach(handle, out table, out error));
        }

        /// <summary>What a regulator would ask about.</summary>
        /// <returns>code, tenure, measure, sentence.</returns>
        public Table Warnings()
        {
            return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_tsm_return_warnings(handle, out table, out error));
        }

        /// <summary>The summary of approach as Markdown.</summary>
        /// <returns>The text.</returns>
        public string SummaryMarkdown()
        {
            TextHandle text;
            IntPtr error;
            Call.Check(NativeMethods.citx_tsm_return_summary_markdown(handle, out text, out error), error);
            return Transfer.ReadText(text);
        }

        /// <summary>Writes the workbook (XLSX), a sheet for each of the tables above.</summary>
        /// <param name="path">The file.</param>
        /// <exception cref="CitxStorageException">It cannot be written.</exception>
        public void Write(string path)
        {
            using (Arguments arguments = new Arguments())
            {
                IntPtr error;
                Call.Check(NativeMethods.citx_tsm_return_write(handle, arguments.Text(path, "path"), out error), error);
            }
        }

        /// <summary>Frees the return once the calls that run on it are over.</summary>
        public void Dispose()
        {
            handle.Dispose();
        }
    }

    /// <summary>What a return is about, and with what it is compared; <see cref="Landlord"/> and <see cref="Year"/> must be set.</summary>
    public sealed class TsmReturnOptions
    {
        /// <summary>The landlord.</summary>
        public string Landlord { get; set; }

        /// <summary>The reporting year, such as <c>2024/25</c>: 1 April to 31 March.</summary>
        public string Year { get; set; }

        /// <summary><c>PRP</c> or <c>LA</c>, to be ranked among the same type of landlord; null for all.</summary>
        public string LandlordType { get; set; }

        /// <summary>The year of the national figures; null for the reporting year, or the last before it that there are figures of.</summary>
        public string BenchmarkYear { get; set; }

        /// <summary>Low cost rental homes owned at year end; null for unknown.</summary>
        public long? LcraHomes { get; set; }

        /// <summary>Low cost home ownership homes owned at year end; null for unknown.</summary>
        public long? LchoHomes { get; set; }

        /// <summary>Level of the intervals.</summary>
        public double Level { get; set; } = 0.95;

        internal IntPtr Write(Arguments arguments)
        {
            return arguments.Options(new NativeTsmReturnOptions
            {
                Landlord = arguments.Text(Landlord, "Landlord"),
                Year = arguments.Text(Year, "Year"),
                LandlordType = arguments.Maybe(LandlordType, "LandlordType"),
                BenchmarkYear = arguments.Maybe(BenchmarkYear, "BenchmarkYear"),
                LcraHomes = arguments.Maybe(LcraHomes, "LcraHomes"),
                LchoHomes = arguments.Maybe(LchoHomes, "LchoHomes"),
                Level = Guard.NotZero(Level, "Level"),
            });
        }
    }

    /// <summary>The perception survey of one tenure; <see cref="Tenure"/> and <see cref="Survey"/> must be set.</summary>
    public sealed class PerceptionPart
    {
        /// <summary><c>LCRA</c>, <c>LCHO</c> or <c>Combined</c>.</summary>
        public string Tenure { get; set; }

        /// <summary>The answers, already weighted where they are to be, or counts of answers.</summary>
        public Survey Survey { get; set; }

        /// <summary>The landlord, in a survey of counts that has several.</summary>
        public string Unit { get; set; }

        /// <summary>The relevant tenant population; null for the size of the survey's frame.</summary>
        public long? Population { get; set; }

        /// <summary>How many answered, of a survey of counts; null for the base of TP01.</summary>
        public long? Achieved { get; set; }

        /// <summary>How the sample was drawn, of a survey of counts.</summary>
        public string Selection { get; set; }

        /// <summary>Answers by mode, of a survey of counts.</summary>
        public IDictionary<string, long> Modes { get; set; } = new Dictionary<string, long>();

        /// <summary>The columns of the filter questions: measure, such as <c>TP02</c>, and column of yes and no.</summary>
        public IDictionary<string, string> Filters { get; set; } = new Dictionary<string, string>();

        /// <summary>The population's shares, as <see cref="Citx.Survey.Representativeness"/> takes them; null for none.</summary>
        public Table Targets { get; set; }

        /// <summary>The column of the household, of which one answers.</summary>
        public string Household { get; set; }

        /// <summary>Households left out of the frame in exceptional circumstances; null where nobody said.</summary>
        public long? Excluded { get; set; }

        /// <summary>Respondents by answer to TP01 without weights, for a survey of weighted counts.</summary>
        public IDictionary<string, double> Unweighted { get; set; } = new Dictionary<string, double>();

        /// <summary>The predominant method of collection of the year before.</summary>
        public string PreviousMode { get; set; }

        /// <summary>What only people know of how it was done, as <see cref="Citx.Survey.SummaryOfApproach"/> takes it.</summary>
        public IDictionary<string, string> Approach { get; set; } = new Dictionary<string, string>();

        internal IntPtr Write(Arguments arguments)
        {
            return arguments.Options(new NativePerceptionPart
            {
                Tenure = arguments.Text(Tenure, "Tenure"),
                Survey = arguments.Hold(Guard.NotNull(Survey, "Survey").Handle),
                Unit = arguments.Maybe(Unit, "Unit"),
                Population = arguments.Maybe(Population, "Population"),
                Achieved = arguments.Maybe(Achieved, "Achieved"),
                Selection = arguments.Maybe(Selection, "Selection"),
                Modes = arguments.Tallies(Modes, "Modes"),
                Filters = arguments.Pairs(Filters, "Filters"),
                Targets = Targets == null ? IntPtr.Zero : arguments.Copy(Targets, "Targets"),
                Household = arguments.Maybe(Household, "Household"),
                Excluded = arguments.Maybe(Excluded, "Excluded"),
                Unweighted = arguments.Totals(Unweighted, "Unweighted"),
                PreviousMode = arguments.Maybe(PreviousMode, "PreviousMode"),
                Approach = arguments.Pairs(Approach, "Approach"),
            });
        }
    }
}
