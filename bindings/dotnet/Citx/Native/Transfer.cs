using System;
using System.Collections;
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

        /// <summary>A text that a call made, which is freed.</summary>
        internal static string ReadText(TextHandle text)
        {
            using (text)
            {
                return NativeMethods.citx_text_str(text).Copy();
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
                case 9:
                    ListHandle items;
                    Call.Check(NativeMethods.citx_record_get_list(record, name, out items, out error), error);
                    return ReadItems(items);
                default:
                    return null;
            }
        }

        private static object ReadDecimal(TextHandle digits)
        {
            using (digits)
            {
                return ReadDecimal(NativeMethods.citx_text_str(digits).Copy());
            }
        }

        private static object ReadDecimal(string text)
        {
            decimal value;
            // Parse rounds what is too long; a value that does not read back is not the same value.
            if (decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out value)
                && value.ToString(CultureInfo.InvariantCulture) == text)
            {
                return value;
            }
            throw CitxException.Of(ErrorKind.LimitExceeded, "a decimal has more digits than System.Decimal can hold");
        }

        private static object ReadItems(ListHandle list)
        {
            using (list)
            {
                object[] items = new object[Call.Size(NativeMethods.citx_list_len(list))];
                for (int i = 0; i < items.Length; i++)
                {
                    NativeValue item;
                    IntPtr error;
                    Call.Check(NativeMethods.citx_list_get(list, Call.Size(i), out item, out error), error);
                    items[i] = ReadItem(item);
                }
                return Array.AsReadOnly(items);
            }
        }

        private static object ReadItem(NativeValue item)
        {
            switch (item.Type)
            {
                case 1:
                    return item.Integer != 0;
                case 2:
                    return item.Integer;
                case 3:
                    return item.Number;
                case 4:
                    return ReadDecimal(item.Text.Copy());
                case 5:
                    return item.Text.Copy();
                case 6:
                    return Date.FromDaysSinceEpoch(checked((int)item.Integer));
                case 7:
                    return Instant.FromMicros(item.Integer);
                default:
                    return null;
            }
        }

        private static NativeValues WriteItems(IEnumerable items, Arguments arguments, string argument)
        {
            List<NativeValue> values = new List<NativeValue>();
            foreach (object item in items)
            {
                ColumnType type = ColumnBuilder.TypeOf(item == null || item is DBNull ? null : item.GetType());
                switch (type)
                {
                    case ColumnType.Null:
                        values.Add(default(NativeValue));
                        break;
                    case ColumnType.Boolean:
                        values.Add(new NativeValue { Type = 1, Integer = (bool)item ? 1 : 0 });
                        break;
                    case ColumnType.Integer:
                        values.Add(new NativeValue { Type = 2, Integer = Convert.ToInt64(item, CultureInfo.InvariantCulture) });
                        break;
                    case ColumnType.Float:
                        values.Add(new NativeValue { Type = 3, Number = Convert.ToDouble(item, CultureInfo.InvariantCulture) });
                        break;
                    case ColumnType.UnsignedInteger:
                    case ColumnType.Decimal:
                        string digits = Convert.ToString(item, CultureInfo.InvariantCulture);
                        values.Add(new NativeValue { Type = 4, Text = arguments.Text(digits, argument) });
                        break;
                    case ColumnType.Text:
                        values.Add(new NativeValue { Type = 5, Text = arguments.Text(ColumnBuilder.TextOf(item), argument) });
                        break;
                    case ColumnType.Date:
                        values.Add(new NativeValue { Type = 6, Integer = ColumnBuilder.DaysOf(item) });
                        break;
                    case ColumnType.Timestamp:
                        values.Add(new NativeValue { Type = 7, Integer = Instant.Micros(item) });
                        break;
                    default:
                        throw CitxException.Argument("the argument `" + argument + "`: a list cannot hold values of type " + item.GetType().Name);
                }
            }
            return arguments.Values(values);
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
                    case ColumnType.List:
                        NativeValues items = WriteItems((IEnumerable)value, arguments, argument);
                        status = NativeMethods.citx_record_set_list(record, name, items, out error);
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
