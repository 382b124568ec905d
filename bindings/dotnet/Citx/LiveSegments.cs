using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <summary>The members of every segment of a book, kept while citizens change, events come in and time moves.</summary>
    /// <remarks>One thread may use it at a time; a clash is a <see cref="CitxStateException"/>. A call that fails changes nothing.</remarks>
    public sealed class LiveSegments : IDisposable
    {
        private readonly LiveHandle handle;

        internal LiveSegments(LiveHandle handle)
        {
            this.handle = handle;
        }

        private delegate uint ChangesCall(out ChangesHandle changes, out IntPtr error);

        /// <summary>How many changes there have been.</summary>
        public ulong Seq
        {
            get
            {
                ulong seq;
                IntPtr error;
                Call.Check(NativeMethods.citx_live_seq(handle, out seq, out error), error);
                return seq;
            }
        }

        /// <summary>The next instant at which something changes if nothing but time moves; null if there is none.</summary>
        public DateTimeOffset? NextChangeAt
        {
            get
            {
                byte known;
                long micros;
                IntPtr error;
                Call.Check(NativeMethods.citx_live_next_change_at(handle, out known, out micros, out error), error);
                return known == 0 ? (DateTimeOffset?)null : Instant.FromMicros(micros);
            }
        }

        /// <summary>Goes on from a snapshot, with the book that it was taken with.</summary>
        /// <param name="snapshot">What <see cref="Snapshot"/> gave.</param>
        /// <param name="book">The book.</param>
        /// <param name="view">The consent of everyone, if a rule asks for it; otherwise null.</param>
        /// <param name="run">Threads, cancelling, progress; null for all cores and neither.</param>
        /// <returns>Live segments.</returns>
        /// <exception cref="CitxException">The bytes are damaged, or of another book.</exception>
        public static LiveSegments Restore(byte[] snapshot, SegmentBook book, ConsentView view = null, RunOptions run = null)
        {
            Guard.NotNull(snapshot, "snapshot");
            Guard.NotNull(book, "book");
            using (Arguments arguments = new Arguments())
            using (NativeRun native = new NativeRun(run))
            using (ViewHandle none = new ViewHandle())
            {
                LiveHandle live;
                IntPtr error;
                IntPtr bytes = arguments.Bytes(snapshot);
                ViewHandle consent = view == null ? none : Guard.Open(view.Handle);
                uint status = NativeMethods.citx_live_restore(
                    Guard.Open(book.Handle), bytes, Call.Size(snapshot.Length), consent, native.Pointer, out live, out error);
                native.Check(status, error);
                return new LiveSegments(live);
            }
        }

        /// <summary>Writes one citizen: a field that is absent keeps its value, null writes null, a new key inserts.</summary>
        /// <param name="record">Names and values, the key among them.</param>
        /// <returns>Who entered and who left.</returns>
        /// <exception cref="CitxException">A value does not fit its attribute, or there is no key.</exception>
        public IReadOnlyList<Change> Upsert(IEnumerable<KeyValuePair<string, object>> record)
        {
            using (RecordHandle native = Transfer.WriteRecord(record, "record"))
            {
                return Changes((out ChangesHandle changes, out IntPtr error) => NativeMethods.citx_live_upsert(handle, native, out changes, out error));
            }
        }

        /// <summary>Writes many citizens, all or none.</summary>
        /// <param name="rows">One row for each.</param>
        /// <returns>Who entered and who left.</returns>
        /// <exception cref="CitxException">A value does not fit its attribute, or there is no key.</exception>
        public IReadOnlyList<Change> Upsert(Table rows)
        {
            using (TableHandle native = Transfer.WriteTable(rows, "rows"))
            {
                return Changes((out ChangesHandle changes, out IntPtr error) => NativeMethods.citx_live_upsert_table(handle, native, out changes, out error));
            }
        }

        /// <summary>Takes an event of a citizen, who need not be there yet. One that lies in the future counts when its time has come.</summary>
        /// <param name="citizen">The citizen's key, a whole number written as text.</param>
        /// <param name="kind">What happened.</param>
        /// <param name="at">When.</param>
        /// <param name="channel">Through which channel; null where it is not known.</param>
        /// <param name="value">How much; null where it is not known.</param>
        /// <param name="id">The source's id of it: the second event of an id is ignored; null for none.</param>
        /// <returns>Who entered and who left.</returns>
        /// <exception cref="CitxArgumentException">The event has no citizen, kind or instant.</exception>
        public IReadOnlyList<Change> Append(string citizen, string kind, Instant at, string channel = null, double? value = null, string id = null)
        {
            using (Arguments arguments = new Arguments())
            {
                IntPtr happened = arguments.Options(new NativeLiveEvent
                {
                    Citizen = arguments.Text(citizen, "citizen"),
                    Kind = arguments.Text(kind, "kind"),
                    At = arguments.Text(at, "at"),
                    Channel = arguments.Maybe(channel, "channel"),
                    Value = arguments.Maybe(value),
                    Id = arguments.Maybe(id, "id"),
                });
                return Changes((out ChangesHandle changes, out IntPtr error) => NativeMethods.citx_live_append(handle, happened, out changes, out error));
            }
        }

        /// <summary>Moves time on.</summary>
        /// <param name="asOf">The instant, or a date, which starts at midnight in the segments' zone.</param>
        /// <returns>Who entered and who left.</returns>
        /// <exception cref="CitxArgumentException">The time is earlier than it was.</exception>
        public IReadOnlyList<Change> Advance(Instant asOf)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeText at = arguments.Text(asOf, "asOf");
                return Changes((out ChangesHandle changes, out IntPtr error) => NativeMethods.citx_live_advance(handle, at, out changes, out error));
            }
        }

        /// <summary>Puts another consent view in the place of the one that <c>may_contact</c> asks.</summary>
        /// <param name="view">The consent of everyone.</param>
        /// <param name="run">Threads, cancelling, progress; null for all cores and neither.</param>
        /// <returns>Who entered and who left.</returns>
        /// <exception cref="CitxRuleException">The view knows no such purpose or channel.</exception>
        public IReadOnlyList<Change> SetView(ConsentView view, RunOptions run = null)
        {
            Guard.NotNull(view, "view");
            using (NativeRun native = new NativeRun(run))
            {
                ChangesHandle changes;
                IntPtr error;
                native.Check(NativeMethods.citx_live_set_view(handle, Guard.Open(view.Handle), native.Pointer, out changes, out error), error);
                return Read(changes);
            }
        }

        /// <summary>How many members each segment has.</summary>
        /// <returns>Counts by name.</returns>
        public IReadOnlyDictionary<string, int> Counts()
        {
            Table table = Transfer.ReadTable((out TableHandle result, out IntPtr error) => NativeMethods.citx_live_counts(handle, out result, out error));
            Dictionary<string, int> counts = new Dictionary<string, int>(StringComparer.Ordinal);
            for (int i = 0; i < table.NumRows; i++)
            {
                counts.Add((string)table.Columns[0][i], checked((int)(long)table.Columns[1][i]));
            }
            return counts;
        }

        /// <summary>The keys of one segment's members, in the key's own type.</summary>
        /// <param name="segment">Its name.</param>
        /// <returns>A copy in managed memory.</returns>
        /// <exception cref="CitxRuleException">There is no such segment.</exception>
        public Column Members(string segment)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeText name = arguments.Text(segment, "segment");
                return Transfer.ReadTable(
                    (out TableHandle table, out IntPtr error) => NativeMethods.citx_live_members(handle, name, out table, out error)).Columns[0];
            }
        }

        /// <summary>Who is in which segment now, as <see cref="SegmentBook"/> evaluates it.</summary>
        /// <returns>A membership; it may outlive the live segments.</returns>
        public Membership Membership()
        {
            MembershipHandle membership;
            IntPtr error;
            Call.Check(NativeMethods.citx_live_membership(handle, out membership, out error), error);
            return new Membership(membership);
        }

        /// <summary>The citizens as they are now.</summary>
        /// <returns>A population; it may outlive the live segments.</returns>
        public Population Population()
        {
            PopulationHandle people;
            IntPtr error;
            Call.Check(NativeMethods.citx_live_population(handle, out people, out error), error);
            return new Population(people);
        }

        /// <summary>All that <see cref="Restore"/> needs to go on from here: personal data.</summary>
        /// <returns>The bytes.</returns>
        public byte[] Snapshot()
        {
            return Transfer.ReadBytes((out BytesHandle bytes, out IntPtr error) => NativeMethods.citx_live_snapshot(handle, out bytes, out error));
        }

        /// <summary>Frees the live segments; calls that run on them go on unharmed.</summary>
        public void Dispose()
        {
            handle.Dispose();
        }

        private static IReadOnlyList<Change> Changes(ChangesCall call)
        {
            ChangesHandle changes;
            IntPtr error;
            Call.Check(call(out changes, out error), error);
            return Read(changes);
        }

        private static IReadOnlyList<Change> Read(ChangesHandle handle)
        {
            using (handle)
            {
                Change[] changes = new Change[Call.Size(NativeMethods.citx_changes_len(handle))];
                for (int i = 0; i < changes.Length; i++)
                {
                    UIntPtr index = Call.Size(i);
                    string segment = NativeMethods.citx_changes_segment(handle, index).Copy();
                    string key = NativeMethods.citx_changes_key(handle, index).Copy();
                    bool entered = NativeMethods.citx_changes_entered(handle, index);
                    changes[i] = new Change(NativeMethods.citx_changes_seq(handle, index), segment, key, entered);
                }
                return Array.AsReadOnly(changes);
            }
        }
    }
}
