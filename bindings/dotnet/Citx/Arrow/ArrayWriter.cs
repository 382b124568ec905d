using System;
using Citx.Native;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Citx.Arrow
{
    /// <summary>Writes Arrow arrays of chunks.</summary>
    /// <remarks>Each struct owns one block of native memory, its private data: pointers, children, and copies of the buffers.</remarks>
    internal static class ArrayWriter
    {
        /// <summary>Arrow recommends it; 128 bit decimals need at least 16.</summary>
        private const int Alignment = 64;

        private static readonly ReleaseStruct ReleaseCall = Release;

        internal static void CheckWritable(Column column)
        {
            Chunk items = column.Type == ColumnType.List && column.Chunks.Count > 0 ? column.Chunks[0].Child : null;
            if (column.Type == ColumnType.Other || (items != null && (items.Type == ColumnType.List || items.Type == ColumnType.Other)))
            {
                throw CitxException.Of(ErrorKind.Unsupported, "column `" + column.Name + "`: columns of type " + column.Type + " cannot be passed in");
            }
        }

        internal static void WriteBatch(Table table, int batch, IntPtr into)
        {
            List<Action<IntPtr>> children = new List<Action<IntPtr>>();
            long rows = 0;
            foreach (Column column in table.Columns)
            {
                Chunk chunk = column.Chunks[batch];
                rows = chunk.Length;
                children.Add(child => WriteChunk(chunk, child));
            }
            Write(rows, 0, new Array[] { null }, children, null, into);
        }

        private static void WriteChunk(Chunk chunk, IntPtr into)
        {
            List<Action<IntPtr>> children = new List<Action<IntPtr>>();
            long nulls = chunk.Validity == null ? 0 : -1;
            if (chunk.Codes != null)
            {
                Write(chunk.Length, nulls, new Array[] { chunk.Validity, chunk.Codes }, children, values => WriteChunk(chunk.Child, values), into);
                return;
            }
            switch (chunk.Type)
            {
                case ColumnType.Null:
                    Write(chunk.Length, chunk.Length, new Array[0], children, null, into);
                    break;
                case ColumnType.Boolean:
                    Write(chunk.Length, nulls, new Array[] { chunk.Validity, chunk.Bits }, children, null, into);
                    break;
                case ColumnType.Float:
                    Write(chunk.Length, nulls, new Array[] { chunk.Validity, chunk.Doubles }, children, null, into);
                    break;
                case ColumnType.Decimal:
                    Write(chunk.Length, nulls, new Array[] { chunk.Validity, chunk.Bytes }, children, null, into);
                    break;
                case ColumnType.Text:
                case ColumnType.Binary:
                    Write(chunk.Length, nulls, new Array[] { chunk.Validity, chunk.Offsets, chunk.Bytes }, children, null, into);
                    break;
                case ColumnType.List:
                    children.Add(items => WriteChunk(chunk.Child, items));
                    Write(chunk.Length, nulls, new Array[] { chunk.Validity, chunk.Offsets }, children, null, into);
                    break;
                case ColumnType.Date:
                    int[] days = Array.ConvertAll(chunk.Longs, day => checked((int)day));
                    Write(chunk.Length, nulls, new Array[] { chunk.Validity, days }, children, null, into);
                    break;
                default:
                    Write(chunk.Length, nulls, new Array[] { chunk.Validity, chunk.Longs }, children, null, into);
                    break;
            }
        }

        private static void Write(long rows, long nulls, Array[] buffers, List<Action<IntPtr>> children, Action<IntPtr> dictionary, IntPtr into)
        {
            int size = Marshal.SizeOf<CArray>();
            int pointers = buffers.Length * IntPtr.Size;
            int structs = pointers + (children.Count * IntPtr.Size);
            int head = structs + ((children.Count + 1) * size);
            long total = head + Alignment;
            foreach (Array buffer in buffers)
            {
                total += buffer == null ? 0 : Buffer.ByteLength(buffer) + Alignment;
            }
            IntPtr block = Marshal.AllocHGlobal(new IntPtr(total));
            Marshal.Copy(new byte[head], 0, block, head);
            CArray array = default(CArray);
            array.Length = rows;
            array.NullCount = nulls;
            array.BufferCount = buffers.Length;
            array.Buffers = block;
            array.ChildCount = children.Count;
            array.Children = children.Count == 0 ? IntPtr.Zero : block + pointers;
            array.Dictionary = dictionary == null ? IntPtr.Zero : block + structs + (children.Count * size);
            array.Release = Marshal.GetFunctionPointerForDelegate(ReleaseCall);
            array.PrivateData = block;
            for (int i = 0; i < children.Count; i++)
            {
                Marshal.WriteIntPtr(block, pointers + (i * IntPtr.Size), block + structs + (i * size));
            }
            long at = block.ToInt64() + head;
            for (int i = 0; i < buffers.Length; i++)
            {
                at = (at + Alignment - 1) / Alignment * Alignment;
                Marshal.WriteIntPtr(block, i * IntPtr.Size, buffers[i] == null ? IntPtr.Zero : new IntPtr(at));
                at += buffers[i] == null ? 0 : CopyBuffer(buffers[i], new IntPtr(at));
            }
            // From here on the struct can be released, with as many children as are written.
            Marshal.StructureToPtr(array, into, false);
            try
            {
                for (int i = 0; i < children.Count; i++)
                {
                    children[i](block + structs + (i * size));
                }
                if (dictionary != null)
                {
                    dictionary(array.Dictionary);
                }
            }
            catch
            {
                StreamReader.ReleaseArray(into);
                throw;
            }
        }

        private static long CopyBuffer(Array buffer, IntPtr to)
        {
            if (buffer is byte[])
            {
                Marshal.Copy((byte[])buffer, 0, to, buffer.Length);
            }
            else if (buffer is int[])
            {
                Marshal.Copy((int[])buffer, 0, to, buffer.Length);
            }
            else if (buffer is double[])
            {
                Marshal.Copy((double[])buffer, 0, to, buffer.Length);
            }
            else
            {
                Marshal.Copy((long[])buffer, 0, to, buffer.Length);
            }
            return Buffer.ByteLength(buffer);
        }

        private static void Release(IntPtr self)
        {
            CArray array = Marshal.PtrToStructure<CArray>(self);
            for (int i = 0; i < array.ChildCount; i++)
            {
                StreamReader.ReleaseArray(Marshal.ReadIntPtr(array.Children, i * IntPtr.Size));
            }
            if (array.Dictionary != IntPtr.Zero)
            {
                StreamReader.ReleaseArray(array.Dictionary);
            }
            Marshal.FreeHGlobal(array.PrivateData);
            Marshal.StructureToPtr(default(CArray), self, false);
        }
    }
}
