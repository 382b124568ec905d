using System;
using Citx.Native;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Citx.Arrow
{
    /// <summary>Writes the Arrow schema of a table.</summary>
    /// <remarks>Each struct owns one block of native memory, its private data: texts, pointers to its children, and the children.</remarks>
    internal static class SchemaWriter
    {
        private static readonly ReleaseStruct ReleaseCall = Release;

        internal static void WriteTable(Table table, IntPtr into)
        {
            List<Action<IntPtr>> children = new List<Action<IntPtr>>();
            foreach (Column column in table.Columns)
            {
                Chunk first = column.Chunks.Count == 0 ? new Chunk { Type = column.Type, Precision = 38 } : column.Chunks[0];
                children.Add(child => WriteField(column.Name, first, child));
            }
            Write("+s", string.Empty, children, null, into);
        }

        /// <summary>The Arrow format of the values of a chunk.</summary>
        internal static string Format(Chunk chunk)
        {
            switch (chunk.Type)
            {
                case ColumnType.Boolean:
                    return "b";
                case ColumnType.Integer:
                    return "l";
                case ColumnType.UnsignedInteger:
                    return "L";
                case ColumnType.Float:
                    return "g";
                case ColumnType.Decimal:
                    return string.Format(CultureInfo.InvariantCulture, "d:{0},{1}", chunk.Precision, chunk.Scale);
                case ColumnType.Text:
                    return "u";
                case ColumnType.Date:
                    return "tdD";
                case ColumnType.Timestamp:
                    return "tsu:UTC";
                case ColumnType.Time:
                    return "ttu";
                case ColumnType.Binary:
                    return "z";
                case ColumnType.List:
                    return "+l";
                default:
                    return "n";
            }
        }

        private static void WriteField(string name, Chunk chunk, IntPtr into)
        {
            List<Action<IntPtr>> children = new List<Action<IntPtr>>();
            if (chunk.Type == ColumnType.List)
            {
                Chunk item = chunk.Child ?? new Chunk { Type = ColumnType.Null };
                children.Add(items => WriteField("item", item, items));
            }
            if (chunk.Codes == null)
            {
                Write(Format(chunk), name, children, null, into);
            }
            else
            {
                Write("i", name, new List<Action<IntPtr>>(), values => WriteField(string.Empty, chunk.Child, values), into);
            }
        }

        private static void Write(string format, string name, List<Action<IntPtr>> children, Action<IntPtr> dictionary, IntPtr into)
        {
            int size = Marshal.SizeOf<CSchema>();
            byte[] formatBytes = Chunk.Utf8.GetBytes(format);
            byte[] nameBytes = Chunk.Utf8.GetBytes(name);
            int structs = children.Count * IntPtr.Size;
            int texts = structs + ((children.Count + 1) * size);
            IntPtr block = Unmanaged.AllocateZeroed(texts + formatBytes.Length + nameBytes.Length + 2);
            CSchema schema = default(CSchema);
            schema.Format = block + texts;
            schema.Name = schema.Format + formatBytes.Length + 1;
            Marshal.Copy(formatBytes, 0, schema.Format, formatBytes.Length);
            Marshal.Copy(nameBytes, 0, schema.Name, nameBytes.Length);
            schema.Flags = CSchema.Nullable;
            schema.ChildCount = children.Count;
            schema.Children = children.Count == 0 ? IntPtr.Zero : block;
            schema.Dictionary = dictionary == null ? IntPtr.Zero : block + structs + (children.Count * size);
            schema.Release = Marshal.GetFunctionPointerForDelegate(ReleaseCall);
            schema.PrivateData = block;
            for (int i = 0; i < children.Count; i++)
            {
                Marshal.WriteIntPtr(block, i * IntPtr.Size, block + structs + (i * size));
            }
            // From here on the struct can be released, with as many children as are written.
            Marshal.StructureToPtr(schema, into, false);
            try
            {
                for (int i = 0; i < children.Count; i++)
                {
                    children[i](block + structs + (i * size));
                }
                if (dictionary != null)
                {
                    dictionary(schema.Dictionary);
                }
            }
            catch
            {
                StreamReader.ReleaseSchema(into);
                throw;
            }
        }

        private static void Release(IntPtr self)
        {
            CSchema schema = Marshal.PtrToStructure<CSchema>(self);
            for (int i = 0; i < schema.ChildCount; i++)
            {
                StreamReader.ReleaseSchema(Marshal.ReadIntPtr(schema.Children, i * IntPtr.Size));
            }
            if (schema.Dictionary != IntPtr.Zero)
            {
                StreamReader.ReleaseSchema(schema.Dictionary);
            }
            Marshal.FreeHGlobal(schema.PrivateData);
            Marshal.StructureToPtr(default(CSchema), self, false);
        }
    }
}
