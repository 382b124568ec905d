using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <summary>Which columns of a table of answers are what. All may be left out.</summary>
    public sealed class SurveyOptions
    {
        /// <summary>The instrument whose measures the answers are of; null for a survey without one.</summary>
        public Instrument Instrument { get; set; }

        /// <summary>Measure and column, such as <c>TP01</c> and <c>q1</c>; without any, columns named as measures are taken.</summary>
        public IDictionary<string, string> Questions { get; set; } = new Dictionary<string, string>();

        /// <summary>Column of the citizen's key.</summary>
        public string Key { get; set; }

        /// <summary>Column of the weights.</summary>
        public string Weights { get; set; }

        /// <summary>Column of the strata.</summary>
        public string Strata { get; set; }

        /// <summary>Columns of the sampling units, one for each stage. A unit is told apart within its stratum or its unit of the stage before.</summary>
        public IList<string> Psu { get; set; } = new List<string>();

        /// <summary>Columns of the finite populations, one for each stage: sizes, or sampling fractions if none is above 1.</summary>
        public IList<string> Fpc { get; set; } = new List<string>();

        /// <summary>How many there are in the sample frame; null for unknown. Without <see cref="Fpc"/> and <see cref="Psu"/> it is the finite population.</summary>
        public long? FrameSize { get; set; }

        /// <summary>How the sample was drawn: <c>srs</c>, <c>systematic</c>, <c>stratified</c>, <c>quota</c> or <c>census</c>.</summary>
        public string Selection { get; set; }

        /// <summary>Column of the mode of collection.</summary>
        public string Mode { get; set; }

        /// <summary>Column of the date of collection.</summary>
        public string CollectedAt { get; set; }

        /// <summary>What to do with a stratum of one sampling unit: <c>fail</c> (also if null), <c>certainty</c>, <c>adjust</c> or <c>average</c>.</summary>
        public string LonelyPsu { get; set; }

        /// <summary>What one row stands for: <c>answer</c> (also if null), <c>citizen</c>, <c>household</c> or <c>home</c>. Each figure names it; all but
        /// answers may be there once only.</summary>
        public string Base { get; set; }

        /// <summary>Column that tells citizens, households or homes apart; if null <see cref="Key"/>.</summary>
        public string BaseKey { get; set; }

        internal static IntPtr Write(SurveyOptions options, Arguments arguments)
        {
            if (options == null)
            {
                return IntPtr.Zero;
            }
            if (options.FrameSize <= 0)
            {
                throw CitxException.Of(ErrorKind.OutOfRange, "the option `FrameSize` must be at least 1");
            }
            return arguments.Options(new NativeSurveyOptions
            {
                Instrument = options.Instrument == null ? IntPtr.Zero : arguments.Hold(options.Instrument.Handle),
                Questions = arguments.Pairs(options.Questions, "Questions"),
                Key = arguments.Maybe(options.Key, "Key"),
                Weights = arguments.Maybe(options.Weights, "Weights"),
                Strata = arguments.Maybe(options.Strata, "Strata"),
                Psu = arguments.Texts(options.Psu, "Psu"),
                Fpc = arguments.Texts(options.Fpc, "Fpc"),
                FrameSize = (ulong)(options.FrameSize ?? 0),
                Selection = arguments.Maybe(options.Selection, "Selection"),
                Mode = arguments.Maybe(options.Mode, "Mode"),
                CollectedAt = arguments.Maybe(options.CollectedAt, "CollectedAt"),
                LonelyPsu = arguments.Maybe(options.LonelyPsu, "LonelyPsu"),
                Base = arguments.Maybe(options.Base, "Base"),
                BaseKey = arguments.Maybe(options.BaseKey, "BaseKey"),
            });
        }
    }

    /// <summary>Which columns of a table of counts are what; all but <see cref="FrameSize"/>, <see cref="Selection"/> and <see cref="Base"/> must be set.</summary>
    public sealed class CountsOptions
    {
        /// <summary>The instrument whose measures are counted.</summary>
        public Instrument Instrument { get; set; }

        /// <summary>Column of the unit, such as the landlord.</summary>
        public string Unit { get; set; }

        /// <summary>Column of the measure.</summary>
        public string Measure { get; set; }

        /// <summary>Column of the answer.</summary>
        public string Answer { get; set; }

        /// <summary>Column of the count, which may be weighted and fractional.</summary>
        public string Count { get; set; }

        /// <summary>Column of the size of the sample frame.</summary>
        public string FrameSize { get; set; }

        /// <summary>Column of how the sample was drawn, as <see cref="SurveyOptions.Selection"/>.</summary>
        public string Selection { get; set; }

        /// <summary>What is counted: <c>answer</c> (also if null), <c>citizen</c>, <c>household</c> or <c>home</c>. Each figure names it.</summary>
        public string Base { get; set; }

        internal IntPtr Write(Arguments arguments)
        {
            return arguments.Options(new NativeCountsOptions
            {
                Instrument = arguments.Hold(Guard.NotNull(Instrument, "Instrument").Handle),
                Unit = arguments.Text(Unit, "Unit"),
                Measure = arguments.Text(Measure, "Measure"),
                Answer = arguments.Text(Answer, "Answer"),
                Count = arguments.Text(Count, "Count"),
                FrameSize = arguments.Maybe(FrameSize, "FrameSize"),
                Selection = arguments.Maybe(Selection, "Selection"),
                Base = arguments.Maybe(Base, "Base"),
            });
        }
    }

    /// <summary>How scores are computed and withheld; as it is made: level 0.95, nothing withheld, Wilson.</summary>
    public sealed class ScoreOptions
    {
        /// <summary>Level of the interval.</summary>
        public double Level { get; set; } = 0.95;

        /// <summary>Fewer answers than this are suppressed.</summary>
        public long MinBase { get; set; }

        /// <summary>Interval of a proportion: <c>wilson</c> (also if null), <c>logit</c>, <c>likelihood</c>, <c>asin</c>, <c>beta</c>, <c>agresti_coull</c>,
        /// <c>jeffreys</c>, <c>clopper_pearson</c>; <c>t</c> and <c>normal</c> are also for other figures, for which null is <c>t</c>.</summary>
        public string Method { get; set; }

        /// <summary>What the design effect compares with: <c>srswr</c> (also if null), a simple random sample with replacement, or <c>srswor</c>, one
        /// without replacement.</summary>
        public string DeffReference { get; set; }

        internal static IntPtr Write(ScoreOptions options, Arguments arguments)
        {
            if (options == null)
            {
                return IntPtr.Zero;
            }
            return arguments.Options(new NativeScoreOptions
            {
                Level = Guard.NotZero(options.Level, "Level"),
                MinBase = Guard.NotNegative(options.MinBase, "MinBase"),
                Method = arguments.Maybe(options.Method, "Method"),
                DeffReference = arguments.Maybe(options.DeffReference, "DeffReference"),
            });
        }
    }

    /// <summary>How quantiles are estimated; as it is made: rule <c>math</c>, interval <c>t</c>, level 0.95, nothing withheld.</summary>
    public sealed class QuantileOptions
    {
        /// <summary>How a quantile is read from weighted values: <c>math</c> (the inverse of the distribution function; also if null), <c>school</c>, or
        /// <c>hf4</c> to <c>hf9</c> (Hyndman and Fan 1996).</summary>
        public string Rule { get; set; }

        /// <summary>Interval of the share below the quantile, from which Woodruff's interval is read: <c>t</c> (also if null), <c>logit</c>, <c>beta</c> or
        /// <c>asin</c>.</summary>
        public string Method { get; set; }

        /// <summary>Level of the interval.</summary>
        public double Level { get; set; } = 0.95;

        /// <summary>Fewer answers than this are suppressed.</summary>
        public long MinBase { get; set; }

        internal static IntPtr Write(QuantileOptions options, Arguments arguments)
        {
            if (options == null)
            {
                return IntPtr.Zero;
            }
            return arguments.Options(new NativeQuantileOptions
            {
                Rule = arguments.Maybe(options.Rule, "Rule"),
                Method = arguments.Maybe(options.Method, "Method"),
                Level = Guard.NotZero(options.Level, "Level"),
                MinBase = Guard.NotNegative(options.MinBase, "MinBase"),
            });
        }
    }

    /// <summary>Replicate weights that came with the data.</summary>
    public sealed class ReplicateOptions
    {
        /// <summary>Columns of the replicate weights.</summary>
        public IList<string> Columns { get; set; } = new List<string>();

        /// <summary><c>jk1</c>, <c>jkn</c>, <c>brr</c>, <c>fay</c>, <c>bootstrap</c> or <c>other</c>; says the scale where none is given.</summary>
        public string Kind { get; set; }

        /// <summary>What sums of squares are multiplied by; null for what <see cref="Kind"/> says, which <c>jkn</c> and <c>other</c> do not.</summary>
        public double? Scale { get; set; }

        /// <summary>What each replicate's square is multiplied by; without any, 1 each.</summary>
        public IList<double> Rscales { get; set; } = new List<double>();

        /// <summary>Fay's factor.</summary>
        public double Rho { get; set; }

        /// <summary>Whether the columns are factors of the weights; if not they are weights themselves.</summary>
        public bool Factors { get; set; }

        /// <summary>Whether deviations are from the full estimate; if not they are from the mean of the replicates.</summary>
        public bool Mse { get; set; }

        internal IntPtr Write(Arguments arguments)
        {
            return arguments.Options(new NativeReplicateOptions
            {
                Columns = arguments.Texts(Columns, "Columns"),
                Kind = arguments.Text(Kind, "Kind"),
                Scale = arguments.Maybe(Scale),
                Rscales = arguments.NumberList(Rscales),
                Rho = Rho,
                Factors = Factors ? 1u : 0u,
                Mse = Mse ? 1u : 0u,
            });
        }
    }

    /// <summary>One breakdown: by one column, or by several crossed; <c>segment:NAME</c> is a segment.</summary>
    public sealed class Breakdown
    {
        /// <summary>A breakdown.</summary>
        /// <param name="columns">Its columns.</param>
        public Breakdown(params string[] columns)
        {
            Columns = Array.AsReadOnly((string[])Guard.NotNull(columns, "columns").Clone());
        }

        /// <summary>Its columns.</summary>
        public IReadOnlyList<string> Columns { get; }

        /// <summary>By one column.</summary>
        /// <param name="column">The column.</param>
        public static implicit operator Breakdown(string column)
        {
            return new Breakdown(column);
        }

        /// <summary>By several columns, crossed.</summary>
        /// <param name="columns">The columns.</param>
        public static implicit operator Breakdown(string[] columns)
        {
            return new Breakdown(columns);
        }
    }
}
