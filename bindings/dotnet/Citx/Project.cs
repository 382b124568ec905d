using System;
using Citx.Native;

namespace Citx
{
    /// <summary>A project file, <c>citx.toml</c>, from which the whole flow runs: segments, audiences, estimates, uplift and the report.</summary>
    public static class Project
    {
        /// <summary>Runs a project and writes its results beside the file, as the program <c>citx</c> does.</summary>
        /// <param name="path">The project file; the paths in it are relative to it.</param>
        /// <param name="asOf">The instant, or a date, which starts at midnight in the controller's zone.</param>
        /// <param name="run">Threads, cancelling, progress; null for all cores and neither.</param>
        /// <returns>What was found and written, as JSON.</returns>
        /// <exception cref="CitxArgumentException">The file is no project; the message names the line.</exception>
        /// <exception cref="CitxStorageException">A file cannot be read or written; nothing is left half written.</exception>
        public static string Run(string path, Instant asOf, RunOptions run = null)
        {
            using (Arguments arguments = new Arguments())
            using (NativeRun native = new NativeRun(run))
            {
                TextHandle json;
                IntPtr error;
                NativeText file = arguments.Text(path, "path");
                NativeText at = arguments.Text(asOf, "asOf");
                native.Check(NativeMethods.citx_run(file, at, native.Pointer, out json, out error), error);
                using (json)
                {
                    return NativeMethods.citx_text_str(json).Copy();
                }
            }
        }
    }
}
