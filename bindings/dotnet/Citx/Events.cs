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

        /// <summary>Frees the events; calls that run on them go on unharmed.</summary>
        public void Dispose()
        {
            handle.Dispose();
        }
    }
}
