using System;
using System.Runtime.InteropServices;

namespace Citx
{
    /// <summary>Checks of arguments that are made before the library is called.</summary>
    internal static class Guard
    {
        internal static T NotNull<T>(T argument, string name)
            where T : class
        {
            if (argument == null)
            {
                throw CitxException.Argument("the argument `" + name + "` is null");
            }
            return argument;
        }

        /// <summary>A further object of a call. The runtime refuses a disposed one as well, but Mono then forgets to let go of those before it.</summary>
        internal static T Open<T>(T handle)
            where T : SafeHandle
        {
            if (handle.IsClosed)
            {
                throw new ObjectDisposedException(handle.GetType().Name.Replace("Handle", string.Empty));
            }
            return handle;
        }
    }
}
