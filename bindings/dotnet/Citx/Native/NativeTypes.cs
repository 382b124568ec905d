using System;
using System.Runtime.InteropServices;

namespace Citx.Native
{
    /// <summary>`citx_str`: UTF-8 text with its length.</summary>
    internal partial struct NativeText
    {
        /// <summary>A copy; null where there is none.</summary>
        internal string Copy()
        {
            return Unmanaged.TextAt(Data, checked((int)Len.ToUInt64()));
        }
    }

    /// <summary>The function of a host that hears of progress.</summary>
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate void ProgressCall(double share, IntPtr data);

    /// <summary>The function of a host that gives the token of a contact point.</summary>
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate NativeText TokenCall(NativeText contact, IntPtr data);
}
