using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <summary>Who is in which segment, at one instant. Immutable: any thread may use it.</summary>
    public sealed partial class Membership : IDisposable
    {
        private readonly MembershipHandle handle;

        internal Membership(MembershipHandle handle)
        {
            this.handle = handle;
        }

        /// <summary>The names of the segments, in the book's order.</summary>
        public IReadOnlyList<string> Names
        {
            get
            {
                string[] names = new string[Call.Size(NativeMethods.citx_membership_len(handle))];
                for (int i = 0; i < names.Length; i++)
                {
                    names[i] = NameAt(i);
                }
                return Array.AsReadOnly(names);
            }
        }

        internal MembershipHandle Handle
        {
            get { return handle; }
        }

        /// <summary>One segment; dispose it when it is no longer needed.</summary>
        /// <param name="name">Its name.</param>
        /// <returns>The segment; it may outlive the membership.</returns>
        /// <exception cref="CitxRuleException">There is no such segment.</exception>
        public Segment this[string name]
        {
            get
            {
                using (Arguments arguments = new Arguments())
                {
                    SegmentHandle segment;
                    IntPtr error;
                    Call.Check(NativeMethods.citx_membership_segment(handle, arguments.Text(name, "name"), out segment, out error), error);
                    return new Segment(segment);
                }
            }
        }

        /// <summary>How many members each segment has.</summary>
        /// <returns>Counts by name.</returns>
        public IReadOnlyDictionary<string, int> Counts()
        {
            Dictionary<string, int> counts = new Dictionary<string, int>(StringComparer.Ordinal);
            int segments = Call.Size(NativeMethods.citx_membership_len(handle));
            for (int i = 0; i < segments; i++)
            {
                counts.Add(NameAt(i), Call.Size(NativeMethods.citx_membership_count(handle, Call.Size(i))));
            }
            return counts;
        }

        /// <summary>The key and one boolean column for each segment.</summary>
        /// <returns>A copy in managed memory.</returns>
        public Table ToTable()
        {
            return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_membership_table(handle, out table, out error));
        }

        /// <summary>Frees the membership; calls that run on it go on unharmed.</summary>
        public void Dispose()
        {
            handle.Dispose();
        }

        private string NameAt(int place)
        {
            UIntPtr index = Call.Size(place);
            return Call.View(handle, membership => NativeMethods.citx_membership_name(membership, index));
        }
    }
}
