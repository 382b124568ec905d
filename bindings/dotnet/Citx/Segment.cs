using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <summary>The members of one segment, or of a combination of segments. Immutable: any thread may use it.</summary>
    public sealed class Segment : IDisposable
    {
        private readonly SegmentHandle handle;

        internal Segment(SegmentHandle handle)
        {
            this.handle = handle;
        }

        private delegate uint Operation(SegmentHandle left, SegmentHandle right, out SegmentHandle result, out IntPtr error);

        /// <summary>How many members.</summary>
        public int Count
        {
            get { return Call.Size(NativeMethods.citx_segment_len(handle)); }
        }

        /// <summary>What it is called; a combination is called by its expression.</summary>
        public string Name
        {
            get { return Call.View(handle, NativeMethods.citx_segment_name); }
        }

        /// <summary>The attributes that its rules read, sorted.</summary>
        public IReadOnlyList<string> ColumnsUsed
        {
            get
            {
                return Transfer.ReadNames((out NamesHandle names, out IntPtr error) => NativeMethods.citx_segment_columns_used(handle, out names, out error));
            }
        }

        internal SegmentHandle Handle
        {
            get { return Guard.Open(handle); }
        }

        /// <summary>The members' keys in population order, in the key's own type.</summary>
        /// <returns>A copy in managed memory.</returns>
        public Column Keys()
        {
            return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_segment_keys(handle, out table, out error)).Columns[0];
        }

        /// <summary>Whether each citizen is a member, in population order, without nulls.</summary>
        /// <returns>A copy in managed memory.</returns>
        public Column Mask()
        {
            return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_segment_mask(handle, out table, out error)).Columns[0];
        }

        /// <summary>Members of both.</summary>
        /// <param name="other">Another segment of the same population.</param>
        /// <returns>A new segment.</returns>
        /// <exception cref="CitxArgumentException">The segments are of two populations.</exception>
        public Segment And(Segment other)
        {
            return Combine(other, NativeMethods.citx_segment_and);
        }

        /// <summary>Members of either.</summary>
        /// <param name="other">Another segment of the same population.</param>
        /// <returns>A new segment.</returns>
        /// <exception cref="CitxArgumentException">The segments are of two populations.</exception>
        public Segment Or(Segment other)
        {
            return Combine(other, NativeMethods.citx_segment_or);
        }

        /// <summary>Members of this that are not in the other.</summary>
        /// <param name="other">Another segment of the same population.</param>
        /// <returns>A new segment.</returns>
        /// <exception cref="CitxArgumentException">The segments are of two populations.</exception>
        public Segment Minus(Segment other)
        {
            return Combine(other, NativeMethods.citx_segment_minus);
        }

        /// <summary>Everyone who is not a member, those for whom the rule is unknown included.</summary>
        /// <returns>A new segment.</returns>
        public Segment Complement()
        {
            SegmentHandle result;
            IntPtr error;
            Call.Check(NativeMethods.citx_segment_complement(handle, out result, out error), error);
            return new Segment(result);
        }

        /// <summary>Members of both.</summary>
        /// <param name="left">A segment.</param>
        /// <param name="right">Another of the same population.</param>
        /// <returns>A new segment.</returns>
        public static Segment operator &(Segment left, Segment right)
        {
            return Guard.NotNull(left, "left").And(right);
        }

        /// <summary>Members of either.</summary>
        /// <param name="left">A segment.</param>
        /// <param name="right">Another of the same population.</param>
        /// <returns>A new segment.</returns>
        public static Segment operator |(Segment left, Segment right)
        {
            return Guard.NotNull(left, "left").Or(right);
        }

        /// <summary>Members of the first that are not in the second.</summary>
        /// <param name="left">A segment.</param>
        /// <param name="right">Another of the same population.</param>
        /// <returns>A new segment.</returns>
        public static Segment operator -(Segment left, Segment right)
        {
            return Guard.NotNull(left, "left").Minus(right);
        }

        /// <summary>Everyone who is not a member, those for whom the rule is unknown included.</summary>
        /// <param name="segment">A segment.</param>
        /// <returns>A new segment.</returns>
        public static Segment operator ~(Segment segment)
        {
            return Guard.NotNull(segment, "segment").Complement();
        }

        /// <summary>The members who may be contacted, and why not the others: the only road to a contact list.</summary>
        /// <param name="view">The consent of everyone.</param>
        /// <param name="purpose">The purpose of the message.</param>
        /// <param name="channels">The channels to try, in this order.</param>
        /// <param name="prefer"><c>citizen</c>: the citizen's preferred channel is tried first; <c>caller</c>: this order alone.</param>
        /// <param name="onePer"><c>household</c>: one message for each household at most; null: everyone for themselves.</param>
        /// <param name="run">Threads, cancelling, progress; null for all cores and neither.</param>
        /// <param name="cap">How often a citizen may be contacted, beside the policy's own caps; null for no more.</param>
        /// <param name="quietFrom">When hours begin in which this message waits, such as <c>21:00</c>, beside the policy's own; null for none.</param>
        /// <param name="quietTo">When they end, such as <c>08:00</c>.</param>
        /// <param name="holdout">The share of those allowed who are held out, in [0, 1).</param>
        /// <param name="seed">The seed of the draw that holds out.</param>
        /// <returns>The audience; it may outlive the segment and the view.</returns>
        /// <exception cref="CitxArgumentException">There are no channels, or no household fact for one per household.</exception>
        public Audience Audience(
            ConsentView view,
            string purpose,
            IEnumerable<string> channels,
            string prefer = "citizen",
            string onePer = null,
            RunOptions run = null,
            Cap cap = null,
            string quietFrom = null,
            string quietTo = null,
            double holdout = 0,
            ulong seed = 7)
        {
            Guard.NotNull(view, "view");
            using (Arguments arguments = new Arguments())
            using (NativeRun native = new NativeRun(run))
            {
                IntPtr options = arguments.Options(new NativeAudienceOptions
                {
                    Purpose = arguments.Text(purpose, "purpose"),
                    Channels = arguments.Texts(Guard.NotNull(channels, "channels"), "channels"),
                    Prefer = arguments.Maybe(prefer, "prefer"),
                    OnePer = arguments.Maybe(onePer, "onePer"),
                    CapAtMost = cap == null ? 0 : cap.AtMost,
                    CapDays = cap == null ? 0 : cap.Days,
                    CapContacts = cap == null ? IntPtr.Zero : arguments.Hold(Guard.Open(cap.Contacts.Handle)),
                    CapKinds = arguments.Texts(cap == null || cap.Kinds == null ? new string[0] : cap.Kinds, "Kinds"),
                    CapChannels = arguments.Texts(cap == null || cap.Channels == null ? new string[0] : cap.Channels, "Channels"),
                    QuietFrom = arguments.Maybe(quietFrom, "quietFrom"),
                    QuietTo = arguments.Maybe(quietTo, "quietTo"),
                    Holdout = holdout,
                    Seed = seed,
                });
                AudienceHandle audience;
                IntPtr error;
                native.Check(NativeMethods.citx_segment_audience(handle, Guard.Open(view.Handle), options, native.Pointer, out audience, out error), error);
                return new Audience(audience);
            }
        }

        /// <summary>The members' rows, counted from 0, as portable Roaring bytes of 32 bits.</summary>
        /// <returns>The bytes, which the Roaring libraries of other languages read.</returns>
        public byte[] ToRoaring()
        {
            return Transfer.ReadBytes((out BytesHandle bytes, out IntPtr error) => NativeMethods.citx_segment_to_roaring(handle, out bytes, out error));
        }

        /// <summary>A segment of the rows in portable Roaring bytes.</summary>
        /// <param name="people">The citizens whose rows they are.</param>
        /// <param name="name">What it is called.</param>
        /// <param name="bytes">The bytes.</param>
        /// <param name="asOf">The instant or date of the membership.</param>
        /// <param name="timeZone">An IANA name such as <c>Europe/London</c>.</param>
        /// <param name="columnsUsed">The attributes that decided it, so that an audience knows whether any is sensitive; null for none.</param>
        /// <returns>The segment; it may outlive the population.</returns>
        /// <exception cref="CitxException">The bytes are damaged, or of rows that the population does not have.</exception>
        public static Segment FromRoaring(
            Population people,
            string name,
            byte[] bytes,
            Instant asOf,
            string timeZone = "UTC",
            IEnumerable<string> columnsUsed = null)
        {
            Guard.NotNull(people, "people");
            Guard.NotNull(bytes, "bytes");
            using (Arguments arguments = new Arguments())
            {
                SegmentHandle segment;
                IntPtr error;
                NativeText called = arguments.Text(name, "name");
                NativeText at = arguments.Text(asOf, "asOf");
                NativeText zone = arguments.Text(timeZone, "timeZone");
                IntPtr data = arguments.Bytes(bytes);
                UIntPtr length = Call.Size(bytes.Length);
                Call.Check(
                    NativeMethods.citx_segment_from_roaring(Guard.Open(people.Handle), called, at, zone, data, length, out segment, out error), error);
                if (columnsUsed == null)
                {
                    return new Segment(segment);
                }
                using (segment)
                {
                    SegmentHandle deciding;
                    NativeTexts columns = arguments.Texts(columnsUsed, "columnsUsed");
                    Call.Check(NativeMethods.citx_segment_with_columns_used(segment, columns, out deciding, out error), error);
                    return new Segment(deciding);
                }
            }
        }

        /// <summary>Frees the segment; calls that run on it go on unharmed.</summary>
        public void Dispose()
        {
            handle.Dispose();
        }

        private Segment Combine(Segment other, Operation operation)
        {
            SegmentHandle result;
            IntPtr error;
            Call.Check(operation(handle, Guard.Open(Guard.NotNull(other, "other").handle), out result, out error), error);
            return new Segment(result);
        }
    }
}
