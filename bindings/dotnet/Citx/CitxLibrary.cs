using System;
using Citx.Native;

namespace Citx
{
    /// <summary>The native library that does the work.</summary>
    public static class CitxLibrary
    {
        /// <summary>The version of the binary interface that this wrapper was made for.</summary>
        public const int AbiVersion = 1;

        /// <summary>The version of the library, such as <c>0.1.0</c>.</summary>
        /// <exception cref="DllNotFoundException">The native library is not beside the program.</exception>
        public static string Version
        {
            get { return NativeMethods.citx_version().Copy(); }
        }

        /// <summary>The version of the library's binary interface; it must be <see cref="AbiVersion"/>.</summary>
        public static int NativeAbiVersion
        {
            get { return checked((int)NativeMethods.citx_abi_version()); }
        }
    }
}
