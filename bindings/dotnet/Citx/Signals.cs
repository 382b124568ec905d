using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <summary>What arrives without a citizen: strings, headers, answers, exports.</summary>
    public static class Signals
    {
        private delegate uint TextCall(NativeText text, out TextHandle result, out IntPtr error);

        /// <summary>All fields of an IAB TCF string of version 2 or 1.</summary>
        /// <param name="text">The string.</param>
        /// <returns>The fields by name, as JSON.</returns>
        /// <exception cref="CitxException">The text is no such string.</exception>
        public static string ReadTcf(string text)
        {
            return Read(NativeMethods.citx_tcf_json, text, "text");
        }

        /// <summary>All sections of an IAB GPP string.</summary>
        /// <param name="text">The string.</param>
        /// <returns>The sections by name, as JSON.</returns>
        /// <exception cref="CitxException">The text is no such string.</exception>
        public static string ReadGpp(string text)
        {
            return Read(NativeMethods.citx_gpp_json, text, "text");
        }

        /// <summary>What an answer to a text message is.</summary>
        /// <param name="message">The answer.</param>
        /// <returns><c>revoked</c>, <c>unclear</c>, <c>help</c> or <c>other</c>.</returns>
        public static string SmsReply(string message)
        {
            return Read(NativeMethods.citx_sms_reply, message, "message");
        }

        /// <summary>The headers by which one click unsubscribes (RFC 8058).</summary>
        /// <param name="baseAddress">What the token is put behind; it starts with <c>https:</c>.</param>
        /// <param name="token">The opaque token: 1 to 200 letters, digits, <c>-</c>, <c>_</c>, <c>.</c> or <c>~</c>.</param>
        /// <param name="mailto">An address for mail; null for none.</param>
        /// <returns><c>List-Unsubscribe</c> and <c>List-Unsubscribe-Post</c>, with their values.</returns>
        /// <exception cref="CitxArgumentException">The address or the token is none.</exception>
        public static IReadOnlyDictionary<string, string> OneClickHeaders(string baseAddress, string token, string mailto = null)
        {
            using (Arguments arguments = new Arguments())
            {
                TextHandle header;
                TextHandle post;
                IntPtr error;
                NativeText start = arguments.Text(baseAddress, "baseAddress");
                NativeText end = arguments.Text(token, "token");
                Call.Check(
                    NativeMethods.citx_one_click_headers(start, end, arguments.Maybe(mailto, "mailto"), out header, out post, out error), error);
                return new Dictionary<string, string>
                {
                    ["List-Unsubscribe"] = Transfer.ReadText(header),
                    ["List-Unsubscribe-Post"] = Transfer.ReadText(post),
                };
            }
        }

        /// <summary>Whether a POST is a click on such an address.</summary>
        /// <param name="contentType">Its content type.</param>
        /// <param name="body">Its body.</param>
        /// <returns>False for anything else, such as what a link scanner fetches.</returns>
        public static bool IsOneClick(string contentType, string body)
        {
            using (Arguments arguments = new Arguments())
            {
                byte click;
                IntPtr error;
                NativeText type = arguments.Text(contentType, "contentType");
                Call.Check(NativeMethods.citx_is_one_click(type, arguments.Text(body, "body"), out click, out error), error);
                return click != 0;
            }
        }

        /// <summary>The events of a preference centre's export, with keys by which a ledger takes the same file once.</summary>
        /// <param name="path">A CSV, Parquet, Arrow or XLSX file.</param>
        /// <param name="mapping">The TOML file that says what its columns and words mean (<c>docs/spec/signals.md</c>).</param>
        /// <param name="at">When all of it was said, where the mapping names no column for that.</param>
        /// <param name="timeZone">The zone in which days begin; null for UTC.</param>
        /// <returns>The events.</returns>
        /// <exception cref="CitxStorageException">A file cannot be read.</exception>
        /// <exception cref="CitxArgumentException">A word is not in the mapping; the message names column and row.</exception>
        public static Table ReadPreferences(string path, string mapping, Instant at = default(Instant), string timeZone = null)
        {
            using (Arguments arguments = new Arguments())
            {
                NativeText file = arguments.Text(path, "path");
                NativeText words = arguments.Text(mapping, "mapping");
                NativeText said = arguments.Maybe(at.Text, "at");
                NativeText zone = arguments.Maybe(timeZone, "timeZone");
                return Transfer.ReadTable(
                    (out TableHandle events, out IntPtr error) => NativeMethods.citx_preferences_read(file, words, said, zone, out events, out error));
            }
        }

        /// <summary>Screens everyone's number, the fact <c>phone</c>, against the TPS and the CTPS.</summary>
        /// <param name="people">The citizens.</param>
        /// <param name="tps">The numbers of the Telephone Preference Service.</param>
        /// <param name="ctps">Those of the Corporate Telephone Preference Service.</param>
        /// <param name="policy">The policy by which numbers are compared.</param>
        /// <param name="previous">The screening before: a number that it found on neither list was registered since; null for none.</param>
        /// <returns>Key, number, tps_listed_at, tps_screened_at, evidence, for <see cref="Population.WithScreening"/>.</returns>
        /// <exception cref="CitxArgumentException">No column is known as the fact <c>phone</c>.</exception>
        public static Table ScreenCalls(Population people, NumberList tps, NumberList ctps, Policy policy, Table previous = null)
        {
            PopulationHandle citizens = Guard.Open(Guard.NotNull(people, "people").Handle);
            NumberListHandle first = Guard.Open(Guard.NotNull(tps, "tps").Handle);
            NumberListHandle second = Guard.Open(Guard.NotNull(ctps, "ctps").Handle);
            PolicyHandle rules = Guard.Open(Guard.NotNull(policy, "policy").Handle);
            using (TableHandle before = previous == null ? new TableHandle() : Transfer.WriteTable(previous, "previous"))
            {
                return Transfer.ReadTable(
                    (out TableHandle found, out IntPtr error) =>
                        NativeMethods.citx_screen_calls(citizens, first, second, before, rules, out found, out error));
            }
        }

        /// <summary>Screens everyone's address against the MPS.</summary>
        /// <param name="people">The citizens.</param>
        /// <param name="mps">The addresses of the Mailing Preference Service.</param>
        /// <param name="address">The columns of the lines of the address; null for those known as the fact <c>address</c>.</param>
        /// <param name="surname">The column of the surname; null, and whoever is listed at an address counts.</param>
        /// <param name="postcode">The column of the postcode; null, and it is looked for in the address.</param>
        /// <returns>Key, mps_listed, evidence, for <see cref="Population.WithScreening"/>.</returns>
        /// <exception cref="CitxArgumentException">No column is known as an address.</exception>
        public static Table ScreenPost(
            Population people, AddressList mps, IEnumerable<string> address = null, string surname = null, string postcode = null)
        {
            PopulationHandle citizens = Guard.Open(Guard.NotNull(people, "people").Handle);
            AddressListHandle list = Guard.Open(Guard.NotNull(mps, "mps").Handle);
            using (Arguments arguments = new Arguments())
            {
                NativeTexts lines = arguments.Texts(address, "address");
                NativeText name = arguments.Maybe(surname, "surname");
                NativeText code = arguments.Maybe(postcode, "postcode");
                return Transfer.ReadTable(
                    (out TableHandle found, out IntPtr error) =>
                        NativeMethods.citx_screen_post(citizens, list, lines, name, code, out found, out error));
            }
        }

        private static string Read(TextCall call, string text, string name)
        {
            using (Arguments arguments = new Arguments())
            {
                TextHandle result;
                IntPtr error;
                Call.Check(call(arguments.Text(text, name), out result, out error), error);
                return Transfer.ReadText(result);
            }
        }
    }

    /// <summary>The numbers of the Telephone Preference Service, or the Corporate one. Immutable: any thread may use it.</summary>
    public sealed class NumberList : IDisposable
    {
        private NumberList(NumberListHandle handle)
        {
            Handle = handle;
        }

        /// <summary>How many numbers.</summary>
        public int Count
        {
            get { return Call.Size(NativeMethods.citx_number_list_len(Handle)); }
        }

        internal NumberListHandle Handle { get; }

        /// <summary>The numbers of a licensee's file.</summary>
        /// <param name="path">The file.</param>
        /// <param name="released">The day that its data are as of.</param>
        /// <param name="policy">The policy by which numbers are compared.</param>
        /// <returns>The list; it may outlive <paramref name="policy"/>.</returns>
        /// <exception cref="CitxStorageException">The file cannot be read.</exception>
        /// <exception cref="CitxArgumentException">A row is no number; the message names the row.</exception>
        public static NumberList Read(string path, Date released, Policy policy)
        {
            Guard.NotNull(policy, "policy");
            using (Arguments arguments = new Arguments())
            {
                NumberListHandle list;
                IntPtr error;
                NativeText file = arguments.Text(path, "path");
                NativeText day = arguments.Text(released.ToString(), "released");
                Call.Check(NativeMethods.citx_number_list_read(file, day, Guard.Open(policy.Handle), out list, out error), error);
                return new NumberList(list);
            }
        }

        /// <summary>Frees the list once the calls that run on it are over.</summary>
        public void Dispose()
        {
            Handle.Dispose();
        }
    }

    /// <summary>The addresses of the Mailing Preference Service. Immutable: any thread may use it.</summary>
    public sealed class AddressList : IDisposable
    {
        private AddressList(AddressListHandle handle)
        {
            Handle = handle;
        }

        /// <summary>How many addresses.</summary>
        public int Count
        {
            get { return Call.Size(NativeMethods.citx_address_list_len(Handle)); }
        }

        /// <summary>How many rows match nobody, because no address could be read.</summary>
        public int Unread
        {
            get { return Call.Size(NativeMethods.citx_address_list_unread(Handle)); }
        }

        internal AddressListHandle Handle { get; }

        /// <summary>The addresses of a file.</summary>
        /// <param name="path">The file.</param>
        /// <param name="released">The day that its data are as of.</param>
        /// <param name="address">The columns of the lines of the address.</param>
        /// <param name="surname">The column of the surname; null for none.</param>
        /// <param name="postcode">The column of the postcode; null for none.</param>
        /// <returns>The list.</returns>
        /// <exception cref="CitxStorageException">The file cannot be read.</exception>
        /// <exception cref="CitxException">A column is not there.</exception>
        public static AddressList Read(string path, Date released, IEnumerable<string> address, string surname = null, string postcode = null)
        {
            using (Arguments arguments = new Arguments())
            {
                AddressListHandle list;
                IntPtr error;
                NativeText file = arguments.Text(path, "path");
                NativeText day = arguments.Text(released.ToString(), "released");
                NativeTexts lines = arguments.Texts(address, "address");
                NativeText name = arguments.Maybe(surname, "surname");
                NativeText code = arguments.Maybe(postcode, "postcode");
                Call.Check(NativeMethods.citx_address_list_read(file, day, lines, name, code, out list, out error), error);
                return new AddressList(list);
            }
        }

        /// <summary>Frees the list once the calls that run on it are over.</summary>
        public void Dispose()
        {
            Handle.Dispose();
        }
    }
}
