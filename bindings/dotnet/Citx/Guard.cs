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

        /// <summary>A number where zero would read as "left out" beyond the language boundary.</summary>
        internal static double NotZero(double argument, string name)
        {
            if (argument == 0)
            {
                throw CitxException.Of(ErrorKind.OutOfRange, "the argument `" + name + "` is 0");
            }
            return argument;
        }

        /// <summary>A count.</summary>
        internal static ulong NotNegative(long argument, string name)
        {
            if (argument < 0)
            {
                throw CitxException.Of(ErrorKind.OutOfRange, "the argument `" + name + "` is negative");
            }
            return (ulong)argument;
        }

        /// <summary>A count that is not left out.</summary>
        internal static UIntPtr AtLeast1(int argument, string name)
        {
            if (argument < 1)
            {
                throw CitxException.Of(ErrorKind.OutOfRange, "the argument `" + name + "` must be at least 1");
            }
            return new UIntPtr((uint)argument);
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
