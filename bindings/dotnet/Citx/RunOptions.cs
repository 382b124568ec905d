using System;
using System.Threading;

namespace Citx
{
    /// <summary>How a long call runs. Results never depend on it.</summary>
    public sealed class RunOptions
    {
        /// <summary>At most this many threads; 0 is all cores.</summary>
        public int Threads { get; set; }

        /// <summary>Refuses with <see cref="CitxLimitException"/>, before it starts, what may take more than so many bytes; 0 is no limit.</summary>
        public long MemoryLimit { get; set; }

        /// <summary>Stops the call with <see cref="CitxLimitException"/>; null for never.</summary>
        public CancelToken Cancel { get; set; }

        /// <summary>Stops the call with <see cref="OperationCanceledException"/>, as .NET hosts expect.</summary>
        public CancellationToken CancellationToken { get; set; }

        /// <summary>Hears the share done, from 0 to 1, on threads of citx, several at once; null for nobody.</summary>
        public IProgress<double> Progress { get; set; }
    }
}
