using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <summary>Disclosure control: which counts to withhold so that none of them can be found from the others, and the proof.</summary>
    public static class Disclosure
    {
        /// <summary>The same table with small counts withheld, and others by which they could be found.</summary>
        /// <param name="table">The counts.</param>
        /// <param name="cells">Which columns are what.</param>
        /// <param name="rule">What is withheld.</param>
        /// <param name="options">How well it is protected; null for the defaults.</param>
        /// <returns>The table with the columns <c>shown</c> and <c>suppressed</c> (<c>none</c>, <c>primary</c> or <c>secondary</c>) more.</returns>
        /// <exception cref="CitxRuleException">There is no such column.</exception>
        /// <exception cref="CitxArgumentException">A count is null or not a whole number, a cell is there twice, or rows do not add up to their total.</exception>
        /// <exception cref="CitxStatisticsException">A cell cannot be protected as far as asked for.</exception>
        public static Table Suppress(Table table, CellOptions cells, DisclosureRule rule, SuppressOptions options = null)
        {
            Guard.NotNull(rule, "rule");
            using (Arguments arguments = new Arguments())
            using (TableHandle native = Transfer.WriteTable(table, "table"))
            {
                IntPtr columns = CellOptions.Write(cells, arguments);
                IntPtr how = SuppressOptions.Write(options, arguments);
                return Transfer.ReadTable(
                    (out TableHandle made, out IntPtr error) => NativeMethods.citx_suppress(native, columns, rule.Handle, how, out made, out error));
            }
        }

        /// <summary>The same for tables that share cells or totals, none of which may give another away.</summary>
        /// <param name="tables">The counts; each table has the categories of its columns.</param>
        /// <param name="cells">Which columns are what.</param>
        /// <param name="rule">What is withheld.</param>
        /// <param name="options">How well it is protected; null for the defaults.</param>
        /// <returns>The tables in the same order, as <see cref="Suppress"/> makes them.</returns>
        /// <exception cref="CitxException">As <see cref="Suppress"/>.</exception>
        public static IReadOnlyList<Table> SuppressLinked(IEnumerable<Table> tables, CellOptions cells, DisclosureRule rule, SuppressOptions options = null)
        {
            Guard.NotNull(rule, "rule");
            using (Arguments arguments = new Arguments())
            {
                TableListHandle list;
                IntPtr failed;
                NativeTables given = arguments.Tables(tables, "tables");
                IntPtr columns = CellOptions.Write(cells, arguments);
                IntPtr how = SuppressOptions.Write(options, arguments);
                Call.Check(NativeMethods.citx_suppress_linked(given, columns, rule.Handle, how, out list, out failed), failed);
                using (list)
                {
                    Table[] made = new Table[Call.Size(NativeMethods.citx_table_list_len(list))];
                    for (int i = 0; i < made.Length; i++)
                    {
                        UIntPtr index = Call.Size(i);
                        made[i] = Transfer.ReadTable(
                            (out TableHandle table, out IntPtr error) => NativeMethods.citx_table_list_get(list, index, out table, out error));
                    }
                    return Array.AsReadOnly(made);
                }
            }
        }

        /// <summary>A table of counts with the totals of all margins.</summary>
        /// <param name="table">The counts.</param>
        /// <param name="cells">Which columns are what.</param>
        /// <returns>The table with more rows.</returns>
        /// <exception cref="CitxRuleException">There is no such column.</exception>
        /// <exception cref="CitxArgumentException">A count is null or not a whole number, a category is null, or the table has totals already.</exception>
        public static Table WithTotals(Table table, CellOptions cells)
        {
            using (Arguments arguments = new Arguments())
            using (TableHandle native = Transfer.WriteTable(table, "table"))
            {
                IntPtr columns = CellOptions.Write(cells, arguments);
                return Transfer.ReadTable((out TableHandle made, out IntPtr error) => NativeMethods.citx_with_totals(native, columns, out made, out error));
            }
        }

        /// <summary>What a reader could still work out of each withheld count from all that the tables show.</summary>
        /// <param name="tables">The tables; counts may be null where they are withheld.</param>
        /// <param name="cells">Which columns are what.</param>
        /// <param name="options">What the reader knows; null for the defaults.</param>
        /// <returns>One row for each withheld cell: the categories, count, suppressed, lower, upper (null without limit), recoverable (the bounds are one
        /// number), protected, attained (both bounds are counts of whole tables that were found).</returns>
        /// <exception cref="CitxRuleException">There is no such column.</exception>
        /// <exception cref="CitxArgumentException">A count is not a whole number, a cell is there twice, or rows do not add up to their total.</exception>
        /// <exception cref="CitxLimitException">There are too many withheld cells.</exception>
        /// <exception cref="CitxStatisticsException">The solver gave no answer.</exception>
        public static Table Audit(IEnumerable<Table> tables, CellOptions cells, AuditOptions options = null)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeTables given = arguments.Tables(tables, "tables");
                IntPtr columns = CellOptions.Write(cells, arguments);
                IntPtr how = AuditOptions.Write(options, arguments);
                return Transfer.ReadTable((out TableHandle found, out IntPtr error) => NativeMethods.citx_audit(given, columns, how, out found, out error));
            }
        }

        /// <summary>A table of <see cref="Survey.Scores"/> with small bases withheld, and others by which they could be found.</summary>
        /// <param name="scores">The scores.</param>
        /// <param name="rule">What is withheld.</param>
        /// <param name="options">How well it is protected; null for the defaults.</param>
        /// <returns>The same columns; in a withheld row all figures and n are null, and <c>published</c> is the rule's symbol.</returns>
        /// <exception cref="CitxRuleException">A column is not there.</exception>
        /// <exception cref="CitxArgumentException">An n is null, a row is there twice, or groups have more respondents than their total.</exception>
        /// <exception cref="CitxStatisticsException">A group cannot be protected as far as asked for.</exception>
        public static Table ProtectScores(Table scores, DisclosureRule rule, SuppressOptions options = null)
        {
            Guard.NotNull(rule, "rule");
            using (Arguments arguments = new Arguments())
            using (TableHandle native = Transfer.WriteTable(scores, "scores"))
            {
                IntPtr how = SuppressOptions.Write(options, arguments);
                return Transfer.ReadTable(
                    (out TableHandle made, out IntPtr error) => NativeMethods.citx_protect_scores(native, rule.Handle, how, out made, out error));
            }
        }
    }

    /// <summary>Which counts a body withholds, what else goes with them, and what is shown instead. Immutable: any thread may use it.</summary>
    public sealed class DisclosureRule : IDisposable
    {
        private readonly DisclosureRuleHandle handle;

        private DisclosureRule(DisclosureRuleHandle handle)
        {
            this.handle = handle;
        }

        /// <summary>The names of the rules that ship with citx.</summary>
        public static IReadOnlyList<string> Names
        {
            get { return Transfer.ReadNames((out NamesHandle names, out IntPtr error) => NativeMethods.citx_disclosure_rule_names(out names, out error)); }
        }

        /// <summary>Its name.</summary>
        public string Name
        {
            get { return Call.View(Handle, NativeMethods.citx_disclosure_rule_name); }
        }

        /// <summary>What it is for, in words.</summary>
        public string Title
        {
            get { return Call.View(Handle, NativeMethods.citx_disclosure_rule_title); }
        }

        /// <summary>Where it is written.</summary>
        public string Source
        {
            get { return Call.View(Handle, NativeMethods.citx_disclosure_rule_source); }
        }

        /// <summary>What is shown in place of a count.</summary>
        public string Symbol
        {
            get { return Call.View(Handle, NativeMethods.citx_disclosure_rule_symbol); }
        }

        /// <summary>Smaller counts are withheld.</summary>
        public long Threshold
        {
            get { return checked((long)NativeMethods.citx_disclosure_rule_threshold(Handle)); }
        }

        internal DisclosureRuleHandle Handle
        {
            get { return Guard.Open(handle); }
        }

        /// <summary>A rule that ships with citx.</summary>
        /// <param name="name">Its name, such as <c>rsh-tsm</c>, <c>nhs-fft</c> or <c>uk-tre</c>.</param>
        /// <returns>The rule.</returns>
        /// <exception cref="CitxRuleException">There is no such rule.</exception>
        public static DisclosureRule Builtin(string name)
        {
            using (Arguments arguments = new Arguments())
            {
                DisclosureRuleHandle rule;
                IntPtr error;
                Call.Check(NativeMethods.citx_disclosure_rule_builtin(arguments.Text(name, "name"), out rule, out error), error);
                return new DisclosureRule(rule);
            }
        }

        /// <summary>A rule of one's own from TOML text.</summary>
        /// <param name="toml">The text.</param>
        /// <returns>The rule.</returns>
        /// <exception cref="CitxArgumentException">The text is no rule; the message names the line.</exception>
        public static DisclosureRule Parse(string toml)
        {
            using (Arguments arguments = new Arguments())
            {
                DisclosureRuleHandle rule;
                IntPtr error;
                Call.Check(NativeMethods.citx_disclosure_rule_parse(arguments.Text(toml, "toml"), out rule, out error), error);
                return new DisclosureRule(rule);
            }
        }

        /// <summary>Frees the rule once the calls that run on it are over.</summary>
        public void Dispose()
        {
            handle.Dispose();
        }
    }

    /// <summary>Which columns of tables of counts are what; <see cref="Categories"/> and <see cref="Count"/> must be set.</summary>
    public sealed class CellOptions
    {
        /// <summary>Columns of the categories.</summary>
        public IList<string> Categories { get; set; } = new List<string>();

        /// <summary>Column of the count of people, unweighted.</summary>
        public string Count { get; set; }

        /// <summary>The label of a total; null for <c>Total</c>.</summary>
        public string Total { get; set; }

        /// <summary>Column and label of its totals, where it differs.</summary>
        public IDictionary<string, string> Totals { get; set; } = new Dictionary<string, string>();

        /// <summary>Child and parent column, such as area and region: a child's category implies its parent's.</summary>
        public IDictionary<string, string> Hierarchies { get; set; } = new Dictionary<string, string>();

        /// <summary>Columns of figures about the people counted: withheld with the count.</summary>
        public IList<string> Figures { get; set; } = new List<string>();

        /// <summary>Column of a share, and the category whose total it is a share of: withheld if the count or that total is.</summary>
        public IDictionary<string, string> Shares { get; set; } = new Dictionary<string, string>();

        internal static IntPtr Write(CellOptions options, Arguments arguments)
        {
            Guard.NotNull(options, "cells");
            return arguments.Options(new NativeCellOptions
            {
                Categories = arguments.Texts(options.Categories, "Categories"),
                Count = arguments.Text(options.Count, "Count"),
                Total = arguments.Maybe(options.Total, "Total"),
                Totals = arguments.Pairs(options.Totals, "Totals"),
                Hierarchies = arguments.Pairs(options.Hierarchies, "Hierarchies"),
                Figures = arguments.Texts(options.Figures, "Figures"),
                Shares = arguments.Pairs(options.Shares, "Shares"),
            });
        }
    }

    /// <summary>How well withheld counts are protected, and against whom.</summary>
    public sealed class SuppressOptions
    {
        /// <summary>A reader must be left with counts at least this far apart for each count withheld for its own sake.</summary>
        public int Width { get; set; } = 1;

        /// <summary>The same, in percent of the count; the greater of the two holds.</summary>
        public double Percent { get; set; }

        /// <summary>Whether the reader knows which counts are withheld for their own sake.</summary>
        public bool KnowsPrimary { get; set; }

        /// <summary>Whether to protect against the only member of a withheld cell of 1, who knows it, in the lines of that cell.</summary>
        public bool Singletons { get; set; } = true;

        /// <summary>The least a withheld count may be, as the reader knows; null for 1 where the rule shows every 0, else 0.</summary>
        public long? Floor { get; set; }

        /// <summary>Counts withheld from one line add up to at least this; the rule's, if that is more.</summary>
        public long LineTotal { get; set; }

        internal static IntPtr Write(SuppressOptions options, Arguments arguments)
        {
            return options == null ? IntPtr.Zero : arguments.Options(new NativeSuppressOptions
            {
                Width = Guard.AtLeast1(options.Width, "Width").ToUInt64(),
                Percent = options.Percent,
                KnowsPrimary = options.KnowsPrimary ? 1u : 0u,
                IgnoreSingletons = options.Singletons ? 0u : 1u,
                Floor = arguments.Maybe(options.Floor, "Floor"),
                LineTotal = Guard.NotNegative(options.LineTotal, "LineTotal"),
            });
        }
    }

    /// <summary>What the reader of tables is taken to know.</summary>
    public sealed class AuditOptions
    {
        /// <summary>Column that says what is withheld: <c>none</c>, <c>primary</c>, <c>secondary</c>, or true and false; null for <c>suppressed</c>.</summary>
        public string Suppressed { get; set; }

        /// <summary>The rule by which counts were withheld, so that its least withheld count is known; null for none.</summary>
        public DisclosureRule Rule { get; set; }

        /// <summary>How far apart the bounds of a protected count must be.</summary>
        public int Width { get; set; } = 1;

        /// <summary>The same, in percent of the count; the greater of the two holds.</summary>
        public double Percent { get; set; }

        /// <summary>Whether the reader knows which counts are withheld for their own sake.</summary>
        public bool KnowsPrimary { get; set; }

        /// <summary>More withheld cells than this are refused.</summary>
        public int MaxCells { get; set; } = 5000;

        /// <summary>The least a withheld count may be, as the reader knows; null for 1 where the rule shows every 0, else 0.</summary>
        public long? Floor { get; set; }

        internal static IntPtr Write(AuditOptions options, Arguments arguments)
        {
            return options == null ? IntPtr.Zero : arguments.Options(new NativeAuditOptions
            {
                Suppressed = arguments.Maybe(options.Suppressed, "Suppressed"),
                Rule = options.Rule == null ? IntPtr.Zero : arguments.Hold(options.Rule.Handle),
                Width = Guard.AtLeast1(options.Width, "Width").ToUInt64(),
                Percent = options.Percent,
                KnowsPrimary = options.KnowsPrimary ? 1u : 0u,
                MaxCells = Guard.AtLeast1(options.MaxCells, "MaxCells"),
                Floor = arguments.Maybe(options.Floor, "Floor"),
            });
        }
    }
}
