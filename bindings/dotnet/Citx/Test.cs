using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <summary>A test with what it rests on. Immutable. What a test has none of is <see cref="double.NaN"/>.</summary>
    public sealed class Test
    {
        internal Test(TestHandle handle)
        {
            Statistic = NativeMethods.citx_test_statistic(handle);
            Df = NativeMethods.citx_test_df(handle);
            DfDenominator = NativeMethods.citx_test_df_denominator(handle);
            PValue = NativeMethods.citx_test_p_value(handle);
            Difference = NativeMethods.citx_test_difference(handle);
            StdError = NativeMethods.citx_test_std_error(handle);
            Ci = new Interval(NativeMethods.citx_test_ci_low(handle), NativeMethods.citx_test_ci_high(handle));
            Level = NativeMethods.citx_test_level(handle);
            N = checked((long)NativeMethods.citx_test_n(handle));
            Groups = Call.Views(handle, NativeMethods.citx_test_num_groups, NativeMethods.citx_test_group);
            Method = NativeMethods.citx_test_method(handle).Copy();
            Warnings = Call.Views(handle, NativeMethods.citx_test_num_warnings, NativeMethods.citx_test_warning);
        }

        /// <summary>The statistic: t, F or chi-squared.</summary>
        public double Statistic { get; }

        /// <summary>Degrees of freedom, of the numerator where there are two.</summary>
        public double Df { get; }

        /// <summary>Degrees of freedom of the denominator.</summary>
        public double DfDenominator { get; }

        /// <summary>How likely a statistic as large is where there is no difference or association; two-sided.</summary>
        public double PValue { get; }

        /// <summary>The mean less what it is compared with, or the second group's mean less the first's.</summary>
        public double Difference { get; }

        /// <summary>Standard error of the difference.</summary>
        public double StdError { get; }

        /// <summary>Interval of the difference.</summary>
        public Interval Ci { get; }

        /// <summary>The interval's level.</summary>
        public double Level { get; }

        /// <summary>Respondents it rests on.</summary>
        public long N { get; }

        /// <summary>The groups compared, in the order of <see cref="Difference"/>: the first is taken from the second.</summary>
        public IReadOnlyList<string> Groups { get; }

        /// <summary>What was computed.</summary>
        public string Method { get; }

        /// <summary>What to keep in mind, as <see cref="Estimate.Warnings"/>.</summary>
        public IReadOnlyList<string> Warnings { get; }
    }
}
