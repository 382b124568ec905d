using System;
using System.Runtime.InteropServices;
using Citx.Arrow;

namespace Citx.Native
{
    /// <summary>Small blocks of native memory and text in them.</summary>
    internal static class Unmanaged
    {
        internal static IntPtr AllocateZeroed(int size)
        {
            IntPtr block = Marshal.AllocHGlobal(size);
            Marshal.Copy(new byte[size], 0, block, size);
            return block;
        }

        /// <summary>A copy of `text` as zero-ended UTF-8, to be freed with FreeHGlobal.</summary>
        internal static IntPtr ZeroEnded(string text)
        {
            byte[] bytes = Chunk.Utf8.GetBytes(text + "\0");
            IntPtr block = Marshal.AllocHGlobal(bytes.Length);
            Marshal.Copy(bytes, 0, block, bytes.Length);
            return block;
        }

        /// <summary>The zero-ended UTF-8 text at `text`; null for none.</summary>
        internal static string TextAt(IntPtr text)
        {
            if (text == IntPtr.Zero)
            {
                return null;
            }
            int length = 0;
            while (Marshal.ReadByte(text, length) != 0)
            {
                length++;
            }
            return TextAt(text, length);
        }

        /// <summary>The UTF-8 text of `length` bytes at `text`; null for none.</summary>
        internal static string TextAt(IntPtr text, int length)
        {
            if (text == IntPtr.Zero)
            {
                return null;
            }
            byte[] bytes = new byte[length];
            Marshal.Copy(text, bytes, 0, length);
            return Chunk.Utf8.GetString(bytes);
        }
    }
}
