using System;
using Citx.Native;

namespace Citx
{
    /// <content>Tests of means and association.</content>
    public sealed partial class Survey
    {
        private delegate uint TestCall(out TestHandle test, out IntPtr error);

        /// <summary>Whether the mean of a numeric column is a number, by a t statistic on one degree of freedom less than the design has.</summary>
        /// <param name="column">The column.</param>
        /// <param name="mean">The number.</param>
        /// <param name="level">Level of the interval.</param>
        /// <returns>The test.</returns>
        /// <exception cref="CitxRuleException">There is no such column.</exception>
        /// <exception cref="CitxArgumentException">It is not numeric, or the level does not lie between 0 and 1.</exception>
        /// <exception cref="CitxStatisticsException">There are no values, or the design leaves no degrees of freedom or no variance.</exception>
        public Test TestMean(string column, double mean = 0, double level = 0.95)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeText what = arguments.Text(column, "column");
                return Tested((out TestHandle test, out IntPtr error) => NativeMethods.citx_survey_test_mean(handle, what, mean, level, out test, out error));
            }
        }

        /// <summary>Whether the means of a numeric column differ between two groups: both in one design, so that units which hold both count once.</summary>
        /// <param name="column">The column.</param>
        /// <param name="by">The column of the groups.</param>
        /// <param name="level">Level of the interval.</param>
        /// <returns>The test.</returns>
        /// <exception cref="CitxRuleException">There is no such column.</exception>
        /// <exception cref="CitxArgumentException">It is not numeric, there are not two groups, or the level does not lie between 0 and 1.</exception>
        /// <exception cref="CitxStatisticsException">There are no values, or the design leaves no degrees of freedom or no variance.</exception>
        public Test Test(string column, string by, double level = 0.95)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeText what = arguments.Text(column, "column");
                NativeText groups = arguments.Text(by, "by");
                return Tested((out TestHandle test, out IntPtr error) => NativeMethods.citx_survey_test(handle, what, groups, level, out test, out error));
            }
        }

        /// <summary>Whether two categorical columns are associated. Rows with a null in either are left out.</summary>
        /// <param name="rows">The one column.</param>
        /// <param name="columns">The other.</param>
        /// <param name="statistic"><c>F</c> (Rao and Scott's second order), <c>Chisq</c> (their first), <c>Wald</c>, or <c>adjWald</c>, corrected for few degrees
        /// of freedom.</param>
        /// <returns>The test.</returns>
        /// <exception cref="CitxRuleException">There is no such column.</exception>
        /// <exception cref="CitxArgumentException">The statistic is none of those.</exception>
        /// <exception cref="CitxStatisticsException">The table has fewer than two rows or columns, or the design too few sampling units.</exception>
        /// <exception cref="CitxLimitException">The table has more than 400 cells.</exception>
        public Test ChiSquared(string rows, string columns, string statistic = "F")
        {
            using (Arguments arguments = new Arguments())
            {
                NativeText one = arguments.Text(rows, "rows");
                NativeText other = arguments.Text(columns, "columns");
                NativeText which = arguments.Text(statistic, "statistic");
                return Tested((out TestHandle test, out IntPtr error) => NativeMethods.citx_survey_chi_squared(handle, one, other, which, out test, out error));
            }
        }

        private static Test Tested(TestCall call)
        {
            TestHandle test;
            IntPtr error;
            Call.Check(call(out test, out error), error);
            using (test)
            {
                return new Test(test);
            }
        }
    }
}
