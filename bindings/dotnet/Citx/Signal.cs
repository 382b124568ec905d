using System;
using System.Collections.Generic;
using System.Globalization;
using Citx.Native;

namespace Citx
{
    /// <summary>Whose signal it is and where it came from; its methods read what arrived as events, which <see cref="ConsentLedger.AppendTable"/> and
    /// <see cref="ConsentView.FromEvents"/> take. What cannot be read is an error, or no event; never a yes.</summary>
    public sealed class Signal
    {
        private readonly string citizen;
        private readonly Instant at;
        private readonly string channel;
        private readonly string contact;
        private readonly string source;

        /// <summary>A signal of a citizen at an instant.</summary>
        /// <param name="citizen">Key of the citizen.</param>
        /// <param name="at">When it came; a date starts at midnight UTC.</param>
        /// <param name="channel">Channel it concerns; null for none.</param>
        /// <param name="contact">Contact point it concerns; null for none.</param>
        /// <param name="source">System it came from; null for none.</param>
        public Signal(string citizen, Instant at, string channel = null, string contact = null, string source = null)
        {
            this.citizen = citizen;
            this.at = at;
            this.channel = channel;
            this.contact = contact;
            this.source = source;
        }

        private delegate uint OptOutCall(IntPtr signal, NativeText text, IntPtr optOuts, out TableHandle events, out RecordHandle facts, out IntPtr error);

        /// <summary>What the header <c>Sec-GPC</c> opts out of.</summary>
        /// <param name="header">The header's value; null where there was none.</param>
        /// <param name="optOuts">The purposes that it concerns.</param>
        /// <returns>The events, and the facts that follow: <c>gpc</c>, if it is set.</returns>
        /// <exception cref="CitxArgumentException">The signal has no citizen or no instant.</exception>
        public SignalResult Gpc(string header, OptOuts optOuts)
        {
            return Read(NativeMethods.citx_signal_gpc, header, optOuts);
        }

        /// <summary>What an IAB GPP string opts out of.</summary>
        /// <param name="text">The string.</param>
        /// <param name="optOuts">The purposes that it concerns.</param>
        /// <returns>The events, and the facts that follow.</returns>
        /// <exception cref="CitxException">The text is no such string, or of another version.</exception>
        public SignalResult Gpp(string text, OptOuts optOuts)
        {
            return Read(NativeMethods.citx_signal_gpp, Guard.NotNull(text, "text"), optOuts);
        }

        /// <summary>What an IAB TCF string says of each purpose.</summary>
        /// <param name="text">The string, of version 2.</param>
        /// <param name="purposes">Purposes of the policy, and the TCF purpose that each needs, 1 to 24; one that needs several is named several times.</param>
        /// <param name="vendor">The vendor of the global vendor list whose consent is needed too; 0 for none.</param>
        /// <returns>The events.</returns>
        /// <exception cref="CitxException">The text is no such string, or of another version, or a number is out of range.</exception>
        public Table Tcf(string text, IEnumerable<KeyValuePair<string, int>> purposes, int vendor = 0)
        {
            using (Arguments arguments = new Arguments())
            {
                List<KeyValuePair<string, string>> needed = new List<KeyValuePair<string, string>>();
                foreach (KeyValuePair<string, int> pair in Guard.NotNull(purposes, "purposes"))
                {
                    needed.Add(new KeyValuePair<string, string>(pair.Key, pair.Value.ToString(CultureInfo.InvariantCulture)));
                }
                IntPtr signal = Write(arguments);
                NativeText given = arguments.Text(text, "text");
                NativePairs pairs = arguments.Pairs(needed, "purposes");
                return Transfer.ReadTable(
                    (out TableHandle events, out IntPtr error) =>
                        NativeMethods.citx_signal_tcf(signal, given, pairs, unchecked((uint)vendor), out events, out error));
            }
        }

        /// <summary>What a click on an unsubscribe address (RFC 8058) says: consent to the purpose is withdrawn, and objected to.</summary>
        /// <param name="address">The address that was posted to, as evidence.</param>
        /// <param name="purpose">What the message was for.</param>
        /// <returns>The events.</returns>
        /// <exception cref="CitxArgumentException">The signal has no citizen or no instant.</exception>
        public Table OneClick(string address, string purpose)
        {
            using (Arguments arguments = new Arguments())
            {
                IntPtr signal = Write(arguments);
                NativeText where = arguments.Text(address, "address");
                NativeText about = arguments.Text(purpose, "purpose");
                return Transfer.ReadTable(
                    (out TableHandle events, out IntPtr error) => NativeMethods.citx_signal_one_click(signal, where, about, out events, out error));
            }
        }

        /// <summary>What an answer to a text message says: STOP and its like.</summary>
        /// <param name="message">The answer.</param>
        /// <param name="purpose">What the message was for; null for all.</param>
        /// <returns>The events; none where the answer says nothing.</returns>
        /// <exception cref="CitxArgumentException">The signal has no citizen or no instant.</exception>
        public Table Sms(string message, string purpose = null)
        {
            using (Arguments arguments = new Arguments())
            {
                IntPtr signal = Write(arguments);
                NativeText answer = arguments.Text(message, "message");
                NativeText about = arguments.Maybe(purpose, "purpose");
                return Transfer.ReadTable(
                    (out TableHandle events, out IntPtr error) => NativeMethods.citx_signal_sms(signal, answer, about, out events, out error));
            }
        }

        /// <summary>What the bounces of a contact point come to. The signal names channel and contact; its instant is not used.</summary>
        /// <param name="history">When, and what was: <c>delivered</c>, <c>soft</c>, <c>hard</c> or <c>complaint</c>.</param>
        /// <returns>The events.</returns>
        /// <exception cref="CitxArgumentException">The signal names no channel or contact, or there is another word.</exception>
        public Table Bounces(IEnumerable<KeyValuePair<Instant, string>> history)
        {
            using (Arguments arguments = new Arguments())
            {
                List<KeyValuePair<string, string>> given = new List<KeyValuePair<string, string>>();
                foreach (KeyValuePair<Instant, string> pair in Guard.NotNull(history, "history"))
                {
                    given.Add(new KeyValuePair<string, string>(pair.Key.Text, pair.Value));
                }
                IntPtr signal = Write(arguments);
                NativePairs pairs = arguments.Pairs(given, "history");
                return Transfer.ReadTable(
                    (out TableHandle events, out IntPtr error) => NativeMethods.citx_signal_bounces(signal, pairs, out events, out error));
            }
        }

        private SignalResult Read(OptOutCall call, string text, OptOuts optOuts)
        {
            using (Arguments arguments = new Arguments())
            {
                IntPtr signal = Write(arguments);
                IntPtr mapping = Guard.NotNull(optOuts, "optOuts").Write(arguments);
                TableHandle events;
                RecordHandle facts;
                IntPtr error;
                Call.Check(call(signal, arguments.Maybe(text, "text"), mapping, out events, out facts, out error), error);
                using (events)
                using (facts)
                {
                    return new SignalResult(Transfer.ReadTable(events), Transfer.ReadRecord(facts));
                }
            }
        }

        private IntPtr Write(Arguments arguments)
        {
            return arguments.Options(new NativeSignal
            {
                Citizen = arguments.Text(citizen, "citizen"),
                At = arguments.Text(at, "at"),
                Channel = arguments.Maybe(channel, "channel"),
                Contact = arguments.Maybe(contact, "contact"),
                Source = arguments.Maybe(source, "source"),
            });
        }
    }

    /// <summary>Which purposes an opt-out concerns.</summary>
    public sealed class OptOuts
    {
        /// <summary>Purposes that are a sale of personal data; null for none.</summary>
        public IEnumerable<string> Sale { get; set; }

        /// <summary>Purposes that are sharing for advertising across contexts; null for none.</summary>
        public IEnumerable<string> Sharing { get; set; }

        /// <summary>Purposes that are targeted advertising; null for none.</summary>
        public IEnumerable<string> TargetedAdvertising { get; set; }

        /// <summary>Whether the events are refusals instead of objections.</summary>
        public bool Refusals { get; set; }

        internal IntPtr Write(Arguments arguments)
        {
            return arguments.Options(new NativeOptOuts
            {
                Sale = arguments.Texts(Sale, "Sale"),
                Sharing = arguments.Texts(Sharing, "Sharing"),
                TargetedAdvertising = arguments.Texts(TargetedAdvertising, "TargetedAdvertising"),
                Status = arguments.Text(Refusals ? "refused" : "objected", "Refusals"),
            });
        }
    }

    /// <summary>What a signal came to. Immutable.</summary>
    public sealed class SignalResult
    {
        internal SignalResult(Table events, Record facts)
        {
            Events = events;
            Facts = facts;
        }

        /// <summary>The events.</summary>
        public Table Events { get; }

        /// <summary>The facts that follow, for decisions.</summary>
        public Record Facts { get; }
    }
}
