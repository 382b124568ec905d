using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <summary>Who may be contacted, and why not the others. Immutable: any thread may use it.</summary>
    public sealed class Audience : IDisposable
    {
        private readonly AudienceHandle handle;
        private readonly Lazy<Table> allowed;
        private readonly Lazy<Table> refused;
        private readonly Lazy<Table> heldOut;

        internal Audience(AudienceHandle handle)
        {
            this.handle = handle;
            allowed = new Lazy<Table>(() =>
                Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_audience_allowed(handle, out table, out error)));
            refused = new Lazy<Table>(() =>
                Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_audience_refused(handle, out table, out error)));
            heldOut = new Lazy<Table>(() =>
                Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_audience_held_out(handle, out table, out error)));
        }

        /// <summary>Key, channel, basis, rule: one row for each citizen who may be contacted, in population order.</summary>
        public Table Allowed
        {
            get { return allowed.Value; }
        }

        /// <summary>Key, channel, reason, rule: one row for each channel tried in vain.</summary>
        public Table Refused
        {
            get { return refused.Value; }
        }

        /// <summary>Key, channel: one row for each citizen who might be contacted and is held out, in population order.</summary>
        public Table HeldOut
        {
            get { return heldOut.Value; }
        }

        /// <summary>Outcome (<c>allow</c>, <c>deny</c>, <c>defer</c>, <c>held_out</c>), channel, rule, reason and how many.</summary>
        /// <returns>One row for each of them.</returns>
        public Table Summary()
        {
            return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_audience_summary(handle, out table, out error));
        }

        /// <summary>When the first of the allowed may not be contacted any more, or only by another rule, though nobody does anything: from then on
        /// the list must not be used. Null if nothing changes within 400 days.</summary>
        public DateTimeOffset? ExpiresAt
        {
            get
            {
                long micros;
                return NativeMethods.citx_audience_expires_at(handle, out micros) ? Instant.FromMicros(micros) : (DateTimeOffset?)null;
            }
        }

        /// <summary>Whom the gate leaves out: the share allowed in each group of the members (Equality Act 2010 s. 149).</summary>
        /// <param name="by">The breakdowns by columns of the population; several columns are crossed; null for none.</param>
        /// <param name="level">Level of the intervals.</param>
        /// <param name="minBase">Groups of fewer members are withheld, and others with them as far as they would give these away.</param>
        /// <returns>Everyone, then each group: by, group, members, allowed, share, ci_low, ci_high, ratio, difference, ..., suppressed.</returns>
        /// <exception cref="CitxRuleException">A column is not known.</exception>
        /// <exception cref="CitxArgumentException">A breakdown has no column, or the level is none.</exception>
        public Table Equality(IEnumerable<Breakdown> by = null, double level = 0.95, ulong minBase = 10)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeBreakdowns groups = arguments.Breakdowns(by);
                return Transfer.ReadTable(
                    (out TableHandle table, out IntPtr error) => NativeMethods.citx_audience_equality(handle, groups, level, minBase, out table, out error));
            }
        }

        /// <summary>The same audience for another system: the recipient that the ledger records with what is written for it. Without it, that is the
        /// kind of file.</summary>
        /// <param name="system">The system's name.</param>
        /// <returns>A new audience; this one stays as it is.</returns>
        public Audience ForSystem(string system)
        {
            using (Arguments arguments = new Arguments())
            {
                AudienceHandle audience;
                IntPtr error;
                Call.Check(NativeMethods.citx_audience_for_system(handle, arguments.Text(system, "system"), out audience, out error), error);
                return new Audience(audience);
            }
        }

        /// <summary>Writes key, channel, contact, basis and rule of everyone who may be contacted as CSV.</summary>
        /// <param name="path">The file.</param>
        /// <exception cref="CitxStorageException">It cannot be written; nothing is left half written.</exception>
        public void WriteCsv(string path)
        {
            using (Arguments arguments = new Arguments())
            {
                IntPtr error;
                Call.Check(NativeMethods.citx_audience_write_csv(handle, arguments.Text(path, "path"), out error), error);
            }
        }

        /// <summary>Writes the same as Parquet.</summary>
        /// <param name="path">The file.</param>
        /// <exception cref="CitxStorageException">It cannot be written; nothing is left half written.</exception>
        public void WriteParquet(string path)
        {
            using (Arguments arguments = new Arguments())
            {
                IntPtr error;
                Call.Check(NativeMethods.citx_audience_write_parquet(handle, arguments.Text(path, "path"), out error), error);
            }
        }

        /// <summary>Writes GOV.UK Notify files, one for each channel, split at Notify's row limit: <c>PREFIX-CHANNEL-K.csv</c>.</summary>
        /// <param name="directory">The folder.</param>
        /// <param name="personalisation">Placeholder and column, such as <c>name</c> and <c>first_name</c>; null for none.</param>
        /// <param name="prefix">Start of the file names; null for <c>audience</c>.</param>
        /// <returns>The paths of the files.</returns>
        /// <exception cref="CitxRuleException">A column is not known.</exception>
        /// <exception cref="CitxArgumentException">Notify does not have the channel, or the population lacks the contact facts.</exception>
        /// <exception cref="CitxStorageException">A file cannot be written.</exception>
        public IReadOnlyList<string> WriteNotify(string directory, IEnumerable<KeyValuePair<string, string>> personalisation = null, string prefix = null)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeText folder = arguments.Text(directory, "directory");
                NativeText start = arguments.Maybe(prefix, "prefix");
                NativePairs columns = arguments.Pairs(personalisation, "personalisation");
                return Transfer.ReadNames(
                    (out NamesHandle names, out IntPtr error) => NativeMethods.citx_audience_write_notify(handle, folder, start, columns, out names, out error));
            }
        }

        /// <summary>Writes the file that Google Customer Match takes: Email, Phone, First Name, Last Name, Country, Zip, contact points and names
        /// hashed by SHA-256.</summary>
        /// <param name="path">The file.</param>
        /// <param name="columns">Columns of the citizens for <c>first_name</c>, <c>last_name</c>, <c>country</c> and <c>zip</c>; null for none.</param>
        /// <returns>Key and reason of those left out: none of their contact points is allowed and valid.</returns>
        /// <exception cref="CitxArgumentException">The purpose is not of the class <c>ad_audience</c>.</exception>
        /// <exception cref="CitxRuleException">A column is not known.</exception>
        /// <exception cref="CitxStorageException">It cannot be written; nothing is left half written.</exception>
        public Table WriteCustomerMatch(string path, IEnumerable<KeyValuePair<string, string>> columns = null)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeText file = arguments.Text(path, "path");
                NativePairs named = arguments.Pairs(columns, "columns");
                return Transfer.ReadTable(
                    (out TableHandle table, out IntPtr error) => NativeMethods.citx_audience_write_customer_match(handle, file, named, out table, out error));
            }
        }

        /// <summary>Frees the audience once the calls that run on it are over; tables read from it stay.</summary>
        public void Dispose()
        {
            handle.Dispose();
        }
    }
}
