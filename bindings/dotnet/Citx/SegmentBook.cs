using System;
using System.Collections.Generic;
using System.Threading;
using Citx.Native;

namespace Citx
{
    /// <summary>A set of named rules. Immutable: any thread may use it.</summary>
    public sealed partial class SegmentBook : IDisposable
    {
        private readonly SegmentBookHandle handle;

        /// <summary>A book of these segments.</summary>
        /// <param name="rules">Name and rule of each, in order; a rule is a SQL boolean expression.</param>
        /// <exception cref="CitxRuleException">A rule cannot be read, or <c>in_segment</c> names an unknown segment.</exception>
        /// <exception cref="CitxArgumentException">A name is not one.</exception>
        public SegmentBook(IEnumerable<KeyValuePair<string, string>> rules)
        {
            Guard.NotNull(rules, "rules");
            using (Arguments arguments = new Arguments())
            {
                IntPtr error;
                Call.Check(NativeMethods.citx_segment_book_new(arguments.Pairs(rules, "rules"), out handle, out error), error);
            }
        }

        private SegmentBook(SegmentBookHandle handle)
        {
            this.handle = handle;
        }

        /// <summary>The names of the segments, in order.</summary>
        public IReadOnlyList<string> Names
        {
            get
            {
                string[] names = new string[Call.Size(NativeMethods.citx_segment_book_len(handle))];
                for (int i = 0; i < names.Length; i++)
                {
                    UIntPtr index = Call.Size(i);
                    names[i] = Call.View(handle, book => NativeMethods.citx_segment_book_name(book, index));
                }
                return Array.AsReadOnly(names);
            }
        }

        /// <summary>A book from a TOML file.</summary>
        /// <param name="path">The file: <c>name = "rule"</c>, or a table <c>[name]</c> with rule, description, owner, review_by.</param>
        /// <returns>The book.</returns>
        /// <exception cref="CitxStorageException">The file cannot be read.</exception>
        /// <exception cref="CitxRuleException">A rule cannot be read.</exception>
        public static SegmentBook Read(string path)
        {
            using (Arguments arguments = new Arguments())
            {
                SegmentBookHandle handle;
                IntPtr error;
                Call.Check(NativeMethods.citx_segment_book_read(arguments.Text(path, "path"), out handle, out error), error);
                return new SegmentBook(handle);
            }
        }

        /// <summary>A book from TOML text; see <see cref="Read"/>.</summary>
        /// <param name="toml">The text.</param>
        /// <returns>The book.</returns>
        /// <exception cref="CitxRuleException">A rule cannot be read.</exception>
        public static SegmentBook Parse(string toml)
        {
            using (Arguments arguments = new Arguments())
            {
                SegmentBookHandle handle;
                IntPtr error;
                Call.Check(NativeMethods.citx_segment_book_parse(arguments.Text(toml, "toml"), out handle, out error), error);
                return new SegmentBook(handle);
            }
        }

        /// <summary>Who is in which segment. A citizen is a member only where the rule is true: unknown is not.</summary>
        /// <param name="people">The citizens.</param>
        /// <param name="asOf">The instant, or a date, which starts at midnight in <paramref name="timeZone"/>.</param>
        /// <param name="timeZone">An IANA name such as <c>Europe/London</c>.</param>
        /// <param name="run">Threads, cancelling, progress; null for all cores and neither.</param>
        /// <param name="sources">Events and consent, for rules that ask for them; null for neither.</param>
        /// <returns>The membership; it may outlive the book and the population.</returns>
        /// <exception cref="CitxRuleException">A rule names what the population does not have, or its types do not fit.</exception>
        public Membership Evaluate(Population people, Instant asOf, string timeZone = "UTC", RunOptions run = null, Sources sources = null)
        {
            Guard.NotNull(people, "people");
            using (Arguments arguments = new Arguments())
            using (NativeRun native = new NativeRun(run))
            {
                MembershipHandle membership;
                IntPtr error;
                NativeText at = arguments.Text(asOf, "asOf");
                NativeText zone = arguments.Text(timeZone, "timeZone");
                IntPtr given = Sources.Write(sources, arguments);
                uint status = NativeMethods.citx_segment_book_evaluate_with(
                    handle, Guard.Open(people.Handle), at, zone, given, native.Pointer, out membership, out error);
                native.Check(status, error);
                return new Membership(membership);
            }
        }

        /// <summary>Who is in which segment, until the host cancels.</summary>
        /// <param name="people">The citizens.</param>
        /// <param name="asOf">The instant, or a date, which starts at midnight in <paramref name="timeZone"/>.</param>
        /// <param name="timeZone">An IANA name such as <c>Europe/London</c>.</param>
        /// <param name="cancellationToken">Stops the call.</param>
        /// <returns>The membership; it may outlive the book and the population.</returns>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        public Membership Evaluate(Population people, Instant asOf, string timeZone, CancellationToken cancellationToken)
        {
            return Evaluate(people, asOf, timeZone, new RunOptions { CancellationToken = cancellationToken });
        }

        /// <summary>How <see cref="Evaluate(Population, Instant, string, RunOptions, Sources)"/> would answer the book for these citizens.</summary>
        /// <param name="people">The citizens.</param>
        /// <param name="asOf">The instant or date.</param>
        /// <param name="timeZone">An IANA name such as <c>Europe/London</c>.</param>
        /// <param name="run">Threads, cancelling, progress; null for all cores and neither.</param>
        /// <param name="sources">Events and consent, for rules that ask for them; null for neither.</param>
        /// <returns>A table of <c>reads</c>, <c>form</c>, <c>conditions</c> and <c>why</c>, a row for each part.</returns>
        /// <exception cref="CitxRuleException">A rule names what the population does not have, or its types do not fit.</exception>
        public Table ExplainPlan(Population people, Instant asOf, string timeZone = "UTC", RunOptions run = null, Sources sources = null)
        {
            Guard.NotNull(people, "people");
            using (Arguments arguments = new Arguments())
            using (NativeRun native = new NativeRun(run))
            {
                TableHandle table;
                IntPtr error;
                NativeText at = arguments.Text(asOf, "asOf");
                NativeText zone = arguments.Text(timeZone, "timeZone");
                IntPtr given = Sources.Write(sources, arguments);
                uint status = NativeMethods.citx_segment_book_explain_plan(
                    handle, Guard.Open(people.Handle), at, zone, given, native.Pointer, out table, out error);
                native.Check(status, error);
                using (table)
                {
                    return Transfer.ReadTable(table);
                }
            }
        }

        /// <summary>The names of the segments that one record is in, in the book's order; no population is needed.</summary>
        /// <param name="record">Names and values; what the rules read must be there, null where it is not known.</param>
        /// <param name="asOf">The instant or date.</param>
        /// <param name="timeZone">An IANA name such as <c>Europe/London</c>.</param>
        /// <param name="sources">Events and consent, for rules that ask for them; null for neither.</param>
        /// <returns>The names.</returns>
        /// <exception cref="CitxRuleException">The record lacks an attribute that a rule reads, or its types do not fit.</exception>
        public IReadOnlyList<string> Match(IEnumerable<KeyValuePair<string, object>> record, Instant asOf, string timeZone = "UTC", Sources sources = null)
        {
            using (Arguments arguments = new Arguments())
            using (RecordHandle native = Transfer.WriteRecord(record, "record"))
            {
                NativeText at = arguments.Text(asOf, "asOf");
                NativeText zone = arguments.Text(timeZone, "timeZone");
                IntPtr given = Sources.Write(sources, arguments);
                return Transfer.ReadNames((out NamesHandle names, out IntPtr error) =>
                    NativeMethods.citx_segment_book_match_with(handle, native, at, zone, given, out names, out error));
            }
        }

        /// <summary>Why one record is in a segment or not.</summary>
        /// <param name="name">The segment.</param>
        /// <param name="record">Names and values, such as <see cref="Population.Row(string)"/> gives.</param>
        /// <param name="asOf">The instant or date.</param>
        /// <param name="timeZone">An IANA name such as <c>Europe/London</c>.</param>
        /// <param name="sources">Events and consent, for rules that ask for them; null for neither.</param>
        /// <returns>The tree of the rule's predicates.</returns>
        /// <exception cref="CitxRuleException">The segment is unknown, or the record lacks an attribute.</exception>
        public Explanation Explain(
            string name,
            IEnumerable<KeyValuePair<string, object>> record,
            Instant asOf,
            string timeZone = "UTC",
            Sources sources = null)
        {
            using (Arguments arguments = new Arguments())
            using (RecordHandle native = Transfer.WriteRecord(record, "record"))
            {
                ExplanationHandle explanation;
                IntPtr error;
                NativeText segment = arguments.Text(name, "name");
                NativeText at = arguments.Text(asOf, "asOf");
                NativeText zone = arguments.Text(timeZone, "timeZone");
                IntPtr given = Sources.Write(sources, arguments);
                Call.Check(
                    NativeMethods.citx_segment_book_explain_with(handle, segment, native, at, zone, given, out explanation, out error), error);
                using (explanation)
                {
                    return Explanation.Read(explanation);
                }
            }
        }

        /// <summary>The attributes that a segment reads, through <c>in_segment</c> too, sorted.</summary>
        /// <param name="name">The segment.</param>
        /// <returns>The names of the attributes.</returns>
        /// <exception cref="CitxRuleException">There is no such segment.</exception>
        public IReadOnlyList<string> ColumnsUsed(string name)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeText segment = arguments.Text(name, "name");
                return Transfer.ReadNames(
                    (out NamesHandle names, out IntPtr error) => NativeMethods.citx_segment_book_columns_used(handle, segment, out names, out error));
            }
        }

        /// <summary>Frees the book; calls that run on it go on unharmed.</summary>
        public void Dispose()
        {
            handle.Dispose();
        }
    }
}
