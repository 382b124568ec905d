using System;
using System.Runtime.InteropServices;

namespace Citx.Arrow
{
    /// <summary>`struct ArrowSchema` of the Arrow C data interface.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct CSchema
    {
        internal IntPtr Format;
        internal IntPtr Name;
        internal IntPtr Metadata;
        internal long Flags;
        internal long ChildCount;
        internal IntPtr Children;
        internal IntPtr Dictionary;
        internal IntPtr Release;
        internal IntPtr PrivateData;

        internal const long Nullable = 2;
    }

    /// <summary>`struct ArrowArray` of the Arrow C data interface.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct CArray
    {
        internal long Length;
        internal long NullCount;
        internal long Offset;
        internal long BufferCount;
        internal long ChildCount;
        internal IntPtr Buffers;
        internal IntPtr Children;
        internal IntPtr Dictionary;
        internal IntPtr Release;
        internal IntPtr PrivateData;
    }

    /// <summary>`struct ArrowArrayStream` of the Arrow C stream interface.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct CStream
    {
        internal IntPtr GetSchema;
        internal IntPtr GetNext;
        internal IntPtr GetLastError;
        internal IntPtr Release;
        internal IntPtr PrivateData;
    }

    /// <summary>`get_schema` and `get_next`: both fill a struct and return 0 or an errno.</summary>
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate int StreamFill(IntPtr stream, IntPtr into);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate IntPtr StreamLastError(IntPtr stream);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate void ReleaseStruct(IntPtr self);
}
