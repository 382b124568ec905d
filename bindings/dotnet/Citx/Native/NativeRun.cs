using System;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Threading;

namespace Citx.Native
{
    /// <summary>The options of one long call while it runs: links .NET's cancellation and progress to those of the library.</summary>
    internal sealed class NativeRun : IDisposable
    {
        private readonly Arguments arguments = new Arguments();
        private readonly RunOptions options;
        private readonly CancelToken own;
        private readonly ProgressCall progress;
        private readonly CancellationTokenRegistration registration;
        private Exception thrown;

        internal NativeRun(RunOptions options)
        {
            this.options = options;
            if (options == null)
            {
                return;
            }
            if (options.Threads < 0)
            {
                throw CitxException.Of(ErrorKind.OutOfRange, "the option `Threads` is negative");
            }
            if (options.MemoryLimit < 0)
            {
                throw CitxException.Of(ErrorKind.OutOfRange, "the option `MemoryLimit` is negative");
            }
            if (options.Cancel != null && options.CancellationToken.CanBeCanceled)
            {
                throw CitxException.Argument("give either the option `Cancel` or the option `CancellationToken`, not both");
            }
            options.CancellationToken.ThrowIfCancellationRequested();
            NativeRunOptions native = default(NativeRunOptions);
            native.Threads = (uint)options.Threads;
            native.MemoryLimit = (ulong)options.MemoryLimit;
            CancelToken cancel = options.Cancel;
            if (cancel == null && (options.CancellationToken.CanBeCanceled || options.Progress != null))
            {
                cancel = own = new CancelToken();
            }
            native.Cancel = cancel == null ? IntPtr.Zero : arguments.Hold(cancel.Handle);
            if (options.Progress != null)
            {
                progress = Report;
                native.Progress = Marshal.GetFunctionPointerForDelegate(progress);
            }
            Pointer = arguments.Options(native);
            if (options.CancellationToken.CanBeCanceled)
            {
                registration = options.CancellationToken.Register(own.Cancel);
            }
        }

        internal IntPtr Pointer { get; }

        /// <summary>Turns the outcome of the call into the exception that the host expects.</summary>
        internal void Check(uint status, IntPtr error)
        {
            GC.KeepAlive(progress);
            try
            {
                Call.Check(status, error);
            }
            catch (CitxLimitException stopped) when (stopped.Kind == ErrorKind.Cancelled)
            {
                ThrowProgressFailure();
                if (options != null && options.CancellationToken.IsCancellationRequested)
                {
                    throw new OperationCanceledException(stopped.Message, stopped, options.CancellationToken);
                }
                throw;
            }
            ThrowProgressFailure();
        }

        public void Dispose()
        {
            registration.Dispose();
            arguments.Dispose();
            if (own != null)
            {
                own.Dispose();
            }
        }

        private void ThrowProgressFailure()
        {
            if (thrown != null)
            {
                ExceptionDispatchInfo.Capture(thrown).Throw();
            }
        }

        /// <summary>Called by the library: an exception must not pass through it, so it is thrown when the call is over, which it hastens.</summary>
        private void Report(double share, IntPtr data)
        {
            try
            {
                options.Progress.Report(share);
            }
            catch (Exception error)
            {
                Interlocked.CompareExchange(ref thrown, error, null);
                if (own != null)
                {
                    own.Cancel();
                }
            }
        }
    }
}
