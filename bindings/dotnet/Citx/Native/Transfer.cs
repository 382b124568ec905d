using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.InteropServices;
using Citx.Arrow;

namespace Citx.Native
{
    /// <summary>Tables, records and lists of names, from and to the library.</summary>
    internal static class Transfer
    {
        /// <summary>Fills the table that a call makes.</summary>
        internal delegate uint TableCall(out TableHandle table, out IntPtr error);

        internal delegate uint NamesCall(out NamesHandle names, out IntPtr error);

        internal delegate uint BytesCall(out BytesHandle bytes, out IntPtr error);

        /// <summary>The bytes that a call makes, in managed memory.</summary>
        internal static byte[] ReadBytes(BytesCall call)
        {
            BytesHandle handle;
            IntPtr error;
            Call.Check(call(out handle, out error), error);
            using (handle)
            {
                byte[] bytes = new byte[Call.Size(NativeMethods.citx_bytes_len(handle))];
                if (bytes.Length > 0)
                {
                    Marshal.Copy(NativeMethods.citx_bytes_data(handle), bytes, 0, bytes.Length);
                }
                return bytes;
            }
        }

        /// <summary>The table that a call makes, in managed memory.</summary>
        internal static Table ReadTable(TableCall call)
        {
            TableHandle handle;
            IntPtr error;
            Call.Check(call(out handle, out error), error);
            using (handle)
            {
                return ReadTable(handle);
            }
        }

        internal static Table ReadTable(TableHandle handle)
        {
            using (Arguments arguments = new Arguments())
            {
                IntPtr stream = arguments.Allocate(Marshal.SizeOf<CStream>());
                IntPtr error;
                Call.Check(NativeMethods.citx_table_export_stream(handle, stream, out error), error);
                try
                {
                    return StreamReader.ReadTable(stream);
                }
                finally
                {
                    StreamReader.ReleaseStream(stream);
                }
            }
        }

        /// <summary>A table as the library's own object.</summary>
        internal static TableHandle WriteTable(Table table, string name)
        {
            Guard.NotNull(table, name);
            using (Arguments arguments = new Arguments())
            {
                IntPtr stream = arguments.Allocate(Marshal.SizeOf<CStream>());
                StreamWriter.Open(table, stream);
                TableHandle handle;
                IntPtr error;
                // The stream is taken over and released, whatever comes out.
                Call.Check(NativeMethods.citx_table_import_stream(stream, out handle, out error), error);
                return handle;
            }
        }

        internal static IReadOnlyList<string> ReadNames(NamesCall call)
        {
            NamesHandle handle;
            IntPtr error;
            Call.Check(call(out handle, out error), error);
            using (handle)
            {
                string[] names = new string[Call.Size(NativeMethods.citx_names_len(handle))];
                for (int i = 0; i < names.Length; i++)
                {
                    names[i] = NativeMethods.citx_names_get(handle, Call.Size(i)).Copy();
                }
                return Array.AsReadOnly(names);
            }
        }

        /// <summary>A record as .NET values. The record stays the caller's.</summary>
        internal static Record ReadRecord(RecordHandle record)
        {
            UIntPtr count;
            IntPtr error;
            Call.Check(NativeMethods.citx_record_len(record, out count, out error), error);
            string[] names = new string[Call.Size(count)];
            object[] values = new object[names.Length];
            Dictionary<string, int> index = new Dictionary<string, int>(names.Length, StringComparer.Ordinal);
            for (int i = 0; i < names.Length; i++)
            {
                NativeText name;
                Call.Check(NativeMethods.citx_record_name(record, Call.Size(i), out name, out error), error);
                names[i] = name.Copy();
                values[i] = ReadValue(record, name);
                index[names[i]] = i;
            }
            return new Record(names, values, index);
        }

        /// <summary>A record as the library's own object.</summary>
        internal static RecordHandle WriteRecord(IEnumerable<KeyValuePair<string, object>> record, string argument)
        {
            Guard.NotNull(record, argument);
            RecordHandle handle;
            IntPtr error;
            Call.Check(NativeMethods.citx_record_new(out handle, out error), error);
            try
            {
                foreach (KeyValuePair<string, object> field in record)
                {
                    WriteValue(handle, field.Key, field.Value, argument);
                }
                return handle;
            }
            catch
            {
                handle.Dispose();
                throw;
            }
        }

        private static object ReadValue(RecordHandle record, NativeText name)
        {
            IntPtr error;
            uint type;
            Call.Check(NativeMethods.citx_record_type(record, name, out type, out error), error);
            switch (type)
            {
                case 1:
                    byte truth;
                    Call.Check(NativeMethods.citx_record_get_bool(record, name, out truth, out error), error);
                    return truth != 0;
                case 2:
                    long whole;
                    Call.Check(NativeMethods.citx_record_get_int(record, name, out whole, out error), error);
                    return whole;
                case 3:
                    double number;
                    Call.Check(NativeMethods.citx_record_get_float(record, name, out number, out error), error);
                    return number;
                case 4:
                    TextHandle digits;
                    Call.Check(NativeMethods.citx_record_get_decimal(record, name, out digits, out error), error);
                    return ReadDecimal(digits);
                case 5:
                    NativeText text;
                    Call.Check(NativeMethods.citx_record_get_str(record, name, out text, out error), error);
                    return text.Copy();
                case 6:
                    int days;
                    Call.Check(NativeMethods.citx_record_get_date(record, name, out days, out error), error);
                    return Date.FromDaysSinceEpoch(days);
                case 7:
                    long micros;
                    Call.Check(NativeMethods.citx_record_get_instant(record, name, out micros, out error), error);
                    return Instant.FromMicros(micros);
                default:
                    return null;
            }
        }

        private static object ReadDecimal(TextHandle digits)
        {
            using (digits)
            {
                decimal value;
                string text = NativeMethods.citx_text_str(digits).Copy();
                // Parse rounds what is too long; a value that does not read back is not the same value.
                if (decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out value)
                    && value.ToString(CultureInfo.InvariantCulture) == text)
                {
                    return value;
                }
                throw CitxException.Of(ErrorKind.LimitExceeded, "a decimal has more digits than System.Decimal can hold");
            }
        }

        private static void WriteValue(RecordHandle record, string field, object value, string argument)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeText name = arguments.Text(field, argument);
                IntPtr error;
                uint status;
                switch (ColumnBuilder.TypeOf(value == null || value is DBNull ? null : value.GetType()))
                {
                    case ColumnType.Null:
                        status = NativeMethods.citx_record_set_null(record, name, out error);
                        break;
                    case ColumnType.Boolean:
                        status = NativeMethods.citx_record_set_bool(record, name, (bool)value, out error);
                        break;
                    case ColumnType.Integer:
                        status = NativeMethods.citx_record_set_int(record, name, Convert.ToInt64(value, CultureInfo.InvariantCulture), out error);
                        break;
                    case ColumnType.Float:
                        status = NativeMethods.citx_record_set_float(record, name, Convert.ToDouble(value, CultureInfo.InvariantCulture), out error);
                        break;
                    case ColumnType.UnsignedInteger:
                    case ColumnType.Decimal:
                        string digits = Convert.ToString(value, CultureInfo.InvariantCulture);
                        status = NativeMethods.citx_record_set_decimal(record, name, arguments.Text(digits, argument), out error);
                        break;
                    case ColumnType.Text:
                        status = NativeMethods.citx_record_set_str(record, name, arguments.Text(ColumnBuilder.TextOf(value), argument), out error);
                        break;
                    case ColumnType.Date:
                        status = NativeMethods.citx_record_set_date(record, name, ColumnBuilder.DaysOf(value), out error);
                        break;
                    case ColumnType.Timestamp:
                        status = NativeMethods.citx_record_set_instant(record, name, Instant.Micros(value), out error);
                        break;
                    default:
                        throw CitxException.Argument("the field `" + field + "` of the argument `" + argument + "`: values of type " + value.GetType().Name
                            + " cannot be taken");
                }
                Call.Check(status, error);
            }
        }
    }
}
