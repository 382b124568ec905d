using System;
using Citx.Native;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Citx.Arrow
{
    /// <summary>Takes a whole Arrow stream of the library into managed memory.</summary>
    internal static class StreamReader
    {
        /// <summary>Reads the stream at `stream` to its end. It is the caller's to release.</summary>
        internal static Table ReadTable(IntPtr stream)
        {
            CStream calls = Marshal.PtrToStructure<CStream>(stream);
            StreamFill getSchema = Marshal.GetDelegateForFunctionPointer<StreamFill>(calls.GetSchema);
            StreamFill getNext = Marshal.GetDelegateForFunctionPointer<StreamFill>(calls.GetNext);
            IntPtr schema = Unmanaged.AllocateZeroed(Marshal.SizeOf<CSchema>());
            IntPtr array = Unmanaged.AllocateZeroed(Marshal.SizeOf<CArray>());
            try
            {
                Check(getSchema(stream, schema), stream, calls);
                CSchema root = Marshal.PtrToStructure<CSchema>(schema);
                ArrayReader[] readers = new ArrayReader[checked((int)root.ChildCount)];
                List<Chunk>[] chunks = new List<Chunk>[readers.Length];
                for (int i = 0; i < readers.Length; i++)
                {
                    readers[i] = new ArrayReader(Marshal.ReadIntPtr(root.Children, i * IntPtr.Size));
                    chunks[i] = new List<Chunk>();
                }
                long rows = 0;
                while (true)
                {
                    Check(getNext(stream, array), stream, calls);
                    CArray batch = Marshal.PtrToStructure<CArray>(array);
                    if (batch.Release == IntPtr.Zero)
                    {
                        break;
                    }
                    try
                    {
                        rows += batch.Length;
                        for (int i = 0; i < readers.Length; i++)
                        {
                            chunks[i].Add(readers[i].Read(Marshal.ReadIntPtr(batch.Children, i * IntPtr.Size), batch.Offset, batch.Length));
                        }
                    }
                    finally
                    {
                        Release(array, batch.Release);
                    }
                }
                if (rows > int.MaxValue)
                {
                    throw CitxException.Of(ErrorKind.LimitExceeded, "a table of more than 2^31 - 1 rows does not fit into .NET collections");
                }
                Column[] columns = new Column[readers.Length];
                for (int i = 0; i < readers.Length; i++)
                {
                    columns[i] = new Column(readers[i].Name, readers[i].Type, chunks[i].ToArray());
                }
                return new Table(columns, (int)rows);
            }
            finally
            {
                ReleaseSchema(schema);
                Marshal.FreeHGlobal(schema);
                Marshal.FreeHGlobal(array);
            }
        }

        /// <summary>Releases the schema at `schema`, if it is not released.</summary>
        internal static void ReleaseSchema(IntPtr schema)
        {
            IntPtr release = Marshal.PtrToStructure<CSchema>(schema).Release;
            if (release != IntPtr.Zero)
            {
                Release(schema, release);
            }
        }

        /// <summary>Releases the array at `array`, if it is not released.</summary>
        internal static void ReleaseArray(IntPtr array)
        {
            IntPtr release = Marshal.PtrToStructure<CArray>(array).Release;
            if (release != IntPtr.Zero)
            {
                Release(array, release);
            }
        }

        /// <summary>Releases the stream at `stream`, if it is not released.</summary>
        internal static void ReleaseStream(IntPtr stream)
        {
            IntPtr release = Marshal.PtrToStructure<CStream>(stream).Release;
            if (release != IntPtr.Zero)
            {
                Release(stream, release);
            }
        }

        private static void Release(IntPtr self, IntPtr release)
        {
            Marshal.GetDelegateForFunctionPointer<ReleaseStruct>(release)(self);
        }

        private static void Check(int status, IntPtr stream, CStream calls)
        {
            if (status == 0)
            {
                return;
            }
            IntPtr text = Marshal.GetDelegateForFunctionPointer<StreamLastError>(calls.GetLastError)(stream);
            throw CitxException.Of(ErrorKind.Io, Unmanaged.TextAt(text) ?? "the table could not be read");
        }
    }
}
