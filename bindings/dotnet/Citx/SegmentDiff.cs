using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <summary>Who entered and who left which segment, between two memberships or two books. Immutable.</summary>
    public sealed class SegmentDiff
    {
        private SegmentDiff(DiffHandle diff)
        {
            Added = Transfer.ReadNames((out NamesHandle names, out IntPtr error) => NativeMethods.citx_diff_added(diff, out names, out error));
            Removed = Transfer.ReadNames((out NamesHandle names, out IntPtr error) => NativeMethods.citx_diff_removed(diff, out names, out error));
            Changed = Transfer.ReadNames((out NamesHandle names, out IntPtr error) => NativeMethods.citx_diff_changed(diff, out names, out error));
            Moves = Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_diff_moves(diff, out table, out error));
            Counts = Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_diff_counts(diff, out table, out error));
        }

        /// <summary>The segments that only the later one has.</summary>
        public IReadOnlyList<string> Added { get; }

        /// <summary>The segments that only the earlier one has.</summary>
        public IReadOnlyList<string> Removed { get; }

        /// <summary>The segments of both books whose own rule is another; none where two memberships are compared.</summary>
        public IReadOnlyList<string> Changed { get; }

        /// <summary>Who moved: <c>segment</c>, <c>key</c> and <c>change</c>, which is <c>entered</c> or <c>left</c>.</summary>
        public Table Moves { get; }

        /// <summary>How many: <c>segment</c>, <c>before</c>, <c>after</c>, <c>entered</c> and <c>left</c>; null where one lacks the segment.</summary>
        public Table Counts { get; }

        internal static SegmentDiff Read(DiffHandle handle)
        {
            using (handle)
            {
                return new SegmentDiff(handle);
            }
        }
    }
}
