using System;
using Citx.Native;
using System.Runtime.InteropServices;

namespace Citx.Arrow
{
    /// <summary>Offers a table to the library as an Arrow stream, one batch per chunk.</summary>
    /// <remarks>The functions are called from native code, on any thread, possibly after the call that they were given to; so the delegates
    /// live in static fields, nothing is thrown through them, and what they need hangs on the stream's private data.</remarks>
    internal sealed class StreamWriter
    {
        private const int Failed = 5;

        private static readonly StreamFill GetSchemaCall = GetSchema;
        private static readonly StreamFill GetNextCall = GetNext;
        private static readonly StreamLastError GetLastErrorCall = GetLastError;
        private static readonly ReleaseStruct ReleaseCall = Release;

        private readonly Table table;
        private int next;
        private IntPtr lastError;

        private StreamWriter(Table table)
        {
            this.table = table;
        }

        /// <summary>Writes a stream struct at `into`; whoever takes it over releases it.</summary>
        internal static void Open(Table table, IntPtr into)
        {
            foreach (Column column in table.Columns)
            {
                ArrayWriter.CheckWritable(column);
            }
            CStream stream = default(CStream);
            stream.GetSchema = Marshal.GetFunctionPointerForDelegate(GetSchemaCall);
            stream.GetNext = Marshal.GetFunctionPointerForDelegate(GetNextCall);
            stream.GetLastError = Marshal.GetFunctionPointerForDelegate(GetLastErrorCall);
            stream.Release = Marshal.GetFunctionPointerForDelegate(ReleaseCall);
            stream.PrivateData = GCHandle.ToIntPtr(GCHandle.Alloc(new StreamWriter(table)));
            Marshal.StructureToPtr(stream, into, false);
        }

        private static StreamWriter At(IntPtr stream)
        {
            CStream self = Marshal.PtrToStructure<CStream>(stream);
            return (StreamWriter)GCHandle.FromIntPtr(self.PrivateData).Target;
        }

        private static int GetSchema(IntPtr stream, IntPtr into)
        {
            return At(stream).Try(writer => SchemaWriter.WriteTable(writer.table, into));
        }

        private static int GetNext(IntPtr stream, IntPtr into)
        {
            return At(stream).Try(writer =>
            {
                Marshal.StructureToPtr(default(CArray), into, false);
                int batches = writer.table.Columns.Count == 0 ? 0 : writer.table.Columns[0].Chunks.Count;
                if (writer.next < batches)
                {
                    ArrayWriter.WriteBatch(writer.table, writer.next, into);
                    writer.next++;
                }
            });
        }

        private static IntPtr GetLastError(IntPtr stream)
        {
            return At(stream).lastError;
        }

        private static void Release(IntPtr stream)
        {
            CStream self = Marshal.PtrToStructure<CStream>(stream);
            GCHandle handle = GCHandle.FromIntPtr(self.PrivateData);
            Marshal.FreeHGlobal(((StreamWriter)handle.Target).lastError);
            handle.Free();
            Marshal.StructureToPtr(default(CStream), stream, false);
        }

        private int Try(Action<StreamWriter> action)
        {
            try
            {
                action(this);
                return 0;
            }
            catch (Exception error)
            {
                Marshal.FreeHGlobal(lastError);
                lastError = Unmanaged.ZeroEnded(error is OutOfMemoryException ? "out of memory" : "the table could not be written: " + error.GetType().Name);
                return Failed;
            }
        }
    }
}
