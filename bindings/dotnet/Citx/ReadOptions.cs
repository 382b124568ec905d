using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <summary>How a file is read; as it is made: types inferred, UTF-8, the first sheet, a bad row fails the whole read.</summary>
    public sealed class ReadOptions
    {
        /// <summary>Types by column: <c>text</c>, <c>integer</c>, <c>float</c>, <c>decimal(10, 2)</c>, <c>boolean</c>, <c>date</c>,
        /// <c>date:%d/%m/%Y</c>, <c>timestamp</c>, <c>timestamp:FORMAT</c>.</summary>
        public IDictionary<string, string> Types { get; set; } = new Dictionary<string, string>();

        /// <summary>Encoding of a CSV file, such as <c>utf-8</c> (also if null) or <c>windows-1252</c>.</summary>
        public string Encoding { get; set; }

        /// <summary>Sheet of a workbook; null is the first.</summary>
        public string Sheet { get; set; }

        /// <summary><c>fail</c> (also if null), or <c>quarantine</c>: bad rows are set aside, see <see cref="Population.Rejected"/>.</summary>
        public string OnError { get; set; }

        internal static IntPtr Write(ReadOptions options, Arguments arguments)
        {
            if (options == null)
            {
                return IntPtr.Zero;
            }
            return arguments.Options(new NativeReadOptions
            {
                Types = arguments.Pairs(options.Types, "Types"),
                Encoding = arguments.Maybe(options.Encoding, "Encoding"),
                Sheet = arguments.Maybe(options.Sheet, "Sheet"),
                OnError = arguments.Maybe(options.OnError, "OnError"),
            });
        }
    }
}
