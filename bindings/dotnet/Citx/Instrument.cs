using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <summary>A published standard's measures, or scales of one's own: which answers count, which are left out, how it is rounded.</summary>
    /// <remarks>Immutable: any thread may use it.</remarks>
    public sealed class Instrument : IDisposable
    {
        private Instrument(InstrumentHandle handle)
        {
            Handle = handle;
        }

        /// <summary>Its name and version.</summary>
        public string Name
        {
            get { return Call.View(Handle, NativeMethods.citx_instrument_name); }
        }

        /// <summary>The names of the instruments that ship with citx.</summary>
        public static IReadOnlyList<string> BuiltinNames
        {
            get { return Transfer.ReadNames(NativeMethods.citx_instrument_builtin_names); }
        }

        internal InstrumentHandle Handle { get; }

        /// <summary>An instrument that ships with citx.</summary>
        /// <param name="name">Its name, such as <c>tsm-2022</c> or <c>nps</c>.</param>
        /// <returns>The instrument.</returns>
        /// <exception cref="CitxRuleException">There is no such instrument.</exception>
        public static Instrument Builtin(string name)
        {
            using (Arguments arguments = new Arguments())
            {
                InstrumentHandle handle;
                IntPtr error;
                Call.Check(NativeMethods.citx_instrument_builtin(arguments.Text(name, "name"), out handle, out error), error);
                return new Instrument(handle);
            }
        }

        /// <summary>An instrument of one's own from TOML text.</summary>
        /// <param name="toml">The text.</param>
        /// <returns>The instrument.</returns>
        /// <exception cref="CitxArgumentException">The text is no instrument.</exception>
        public static Instrument Parse(string toml)
        {
            using (Arguments arguments = new Arguments())
            {
                InstrumentHandle handle;
                IntPtr error;
                Call.Check(NativeMethods.citx_instrument_parse(arguments.Text(toml, "toml"), out handle, out error), error);
                return new Instrument(handle);
            }
        }

        /// <summary>An instrument of one's own from a TOML file.</summary>
        /// <param name="path">The file.</param>
        /// <returns>The instrument.</returns>
        /// <exception cref="CitxStorageException">The file cannot be read.</exception>
        /// <exception cref="CitxArgumentException">It is no instrument.</exception>
        public static Instrument Read(string path)
        {
            using (Arguments arguments = new Arguments())
            {
                InstrumentHandle handle;
                IntPtr error;
                Call.Check(NativeMethods.citx_instrument_read(arguments.Text(path, "path"), out handle, out error), error);
                return new Instrument(handle);
            }
        }

        /// <summary>An instrument of one scale, of which every measure is.</summary>
        /// <param name="name">Its name.</param>
        /// <param name="options">The scale.</param>
        /// <returns>The instrument.</returns>
        /// <exception cref="CitxArgumentException">The scale has no answers, an answer is there twice, a positive answer is none, or an answer has no number for
        /// a mean.</exception>
        public static Instrument Scale(string name, ScaleOptions options)
        {
            Guard.NotNull(options, "options");
            using (Arguments arguments = new Arguments())
            {
                InstrumentHandle handle;
                IntPtr error;
                NativeText called = arguments.Text(name, "name");
                Call.Check(NativeMethods.citx_instrument_scale(called, options.Write(arguments), out handle, out error), error);
                return new Instrument(handle);
            }
        }

        /// <summary>Its measures: measure, asks_about, scale, excluded, filter, tenures, not_applicable, source, figure, answers, polarity, definition,
        /// experimental. Those of counts have no scale; their answers are numerator and denominator.</summary>
        /// <returns>One row for each measure.</returns>
        public Table Explain()
        {
            return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_instrument_explain(Handle, out table, out error));
        }

        /// <summary>A measure of counts, pooled over periods: the sum of the numerators by the sum of the denominators, never a mean of means.</summary>
        /// <param name="measure">The measure, such as <c>COMPLETION_RATE</c>.</param>
        /// <param name="periods">What was counted in each period.</param>
        /// <returns>The figure.</returns>
        /// <exception cref="CitxRuleException">There is no such measure of counts.</exception>
        /// <exception cref="CitxArgumentException">A count is below 0, or a part is more than its whole.</exception>
        /// <exception cref="CitxStatisticsException">Nothing was counted.</exception>
        public Counted Counted(string measure, params Period[] periods)
        {
            using (Arguments arguments = new Arguments())
            {
                CountedHandle counted;
                IntPtr error;
                NativeText what = arguments.Text(measure, "measure");
                Call.Check(NativeMethods.citx_instrument_counted(Handle, what, arguments.Periods(periods, "periods"), out counted, out error), error);
                using (counted)
                {
                    return new Counted(counted);
                }
            }
        }

        /// <summary>Where a figure stands among its national peers.</summary>
        /// <param name="measure">The measure, such as <c>TP01</c>.</param>
        /// <param name="estimate">The figure.</param>
        /// <param name="peer">The peer group, such as <c>LCRA</c>.</param>
        /// <param name="year">The year, such as <c>2024/25</c>.</param>
        /// <returns>Quartile and rank.</returns>
        /// <exception cref="CitxStateException">There are no figures for the measure, peer group or year (<see cref="ErrorKind.NotFound"/>).</exception>
        public Benchmark Benchmark(string measure, Estimate estimate, string peer, string year)
        {
            Guard.NotNull(estimate, "estimate");
            using (Arguments arguments = new Arguments())
            {
                BenchmarkHandle benchmark;
                IntPtr error;
                NativeText what = arguments.Text(measure, "measure");
                NativeText group = arguments.Text(peer, "peer");
                NativeText when = arguments.Text(year, "year");
                Call.Check(NativeMethods.citx_instrument_benchmark(Handle, what, estimate.Handle, group, when, out benchmark, out error), error);
                using (benchmark)
                {
                    return new Benchmark(benchmark);
                }
            }
        }

        /// <summary>The sample that the standard requires of a population.</summary>
        /// <param name="population">How many there are in it.</param>
        /// <param name="form"><c>plain</c>, n0 / (1 + n0 / N), or <c>cochran</c>, n0 / (1 + (n0 - 1) / N) (Cochran 1977, section 4.4); null
        /// for the standard's own.</param>
        /// <returns>The sample and its margin of error.</returns>
        /// <exception cref="CitxArgumentException">The population is empty (<see cref="ErrorKind.OutOfRange"/>), or the form not known.</exception>
        /// <exception cref="CitxLimitException">The instrument requires no sample (<see cref="ErrorKind.Unsupported"/>).</exception>
        public SampleSize SampleSize(long population, string form = null)
        {
            using (Arguments arguments = new Arguments())
            {
                ulong required;
                double exact;
                double moe;
                IntPtr error;
                ulong size = Guard.NotNegative(population, "population");
                NativeText called = arguments.Maybe(form, "form");
                Call.Check(
                    NativeMethods.citx_instrument_sample_size_by(Handle, size, called, out required, out exact, out moe, out error), error);
                return new SampleSize(checked((long)required), exact, moe);
            }
        }

        /// <summary>The margin of error that a number of answers achieves by the standard's formula.</summary>
        /// <param name="n">How many answers.</param>
        /// <param name="population">How many there are in the population.</param>
        /// <returns>A proportion.</returns>
        /// <exception cref="CitxArgumentException">No answers, or more than the population (<see cref="ErrorKind.OutOfRange"/>).</exception>
        public double MarginOfError(long n, long population)
        {
            double moe;
            IntPtr error;
            ulong answers = Guard.NotNegative(n, "n");
            ulong size = Guard.NotNegative(population, "population");
            Call.Check(NativeMethods.citx_instrument_margin_of_error(Handle, answers, size, out moe, out error), error);
            return moe;
        }

        /// <summary>Frees the instrument; surveys made with it stay.</summary>
        public void Dispose()
        {
            Handle.Dispose();
        }
    }

    /// <summary>The sample a standard requires. Immutable.</summary>
    public sealed class SampleSize
    {
        internal SampleSize(long required, double exact, double moe)
        {
            Required = required;
            Exact = exact;
            Moe = moe;
        }

        /// <summary>How many answers are required.</summary>
        public long Required { get; }

        /// <summary>The same before rounding.</summary>
        public double Exact { get; }

        /// <summary>The margin of error required, as a proportion.</summary>
        public double Moe { get; }
    }

    /// <summary>Where a figure stands among its peers. Immutable.</summary>
    public sealed class Benchmark
    {
        internal Benchmark(BenchmarkHandle handle)
        {
            Quartile = checked((int)NativeMethods.citx_benchmark_quartile(handle));
            Peers = checked((long)NativeMethods.citx_benchmark_peers(handle));
            long rank = checked((long)NativeMethods.citx_benchmark_rank(handle));
            Rank = rank == 0 ? (long?)null : rank;
            LowerQuartile = NativeMethods.citx_benchmark_lower_quartile(handle);
            Median = NativeMethods.citx_benchmark_median(handle);
            UpperQuartile = NativeMethods.citx_benchmark_upper_quartile(handle);
        }

        /// <summary>1 (best) to 4.</summary>
        public int Quartile { get; }

        /// <summary>How many peers.</summary>
        public long Peers { get; }

        /// <summary>Rank among the peers, 1 is best; null where the peers' figures are not known one by one.</summary>
        public long? Rank { get; }

        /// <summary>Lower quartile of the peers, a proportion.</summary>
        public double LowerQuartile { get; }

        /// <summary>Median of the peers, a proportion.</summary>
        public double Median { get; }

        /// <summary>Upper quartile of the peers, a proportion.</summary>
        public double UpperQuartile { get; }
    }
}
