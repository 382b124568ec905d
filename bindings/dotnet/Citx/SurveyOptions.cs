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

        /// <summary>Columns of the primary sampling units, one for each stage.</summary>
        public IList<string> Psu { get; set; } = new List<string>();

        /// <summary>Columns of the finite populations, one for each stage.</summary>
        public IList<string> Fpc { get; set; } = new List<string>();

        /// <summary>How many there are in the sample frame; null for unknown.</summary>
        public long? FrameSize { get; set; }

        /// <summary>How the sample was drawn: <c>srs</c>, <c>systematic</c>, <c>stratified</c>, <c>quota</c> or <c>census</c>.</summary>
        public string Selection { get; set; }

        /// <summary>Column of the mode of collection.</summary>
        public string Mode { get; set; }

        /// <summary>Column of the date of collection.</summary>
        public string CollectedAt { get; set; }

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
            });
        }
    }

    /// <summary>Which columns of a table of counts are what; all but <see cref="FrameSize"/> must be set.</summary>
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

        /// <summary>Interval of a proportion: <c>wilson</c> (also if null) or <c>logit</c>.</summary>
        public string Method { get; set; }

        internal static IntPtr Write(ScoreOptions options, Arguments arguments)
        {
            if (options == null)
            {
                return IntPtr.Zero;
            }
            if (options.Level == 0 || options.MinBase < 0)
            {
                // Zero would read as "left out" beyond the language boundary.
                string name = options.Level == 0 ? "Level" : "MinBase";
                throw CitxException.Of(ErrorKind.OutOfRange, "the option `" + name + "` is out of range");
            }
            return arguments.Options(new NativeScoreOptions
            {
                Level = options.Level,
                MinBase = (ulong)options.MinBase,
                Method = arguments.Maybe(options.Method, "Method"),
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
