using System;
using Citx.Native;

namespace Citx
{
    /// <summary>The regulator's data set of all landlords' returns of a year. Immutable.</summary>
    public sealed class TsmRelease
    {
        private TsmRelease(TsmReleaseHandle release)
        {
            Returns = Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_tsm_release_returns(release, out table, out error));
            Counts = Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_tsm_release_counts(release, out table, out error));
            Published = Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_tsm_release_published(release, out table, out error));
            Methods = Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_tsm_release_methods(release, out table, out error));
            Filters = Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_tsm_release_filters(release, out table, out error));
            Unweighted = Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_tsm_release_unweighted(release, out table, out error));
            Management = Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_tsm_release_management(release, out table, out error));
        }

        /// <summary>One row for each return: landlord, code, type, region, tenure, population, required, achieved, moe_percent, excluded, selection, predominant,
        /// weighted.</summary>
        public Table Returns { get; }

        /// <summary>Counts of answers, as <see cref="Survey.FromCounts"/> takes them: return, landlord, code, type, tenure, population, responses, measure, answer,
        /// count.</summary>
        public Table Counts { get; }

        /// <summary>What the regulator published: return, landlord, code, type, tenure, measure, percent, symbol.</summary>
        public Table Published { get; }

        /// <summary>Answers by method of collection: return, landlord, code, tenure, method, responses, percent, symbol.</summary>
        public Table Methods { get; }

        /// <summary>Answers to filter questions: return, landlord, code, tenure, measure, yes, no.</summary>
        public Table Filters { get; }

        /// <summary>Answers to TP01 without weights, where they were given: return, landlord, code, tenure, answer, count.</summary>
        public Table Unweighted { get; }

        /// <summary>Figures as <see cref="Citx.Management.FromTable"/> takes them: landlord, code, type, tenure, measure, numerator, denominator, symbol, published.</summary>
        public Table Management { get; }

        /// <summary>Reads the regulator's own workbook.</summary>
        /// <param name="path">The file.</param>
        /// <returns>Its tables.</returns>
        /// <exception cref="CitxStorageException">The file cannot be read, or is no workbook.</exception>
        /// <exception cref="CitxArgumentException">It lacks the sheets and columns of the data set.</exception>
        public static TsmRelease Read(string path)
        {
            using (Arguments arguments = new Arguments())
            {
                TsmReleaseHandle release;
                IntPtr error;
                Call.Check(NativeMethods.citx_tsm_release_read(arguments.Text(path, "path"), out release, out error), error);
                using (release)
                {
                    return new TsmRelease(release);
                }
            }
        }
    }
}
