using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <summary>How each citizen's experience stands, from what they said and did at each touchpoint. Experimental, a construct of citx; it is no ground for a
    /// decision about what a citizen is entitled to. Immutable: any thread may use it.</summary>
    public sealed class CitxIndex : IDisposable
    {
        private readonly IndexHandle handle;

        private CitxIndex(IndexHandle handle)
        {
            this.handle = handle;
        }

        /// <summary>One row a citizen, by key: the key column, citx_index (0 to 100), touchpoints, weight, last_at.</summary>
        public Table Table
        {
            get { return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_index_table(handle, out table, out error)); }
        }

        /// <summary>The index at an instant; touchpoints that are later are left out.</summary>
        /// <param name="table">One row for each touchpoint.</param>
        /// <param name="columns">Which columns are what.</param>
        /// <param name="asOf">The instant; a date is midnight UTC.</param>
        /// <param name="parameters">TOML of parameters of one's own; null for those that ship with citx.</param>
        /// <returns>The index.</returns>
        /// <exception cref="CitxRuleException">A column or a kind is not known.</exception>
        /// <exception cref="CitxArgumentException">The parameters are none, a citizen is null, an instant is none, or a value is off its scale.</exception>
        public static CitxIndex FromTable(Table table, IndexColumns columns, Instant asOf, string parameters = null)
        {
            Guard.NotNull(columns, "columns");
            using (Arguments arguments = new Arguments())
            using (TableHandle native = Transfer.WriteTable(table, "table"))
            {
                IndexHandle index;
                IntPtr error;
                IntPtr what = columns.Write(arguments);
                NativeText own = arguments.Maybe(parameters, "parameters");
                NativeText at = arguments.Text(asOf, "asOf");
                Call.Check(NativeMethods.citx_index_from_table(native, what, own, at, out index, out error), error);
                return new CitxIndex(index);
            }
        }

        /// <summary>One citizen's touchpoints, the newest first, with what each adds to the index above or below 50.</summary>
        /// <param name="citizen">The citizen's key, as text.</param>
        /// <returns>One row for each touchpoint: at, kind, channel, service, value, weight, contribution. The contributions and 50 add up to the index.</returns>
        /// <exception cref="CitxStateException">The citizen has no touchpoints (<see cref="ErrorKind.NotFound"/>).</exception>
        public Table Explain(string citizen)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeText key = arguments.Text(citizen, "citizen");
                return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_index_explain(handle, key, out table, out error));
            }
        }

        /// <summary>The mean index of all, or of a segment's citizens, overall and by channel or service.</summary>
        /// <param name="by"><c>channel</c>, <c>service</c> or both; null for none.</param>
        /// <param name="people">The citizens, with <paramref name="segment"/>; null for all.</param>
        /// <param name="segment">A segment of them; null for all.</param>
        /// <param name="level">Level of the intervals.</param>
        /// <returns>One row for each mean: by, group, value, std_error, ci_low, ci_high, level, n, unit, method, warnings.</returns>
        /// <exception cref="CitxArgumentException">There is no such breakdown, its column was not named, or one of people and segment is null.</exception>
        public Table Means(IEnumerable<string> by = null, Population people = null, Segment segment = null, double level = 0.95)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeTexts groups = arguments.Texts(by, "by");
                double width = Guard.NotZero(level, "level");
                PopulationHandle whose = people == null ? new PopulationHandle() : Guard.Open(people.Handle);
                SegmentHandle members = segment == null ? new SegmentHandle() : segment.Handle;
                return Transfer.ReadTable(
                    (out TableHandle table, out IntPtr error) => NativeMethods.citx_index_means(handle, groups, whose, members, width, out table, out error));
            }
        }

        /// <summary>Frees the index once the calls that run on it are over.</summary>
        public void Dispose()
        {
            handle.Dispose();
        }
    }

    /// <summary>Which columns of a table of touchpoints are what; <see cref="Citizen"/>, <see cref="At"/> and <see cref="Kind"/> must be set.</summary>
    public sealed class IndexColumns
    {
        /// <summary>Column of the citizen's key.</summary>
        public string Citizen { get; set; }

        /// <summary>Column of the instant or date (midnight UTC).</summary>
        public string At { get; set; }

        /// <summary>Column of the kind, as the parameters name it.</summary>
        public string Kind { get; set; }

        /// <summary>Column of the number; null for kinds of a fixed value.</summary>
        public string Value { get; set; }

        /// <summary>Column of the channel.</summary>
        public string Channel { get; set; }

        /// <summary>Column of the service.</summary>
        public string Service { get; set; }

        /// <summary>Column of an id by which a touchpoint that comes twice is counted once.</summary>
        public string Id { get; set; }

        internal IntPtr Write(Arguments arguments)
        {
            return arguments.Options(new NativeIndexColumns
            {
                Citizen = arguments.Text(Citizen, "Citizen"),
                At = arguments.Text(At, "At"),
                Kind = arguments.Text(Kind, "Kind"),
                Value = arguments.Maybe(Value, "Value"),
                Channel = arguments.Maybe(Channel, "Channel"),
                Service = arguments.Maybe(Service, "Service"),
                Id = arguments.Maybe(Id, "Id"),
            });
        }
    }
}
