using System;
using Citx.Native;

namespace Citx
{
    /// <summary>What a randomised campaign changed.</summary>
    public static class Uplift
    {
        /// <summary>What each arm changed against the control.</summary>
        /// <param name="table">One row for each citizen.</param>
        /// <param name="arm">Column of the arm.</param>
        /// <param name="outcome">Column of the outcome: boolean, a number, or yes / no text.</param>
        /// <param name="control">The arm that was left alone.</param>
        /// <param name="cluster">Column of what was randomised, such as the household; null for individuals.</param>
        /// <param name="by">Column to break down by; null for none.</param>
        /// <param name="level">Level of the intervals.</param>
        /// <returns>One row for each arm: arm, effect, std_error, ci_low, ci_high, n, ...</returns>
        /// <exception cref="CitxRuleException">A column is not known.</exception>
        /// <exception cref="CitxStateException">There is no such control arm (<see cref="ErrorKind.NotFound"/>).</exception>
        /// <exception cref="CitxStatisticsException">There are too few rows.</exception>
        public static Table Estimate(Table table, string arm, string outcome, string control, string cluster = null, string by = null, double level = 0.95)
        {
            using (Arguments arguments = new Arguments())
            using (TableHandle native = Transfer.WriteTable(table, "table"))
            {
                if (level == 0)
                {
                    // Zero would read as "left out" beyond the language boundary.
                    throw CitxException.Of(ErrorKind.OutOfRange, "the argument `level` must lie between 0 and 1");
                }
                IntPtr options = arguments.Options(new NativeUpliftOptions
                {
                    Arm = arguments.Text(arm, "arm"),
                    Outcome = arguments.Text(outcome, "outcome"),
                    Control = arguments.Text(control, "control"),
                    Cluster = arguments.Maybe(cluster, "cluster"),
                    By = arguments.Maybe(by, "by"),
                    Level = level,
                });
                return Transfer.ReadTable((out TableHandle result, out IntPtr error) => NativeMethods.citx_uplift(native, options, out result, out error));
            }
        }
    }
}
