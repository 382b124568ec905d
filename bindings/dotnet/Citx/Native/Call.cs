using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Citx.Native
{
    /// <summary>The two things around every call: errors become exceptions, and views are copied while their owner cannot go away.</summary>
    internal static class Call
    {
        /// <summary>Throws the exception of a failed call. `error` is what the call wrote, and is freed here.</summary>
        internal static void Check(uint status, IntPtr error)
        {
            if (status == 0)
            {
                return;
            }
            // A call that fails always writes an error; only a library that breaks its contract leaves the handle empty.
            using (ErrorHandle handle = new ErrorHandle(error, true))
            {
                string message = View(handle, NativeMethods.citx_error_message) ?? "citx gave no message";
                throw CitxException.Of((ErrorKind)status, message, Location(handle));
            }
        }

        /// <summary>A copy of a text that is a view into `owner`; null where there is none.</summary>
        internal static string View<T>(T owner, Func<T, NativeText> view)
            where T : SafeHandle
        {
            bool added = false;
            try
            {
                owner.DangerousAddRef(ref added);
                return view(owner).Copy();
            }
            finally
            {
                if (added)
                {
                    owner.DangerousRelease();
                }
            }
        }

        /// <summary>Copies of texts that are views into `owner`.</summary>
        internal static IReadOnlyList<string> Views<T>(T owner, Func<T, UIntPtr> count, Func<T, UIntPtr, NativeText> view)
            where T : SafeHandle
        {
            string[] texts = new string[Size(count(owner))];
            for (int i = 0; i < texts.Length; i++)
            {
                UIntPtr index = Size(i);
                texts[i] = View(owner, known => view(known, index));
            }
            return Array.AsReadOnly(texts);
        }

        /// <summary>A count or place that .NET collections index with an int.</summary>
        internal static int Size(UIntPtr value)
        {
            if (value.ToUInt64() > int.MaxValue)
            {
                throw CitxException.Of(ErrorKind.LimitExceeded, "a count of more than 2^31 - 1 does not fit into .NET collections");
            }
            return (int)value.ToUInt64();
        }

        internal static UIntPtr Size(int value)
        {
            return new UIntPtr(checked((uint)value));
        }

        private static RuleLocation Location(ErrorHandle error)
        {
            int line = Size(NativeMethods.citx_error_line(error));
            if (line == 0)
            {
                return null;
            }
            return new RuleLocation
            {
                Line = line,
                Column = Size(NativeMethods.citx_error_column(error)),
                Span = new RuleSpan(Size(NativeMethods.citx_error_span_start(error)), Size(NativeMethods.citx_error_span_end(error))),
                Snippet = View(error, NativeMethods.citx_error_snippet),
                Suggestion = View(error, NativeMethods.citx_error_suggestion),
            };
        }
    }
}
