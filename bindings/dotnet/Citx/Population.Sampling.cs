using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <content>Samples, and columns joined by key.</content>
    public sealed partial class Population
    {
        /// <summary>A random sample without replacement, within strata where they are named, or of one citizen of each of some households. Neither the order
        /// of rows nor threads can change it.</summary>
        /// <param name="n">How many citizens, or households.</param>
        /// <param name="options">How it is drawn; null for a simple random sample.</param>
        /// <returns>One row for each citizen: the key's own name, stratum, unit (the household, or the key), probability, weight, stratum_population and
        /// stratum_sample; sorted by stratum and key.</returns>
        /// <exception cref="CitxRuleException">A column, or a stratum, is not there.</exception>
        /// <exception cref="CitxArgumentException">That is none or more than there are, or a stratum or household is null.</exception>
        public Table Draw(long n, DrawOptions options = null)
        {
            using (Arguments arguments = new Arguments())
            {
                ulong number = Guard.NotNegative(n, "n");
                IntPtr how = DrawOptions.Write(options, arguments);
                return Transfer.ReadTable(
                    (out TableHandle table, out IntPtr error) => NativeMethods.citx_population_draw(Handle, number, how, out table, out error));
            }
        }

        /// <summary>The same citizens with more columns, joined by key.</summary>
        /// <param name="features">The population's key column and the new ones, one row at most for each citizen. A citizen without a row has nulls; a column
        /// that was there is replaced.</param>
        /// <returns>A new population; this one stays as it is.</returns>
        /// <exception cref="CitxRuleException">There is no key column.</exception>
        /// <exception cref="CitxArgumentException">A key is null, there twice or no citizen's; the message names the row.</exception>
        public Population WithFeatures(Table features)
        {
            using (TableHandle native = Transfer.WriteTable(features, "features"))
            {
                PopulationHandle people;
                IntPtr error;
                Call.Check(NativeMethods.citx_population_with_features(Handle, native, out people, out error), error);
                return new Population(people);
            }
        }
    }

    /// <summary>How a sample is drawn.</summary>
    public sealed class DrawOptions
    {
        /// <summary>Column of the strata; null for none.</summary>
        public string Strata { get; set; }

        /// <summary>How many of each stratum: <c>proportional</c> (also if null), <c>equal</c>, <c>neyman</c> (in proportion to its size times its
        /// <see cref="Spread"/>) or <c>given</c> (its <see cref="Numbers"/>).</summary>
        public string Allocation { get; set; }

        /// <summary>Of <c>neyman</c>, the standard deviation in each stratum.</summary>
        public IDictionary<string, double> Spread { get; set; } = new Dictionary<string, double>();

        /// <summary>Of <c>given</c>, how many of each stratum.</summary>
        public IDictionary<string, long> Numbers { get; set; } = new Dictionary<string, long>();

        /// <summary>Column of the household, of which one citizen is drawn; null for none.</summary>
        public string OnePer { get; set; }

        /// <summary>What the draws depend on, beside the keys.</summary>
        public ulong Seed { get; set; }

        internal static IntPtr Write(DrawOptions options, Arguments arguments)
        {
            return options == null ? IntPtr.Zero : arguments.Options(new NativeDrawOptions
            {
                Strata = arguments.Maybe(options.Strata, "Strata"),
                Allocation = arguments.Maybe(options.Allocation, "Allocation"),
                Spread = arguments.Totals(options.Spread, "Spread"),
                Numbers = arguments.Tallies(options.Numbers, "Numbers"),
                OnePer = arguments.Maybe(options.OnePer, "OnePer"),
                Seed = options.Seed,
            });
        }
    }

    /// <summary>What became of a sample.</summary>
    public static class Dispositions
    {
        /// <summary>The outcome rates of a sample's final dispositions by AAPOR's Standard Definitions: RR1 to RR6, COOP1 to COOP4, REF1 to REF3 and CON1 to
        /// CON3.</summary>
        /// <param name="table">One row for each case, or for each disposition with a count.</param>
        /// <param name="code">Column of the standard's codes, symbols or words.</param>
        /// <param name="count">Column of how many cases each row stands for; null for one.</param>
        /// <param name="eligible">Share of unknown cases taken to be eligible; null for the share among those that are known.</param>
        /// <returns>One row for each rate: rate, value, numerator, denominator, e, formula, source.</returns>
        /// <exception cref="CitxRuleException">There is no such column.</exception>
        /// <exception cref="CitxArgumentException">A code is none, a count is below 0, or the share is outside [0, 1].</exception>
        public static Table ResponseRates(Table table, string code, string count = null, double? eligible = null)
        {
            using (Arguments arguments = new Arguments())
            using (TableHandle native = Transfer.WriteTable(table, "table"))
            {
                NativeText codes = arguments.Text(code, "code");
                NativeText counts = arguments.Maybe(count, "count");
                IntPtr share = arguments.Maybe(eligible);
                return Transfer.ReadTable(
                    (out TableHandle rates, out IntPtr error) => NativeMethods.citx_response_rates(native, codes, counts, share, out rates, out error));
            }
        }

        /// <summary>Whom answers stand for.</summary>
        /// <param name="answers">The answers.</param>
        /// <param name="citizen">Column of the citizen.</param>
        /// <param name="household">Column of the household; null for none.</param>
        /// <returns>One row: answers, citizens, citizens_more_than_once, citizens_unknown, and the same of households.</returns>
        /// <exception cref="CitxRuleException">There is no such column.</exception>
        /// <exception cref="CitxArgumentException">There are no rows.</exception>
        public static Table Coverage(Table answers, string citizen, string household = null)
        {
            using (Arguments arguments = new Arguments())
            using (TableHandle native = Transfer.WriteTable(answers, "answers"))
            {
                NativeText citizens = arguments.Text(citizen, "citizen");
                NativeText households = arguments.Maybe(household, "household");
                return Transfer.ReadTable(
                    (out TableHandle table, out IntPtr error) => NativeMethods.citx_coverage(native, citizens, households, out table, out error));
            }
        }
    }
}
