using System;
using Citx.Native;

namespace Citx
{
    /// <summary>How two waves are compared.</summary>
    public sealed class CompareOptions
    {
        /// <summary>The unit, for surveys of counts.</summary>
        public string Unit { get; set; }

        /// <summary>Level of the intervals.</summary>
        public double Level { get; set; } = 0.95;

        /// <summary>Interval of a difference of proportions: <c>newcombe</c> (also if null), <c>wald</c> or <c>agresti_caffo</c>.</summary>
        public string Interval { get; set; }

        /// <summary>Variance of the test of proportions: <c>auto</c> (also if null), <c>pooled</c> or <c>unpooled</c>.</summary>
        public string Test { get; set; }

        /// <summary>Whether unweighted simple samples from a frame of known size are compared as parts of it.</summary>
        public bool Fpc { get; set; }

        /// <summary>Respondents with one key in both waves: <c>auto</c> (also if null) takes their covariance into account, <c>none</c> takes the waves as
        /// independent, <c>matched</c> compares those respondents only.</summary>
        public string Overlap { get; set; }

        /// <summary>Fewer answers than this in either wave are suppressed.</summary>
        public long MinBase { get; set; }

        internal static IntPtr Write(CompareOptions options, Arguments arguments)
        {
            return options == null ? IntPtr.Zero : arguments.Options(new NativeCompareOptions
            {
                Unit = arguments.Maybe(options.Unit, "Unit"),
                Level = Guard.NotZero(options.Level, "Level"),
                Interval = arguments.Maybe(options.Interval, "Interval"),
                Test = arguments.Maybe(options.Test, "Test"),
                Fpc = options.Fpc ? 1u : 0u,
                Overlap = arguments.Maybe(options.Overlap, "Overlap"),
                MinBase = Guard.NotNegative(options.MinBase, "MinBase"),
            });
        }
    }

    /// <summary>How groups of one survey are compared.</summary>
    public sealed class GroupOptions
    {
        /// <summary>Level of the intervals, and of what counts as significant.</summary>
        public double Level { get; set; } = 0.95;

        /// <summary>How p values are adjusted: <c>bh</c> (also if null), <c>by</c>, <c>holm</c>, <c>hochberg</c>, <c>bonferroni</c> or <c>none</c>.</summary>
        public string Adjust { get; set; }

        /// <summary>What each group is compared with: <c>pairs</c> (also if null: every other group), <c>rest</c> (all others together) or <c>group</c>
        /// (that in <see cref="Group"/>).</summary>
        public string Reference { get; set; }

        /// <summary>The group of the reference <c>group</c>.</summary>
        public string Group { get; set; }

        /// <summary>Interval of a difference of proportions: <c>newcombe</c> (also if null) or <c>wald</c>.</summary>
        public string Interval { get; set; }

        /// <summary>Groups with fewer answers than this are suppressed, and compared with nothing.</summary>
        public long MinBase { get; set; }

        internal static IntPtr Write(GroupOptions options, Arguments arguments)
        {
            return options == null ? IntPtr.Zero : arguments.Options(new NativeGroupOptions
            {
                Level = Guard.NotZero(options.Level, "Level"),
                Adjust = arguments.Maybe(options.Adjust, "Adjust"),
                Reference = arguments.Maybe(options.Reference, "Reference"),
                Group = arguments.Maybe(options.Group, "Group"),
                Interval = arguments.Maybe(options.Interval, "Interval"),
                MinBase = Guard.NotNegative(options.MinBase, "MinBase"),
            });
        }
    }

    /// <summary>How column proportions are compared.</summary>
    public sealed class LetterOptions
    {
        /// <summary>The program whose test it is: <c>dim</c> (also if null), <c>askia</c> or <c>ctables</c>.</summary>
        public string Mode { get; set; }

        /// <summary>Level of a lower-case letter, as the chance of a false finding.</summary>
        public double Level { get; set; } = 0.05;

        /// <summary>Level of an upper-case letter, at most <see cref="Level"/>.</summary>
        public double StrictLevel { get; set; } = 0.01;

        /// <summary>Whether p values are multiplied by the comparisons in their row, as SPSS CTABLES does.</summary>
        public bool Bonferroni { get; set; }

        /// <summary>Columns with a smaller base get <c>**</c> instead of letters, and are compared with nothing.</summary>
        public double MinBase { get; set; } = 10;

        /// <summary>Columns with a smaller base get <c>*</c> beside their letters.</summary>
        public double SmallBase { get; set; } = 30;

        internal static IntPtr Write(LetterOptions options, Arguments arguments)
        {
            return options == null ? IntPtr.Zero : arguments.Options(new NativeLetterOptions
            {
                Mode = arguments.Maybe(options.Mode, "Mode"),
                Level = Guard.NotZero(options.Level, "Level"),
                StrictLevel = Guard.NotZero(options.StrictLevel, "StrictLevel"),
                Bonferroni = options.Bonferroni ? 1u : 0u,
                MinBase = arguments.Maybe(options.MinBase),
                SmallBase = arguments.Maybe(options.SmallBase),
            });
        }
    }

    /// <summary>How drivers are computed.</summary>
    public sealed class DriverOptions
    {
        /// <summary>Who counts: <c>listwise</c> (also if null: who answered the outcome and every driver), <c>pairwise</c> (for each correlation, who answered
        /// both) or <c>indicator</c> (who answered the outcome).</summary>
        public string Missing { get; set; }

        /// <summary>Numbers of a measure's answers: <c>order</c> (also if null: the scale's places, from worst 1 upwards) or <c>values</c>, what the measure
        /// makes of them.</summary>
        public string Coding { get; set; }

        /// <summary>Bootstrap replicates behind the intervals; 0 for none.</summary>
        public int Replicates { get; set; } = 200;

        /// <summary>Seed of the bootstrap.</summary>
        public ulong Seed { get; set; }

        /// <summary>Level of the intervals.</summary>
        public double Level { get; set; } = 0.95;

        internal static IntPtr Write(DriverOptions options, Arguments arguments)
        {
            return options == null ? IntPtr.Zero : arguments.Options(new NativeDriverOptions
            {
                Missing = arguments.Maybe(options.Missing, "Missing"),
                Coding = arguments.Maybe(options.Coding, "Coding"),
                Replicates = arguments.Maybe(options.Replicates, "Replicates"),
                Seed = options.Seed,
                Level = Guard.NotZero(options.Level, "Level"),
            });
        }
    }
}
