using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <summary>What happened to citizens, and when: what <c>event_count</c>, <c>first_event</c> and <c>last_event</c> of rules read.
    /// Immutable: any thread may use it.</summary>
    public sealed class Events : IDisposable
    {
        private readonly EventsHandle handle;

        private Events(EventsHandle handle)
        {
            this.handle = handle;
        }

        /// <summary>How many events.</summary>
        public int Count
        {
            get { return Call.Size(NativeMethods.citx_events_len(handle)); }
        }

        /// <summary>What kinds of events there are.</summary>
        public IReadOnlyList<string> Kinds
        {
            get { return Transfer.ReadNames((out NamesHandle names, out IntPtr error) => NativeMethods.citx_events_kinds(handle, out names, out error)); }
        }

        internal EventsHandle Handle
        {
            get { return handle; }
        }

        /// <summary>Events from a table, in any order.</summary>
        /// <param name="table">One row for each event.</param>
        /// <param name="citizen">The column of the citizens' keys.</param>
        /// <param name="kind">The column that says what happened.</param>
        /// <param name="at">The column that says when: instants, or dates, which start at midnight in <paramref name="timeZone"/>.</param>
        /// <param name="channel">The column of channels; null where there is none.</param>
        /// <param name="value">The column of numbers; null where there is none.</param>
        /// <param name="timeZone">An IANA name such as <c>Europe/London</c>.</param>
        /// <returns>The events.</returns>
        /// <exception cref="CitxRuleException">The table has no such column.</exception>
        /// <exception cref="CitxArgumentException">A column has another type, or nulls where something must be.</exception>
        public static Events FromTable(
            Table table,
            string citizen = "id",
            string kind = "kind",
            string at = "at",
            string channel = null,
            string value = null,
            string timeZone = "UTC")
        {
            using (TableHandle native = Transfer.WriteTable(table, "table"))
            using (Arguments arguments = new Arguments())
            {
                IntPtr columns = arguments.Options(new NativeEventColumns
                {
                    Citizen = arguments.Text(citizen, "citizen"),
                    Kind = arguments.Text(kind, "kind"),
                    At = arguments.Text(at, "at"),
                    Channel = arguments.Maybe(channel, "channel"),
                    Value = arguments.Maybe(value, "value"),
                    TimeZone = arguments.Text(timeZone, "timeZone"),
                });
                EventsHandle events;
                IntPtr error;
                Call.Check(NativeMethods.citx_events_from_table(native, columns, out events, out error), error);
                return new Events(events);
            }
        }

        /// <summary>What citizens did as columns, for <see cref="Population.WithFeatures"/>: one row for each citizen of the population, in its
        /// order. Beside the key column there are for each kind <c>KIND_30d</c> for each window (events of the last 30 days, as <c>event_count</c> of
        /// rules), <c>last_KIND_at</c> and <c>first_KIND_at</c> (null without one), and if the events have values <c>KIND_value_30d</c> for each
        /// window (their sum, rounded once; null values add nothing). Events after <paramref name="asOf"/> do not count.</summary>
        /// <param name="people">The citizens.</param>
        /// <param name="asOf">The instant, or a date, which starts at midnight in <paramref name="timeZone"/>.</param>
        /// <param name="windows">How many days back counts and sums go, each a column of its own.</param>
        /// <param name="kinds">Which kinds, whether they occur or not; null, or none, for all that occur.</param>
        /// <param name="timeZone">An IANA name such as <c>Europe/London</c>.</param>
        /// <param name="run">Threads, cancelling, progress; null for all cores and neither.</param>
        /// <returns>The features.</returns>
        /// <exception cref="CitxArgumentException">There is no window, one is below 1 day or given twice, or two columns would have one name.</exception>
        /// <exception cref="CitxLimitException">There would be more than 10,000 columns, or more than the memory holds.</exception>
        public Table Features(
            Population people,
            Instant asOf,
            IEnumerable<int> windows,
            IEnumerable<string> kinds = null,
            string timeZone = "UTC",
            RunOptions run = null)
        {
            Guard.NotNull(people, "people");
            using (Arguments arguments = new Arguments())
            using (NativeRun native = new NativeRun(run))
            {
                List<long> days = new List<long>();
                foreach (int window in Guard.NotNull(windows, "windows"))
                {
                    days.Add(window);
                }
                IntPtr options = arguments.Options(new NativeFeatureOptions
                {
                    Windows = arguments.Numbers(days.ToArray()),
                    WindowsLen = Call.Size(days.Count),
                    Kinds = arguments.Texts(kinds ?? new string[0], "kinds"),
                });
                NativeText at = arguments.Text(asOf, "asOf");
                NativeText zone = arguments.Text(timeZone, "timeZone");
                TableHandle table;
                IntPtr error;
                uint status = NativeMethods.citx_events_features(
                    handle, Guard.Open(people.Handle), at, zone, options, native.Pointer, out table, out error);
                native.Check(status, error);
                using (table)
                {
                    return Transfer.ReadTable(table);
                }
            }
        }

        /// <summary>Frees the events; calls that run on them go on unharmed.</summary>
        public void Dispose()
        {
            handle.Dispose();
        }
    }
}
