using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <content>A book's definitions and other forms, places, and what would change.</content>
    public sealed partial class SegmentBook
    {
        /// <summary>The segments with their rules and what is said about them, in order.</summary>
        public IReadOnlyList<SegmentDefinition> Definitions
        {
            get
            {
                SegmentDefinition[] definitions = new SegmentDefinition[Call.Size(NativeMethods.citx_segment_book_len(handle))];
                for (int i = 0; i < definitions.Length; i++)
                {
                    UIntPtr index = Call.Size(i);
                    definitions[i] = new SegmentDefinition(
                        Call.View(handle, book => NativeMethods.citx_segment_book_name(book, index)),
                        Call.View(handle, book => NativeMethods.citx_segment_book_rule(book, index)),
                        Call.View(handle, book => NativeMethods.citx_segment_book_description(book, index)),
                        Call.View(handle, book => NativeMethods.citx_segment_book_owner(book, index)),
                        Call.View(handle, book => NativeMethods.citx_segment_book_review_by(book, index)));
                }
                return Array.AsReadOnly(definitions);
            }
        }

        /// <summary>A book from JSON; see <see cref="ToJson"/>.</summary>
        /// <param name="json">The text.</param>
        /// <returns>The book.</returns>
        /// <exception cref="CitxException">The text is no book, with the path where.</exception>
        public static SegmentBook FromJson(string json)
        {
            using (Arguments arguments = new Arguments())
            {
                SegmentBookHandle handle;
                IntPtr error;
                Call.Check(NativeMethods.citx_segment_book_from_json(arguments.Text(json, "json"), out handle, out error), error);
                return new SegmentBook(handle);
            }
        }

        /// <summary>The book as JSON, rules as trees.</summary>
        /// <returns>The text.</returns>
        public string ToJson()
        {
            TextHandle text;
            IntPtr error;
            Call.Check(NativeMethods.citx_segment_book_to_json(handle, out text, out error), error);
            using (text)
            {
                return Call.View(text, NativeMethods.citx_text_str);
            }
        }

        /// <summary>Every rule as a condition of a database, over columns named and typed as the attributes of the population.</summary>
        /// <param name="dialect"><c>duckdb</c>, <c>postgres</c> or <c>spark</c>.</param>
        /// <param name="people">The citizens.</param>
        /// <param name="asOf">The instant or date.</param>
        /// <param name="timeZone">An IANA name such as <c>Europe/London</c>.</param>
        /// <returns>Conditions by segment.</returns>
        /// <exception cref="CitxException">The dialect is none of those, or cannot say what a rule asks.</exception>
        public IReadOnlyDictionary<string, string> ToSql(string dialect, Population people, Instant asOf, string timeZone = "UTC")
        {
            Guard.NotNull(people, "people");
            using (Arguments arguments = new Arguments())
            {
                NativeText written = arguments.Text(dialect, "dialect");
                NativeText at = arguments.Text(asOf, "asOf");
                NativeText zone = arguments.Text(timeZone, "timeZone");
                Table table = Transfer.ReadTable((out TableHandle result, out IntPtr error) =>
                    NativeMethods.citx_segment_book_to_sql(handle, written, Guard.Open(people.Handle), at, zone, out result, out error));
                Dictionary<string, string> conditions = new Dictionary<string, string>(StringComparer.Ordinal);
                for (int i = 0; i < table.NumRows; i++)
                {
                    conditions.Add((string)table.Columns[0][i], (string)table.Columns[1][i]);
                }
                return conditions;
            }
        }

        /// <summary>The same book, which knows places by a name, for <c>within_m_any</c>. Places that had the name are replaced.</summary>
        /// <param name="name">The name of the set.</param>
        /// <param name="latitudes">Degrees north.</param>
        /// <param name="longitudes">Degrees east, one for each latitude.</param>
        /// <returns>A new book.</returns>
        /// <exception cref="CitxArgumentException">The name is none, the lists differ in length, or a place is not on the Earth.</exception>
        public SegmentBook WithPlaces(string name, double[] latitudes, double[] longitudes)
        {
            Guard.NotNull(latitudes, "latitudes");
            Guard.NotNull(longitudes, "longitudes");
            if (latitudes.Length != longitudes.Length)
            {
                throw CitxException.Argument("there are " + latitudes.Length + " latitudes and " + longitudes.Length + " longitudes");
            }
            using (Arguments arguments = new Arguments())
            {
                SegmentBookHandle book;
                IntPtr error;
                NativeText called = arguments.Text(name, "name");
                IntPtr north = arguments.Numbers(latitudes);
                IntPtr east = arguments.Numbers(longitudes);
                Call.Check(NativeMethods.citx_segment_book_with_places(handle, called, north, east, Call.Size(latitudes.Length), out book, out error), error);
                return new SegmentBook(book);
            }
        }

        /// <summary>The segments to be reviewed by a date.</summary>
        /// <param name="date">The date.</param>
        /// <returns>Their names.</returns>
        public IReadOnlyList<string> DueForReview(Date date)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeText day = arguments.Text(date.ToString(), "date");
                return Transfer.ReadNames(
                    (out NamesHandle names, out IntPtr error) => NativeMethods.citx_segment_book_due_for_review(handle, day, out names, out error));
            }
        }

        /// <summary>At most how many bytes an evaluation takes, its result included.</summary>
        /// <param name="people">The citizens.</param>
        /// <param name="run">The threads; null for all cores.</param>
        /// <returns>Bytes.</returns>
        /// <exception cref="CitxRuleException">A rule names what the population does not have, or its types do not fit.</exception>
        public ulong MemoryNeeded(Population people, RunOptions run = null)
        {
            Guard.NotNull(people, "people");
            using (NativeRun native = new NativeRun(run))
            {
                ulong bytes;
                IntPtr error;
                native.Check(NativeMethods.citx_segment_book_memory_needed(handle, Guard.Open(people.Handle), native.Pointer, out bytes, out error), error);
                return bytes;
            }
        }

        /// <summary>Who would move if another book took the place of this one.</summary>
        /// <param name="other">The other book.</param>
        /// <param name="people">The citizens.</param>
        /// <param name="asOf">The instant or date.</param>
        /// <param name="timeZone">An IANA name such as <c>Europe/London</c>.</param>
        /// <param name="run">Threads, cancelling, progress; null for all cores and neither.</param>
        /// <param name="sources">Events and consent, for rules that ask for them; null for neither.</param>
        /// <returns>What was added, removed and changed, and who would move.</returns>
        /// <exception cref="CitxRuleException">A rule names what the population does not have, or its types do not fit.</exception>
        public SegmentDiff Diff(
            SegmentBook other,
            Population people,
            Instant asOf,
            string timeZone = "UTC",
            RunOptions run = null,
            Sources sources = null)
        {
            Guard.NotNull(other, "other");
            Guard.NotNull(people, "people");
            using (Arguments arguments = new Arguments())
            using (NativeRun native = new NativeRun(run))
            {
                DiffHandle diff;
                IntPtr error;
                NativeText at = arguments.Text(asOf, "asOf");
                NativeText zone = arguments.Text(timeZone, "timeZone");
                IntPtr given = Sources.Write(sources, arguments);
                uint status = NativeMethods.citx_segment_book_diff(
                    handle, Guard.Open(other.handle), Guard.Open(people.Handle), at, zone, given, native.Pointer, out diff, out error);
                native.Check(status, error);
                return SegmentDiff.Read(diff);
            }
        }

        /// <summary>Evaluates the book and keeps its segments up from then on.</summary>
        /// <param name="people">The citizens.</param>
        /// <param name="asOf">The instant or date.</param>
        /// <param name="timeZone">An IANA name such as <c>Europe/London</c>.</param>
        /// <param name="run">Threads, cancelling, progress; null for all cores and neither.</param>
        /// <param name="sources">Events and consent, for rules that ask for them; null for neither.</param>
        /// <returns>Live segments; they may outlive all that they were made from.</returns>
        /// <exception cref="CitxRuleException">A rule names what the population does not have, or its types do not fit.</exception>
        public LiveSegments Live(Population people, Instant asOf, string timeZone = "UTC", RunOptions run = null, Sources sources = null)
        {
            Guard.NotNull(people, "people");
            using (Arguments arguments = new Arguments())
            using (NativeRun native = new NativeRun(run))
            {
                LiveHandle live;
                IntPtr error;
                NativeText at = arguments.Text(asOf, "asOf");
                NativeText zone = arguments.Text(timeZone, "timeZone");
                IntPtr given = Sources.Write(sources, arguments);
                native.Check(NativeMethods.citx_live_new(handle, Guard.Open(people.Handle), at, zone, given, native.Pointer, out live, out error), error);
                return new LiveSegments(live);
            }
        }

        internal SegmentBookHandle Handle
        {
            get { return handle; }
        }
    }
}
