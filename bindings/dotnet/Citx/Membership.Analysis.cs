using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <content>What a membership tells beyond who is in it.</content>
    public sealed partial class Membership
    {
        /// <summary>Who is in which segment, from members that were kept with <see cref="Segment.ToRoaring"/>.</summary>
        /// <param name="segments">Name and bytes of each segment of the book, in any order.</param>
        /// <param name="book">The book that was evaluated.</param>
        /// <param name="people">The citizens whose rows they are.</param>
        /// <param name="asOf">The instant or date of the evaluation.</param>
        /// <param name="timeZone">An IANA name such as <c>Europe/London</c>.</param>
        /// <returns>The membership; it may outlive the book and the population.</returns>
        /// <exception cref="CitxException">Bytes are damaged, or of rows that the population does not have; a segment is not the book's, comes
        /// twice or not at all.</exception>
        public static Membership FromRoaring(
            IEnumerable<KeyValuePair<string, byte[]>> segments,
            SegmentBook book,
            Population people,
            Instant asOf,
            string timeZone = "UTC")
        {
            Guard.NotNull(book, "book");
            Guard.NotNull(people, "people");
            using (Arguments arguments = new Arguments())
            {
                MembershipHandle membership;
                IntPtr error;
                NativeText at = arguments.Text(asOf, "asOf");
                NativeText zone = arguments.Text(timeZone, "timeZone");
                NativeBitmaps kept = arguments.Bitmaps(segments, "segments");
                uint status = NativeMethods.citx_membership_from_roaring(
                    Guard.Open(book.Handle), Guard.Open(people.Handle), at, zone, kept, out membership, out error);
                Call.Check(status, error);
                return new Membership(membership);
            }
        }

        /// <summary>Every segment against every other.</summary>
        /// <param name="run">Threads, cancelling, progress; null for all cores and neither.</param>
        /// <returns>A table of <c>a</c>, <c>b</c>, <c>both</c>, <c>either</c> and <c>jaccard</c>.</returns>
        /// <exception cref="CitxLimitException">There are too many segments, or the call was cancelled.</exception>
        public Table Overlap(RunOptions run = null)
        {
            using (NativeRun native = new NativeRun(run))
            {
                TableHandle table;
                IntPtr error;
                native.Check(NativeMethods.citx_membership_overlap(handle, native.Pointer, out table, out error), error);
                using (table)
                {
                    return Transfer.ReadTable(table);
                }
            }
        }

        /// <summary>Every segment against the groups of a column.</summary>
        /// <param name="column">An attribute, or <c>segment:NAME</c>.</param>
        /// <param name="run">Threads, cancelling, progress; null for all cores and neither.</param>
        /// <returns>A table with a row for each segment and group.</returns>
        /// <exception cref="CitxRuleException">There is no such column.</exception>
        public Table Crosstab(string column, RunOptions run = null)
        {
            using (Arguments arguments = new Arguments())
            using (NativeRun native = new NativeRun(run))
            {
                TableHandle table;
                IntPtr error;
                native.Check(NativeMethods.citx_membership_crosstab(handle, arguments.Text(column, "column"), native.Pointer, out table, out error), error);
                using (table)
                {
                    return Transfer.ReadTable(table);
                }
            }
        }

        /// <summary>What changed since an earlier membership: segments by name, citizens by key.</summary>
        /// <param name="previous">The earlier one.</param>
        /// <param name="run">Threads, cancelling, progress; null for all cores and neither.</param>
        /// <returns>Who entered and who left.</returns>
        /// <exception cref="CitxArgumentException">The keys are of two types.</exception>
        public SegmentDiff Diff(Membership previous, RunOptions run = null)
        {
            Guard.NotNull(previous, "previous");
            using (NativeRun native = new NativeRun(run))
            {
                DiffHandle diff;
                IntPtr error;
                native.Check(NativeMethods.citx_membership_diff(handle, Guard.Open(previous.handle), native.Pointer, out diff, out error), error);
                return SegmentDiff.Read(diff);
            }
        }

        /// <summary>The same segments, each citizen only in the first that has them.</summary>
        /// <returns>A new membership.</returns>
        public Membership Exclusive()
        {
            MembershipHandle membership;
            IntPtr error;
            Call.Check(NativeMethods.citx_membership_exclusive(handle, out membership, out error), error);
            return new Membership(membership);
        }

        /// <summary>Some of the segments, in this order.</summary>
        /// <param name="names">Their names.</param>
        /// <returns>A new membership.</returns>
        /// <exception cref="CitxRuleException">There is no such segment.</exception>
        public Membership Select(params string[] names)
        {
            using (Arguments arguments = new Arguments())
            {
                MembershipHandle membership;
                IntPtr error;
                Call.Check(NativeMethods.citx_membership_select(handle, arguments.Texts(Guard.NotNull(names, "names"), "names"), out membership, out error), error);
                return new Membership(membership);
            }
        }

        /// <summary>The segments that one citizen is in.</summary>
        /// <param name="key">The citizen's key, a whole number written as text.</param>
        /// <returns>Names in the book's order.</returns>
        /// <exception cref="CitxException">There is no such citizen.</exception>
        public IReadOnlyList<string> SegmentsOf(string key)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeText citizen = arguments.Text(key, "key");
                return Transfer.ReadNames(
                    (out NamesHandle names, out IntPtr error) => NativeMethods.citx_membership_segments_of(handle, citizen, out names, out error));
            }
        }

        /// <summary>Why one citizen is in a segment or not.</summary>
        /// <param name="name">The segment.</param>
        /// <param name="key">The citizen's key, a whole number written as text.</param>
        /// <param name="sources">Events and consent, for rules that ask for them; null for neither.</param>
        /// <returns>The tree of the rule's predicates.</returns>
        /// <exception cref="CitxRuleException">There is no such segment.</exception>
        public Explanation Explain(string name, string key, Sources sources = null)
        {
            using (Arguments arguments = new Arguments())
            {
                ExplanationHandle explanation;
                IntPtr error;
                NativeText segment = arguments.Text(name, "name");
                NativeText citizen = arguments.Text(key, "key");
                IntPtr given = Sources.Write(sources, arguments);
                Call.Check(NativeMethods.citx_membership_explain(handle, segment, citizen, given, out explanation, out error), error);
                using (explanation)
                {
                    return Explanation.Read(explanation);
                }
            }
        }
    }
}
