using System;
using Citx.Native;

namespace Citx
{
    /// <summary>Stops long calls from another thread. Any number of calls may share one; any thread may cancel it.</summary>
    /// <remarks>A call so stopped throws <see cref="CitxLimitException"/> with <see cref="ErrorKind.Cancelled"/>. Where the host has a
    /// <see cref="System.Threading.CancellationToken"/>, give that to <see cref="RunOptions"/> instead.</remarks>
    public sealed class CancelToken : IDisposable
    {
        private readonly CancelHandle handle;

        /// <summary>A token that has not been cancelled.</summary>
        public CancelToken()
        {
            IntPtr error;
            Call.Check(NativeMethods.citx_cancel_new(out handle, out error), error);
        }

        /// <summary>Whether <see cref="Cancel"/> was called.</summary>
        public bool IsCancelled
        {
            get { return NativeMethods.citx_cancel_is_set(handle); }
        }

        internal CancelHandle Handle
        {
            get { return handle; }
        }

        /// <summary>Asks the calls that hold the token to stop.</summary>
        public void Cancel()
        {
            NativeMethods.citx_cancel_set(handle);
        }

        /// <summary>Frees the token; calls that hold it go on unharmed.</summary>
        public void Dispose()
        {
            handle.Dispose();
        }
    }
}
