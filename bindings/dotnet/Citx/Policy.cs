using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <summary>Versioned rule data about who may be contacted, made the body's own by its controller and purposes.</summary>
    /// <remarks>Immutable: any thread may use it, and each <c>With</c> gives a new one. Ledgers and views made with it outlive it.</remarks>
    public sealed class Policy : IDisposable
    {
        private Policy(PolicyHandle handle)
        {
            Handle = handle;
        }

        /// <summary>Name, version and hash, such as <c>uk-2026@1.0.0#hash</c>; the hash covers rules, controller, purposes, quiet hours
        /// and caps.</summary>
        public string Id
        {
            get { return Call.View(Handle, NativeMethods.citx_policy_id); }
        }

        /// <summary>The channels it knows.</summary>
        public IReadOnlyList<string> Channels
        {
            get { return Transfer.ReadNames((out NamesHandle names, out IntPtr error) => NativeMethods.citx_policy_channels(Handle, out names, out error)); }
        }

        /// <summary>The facts that a question may carry: a table of <c>name</c> and <c>type</c>.</summary>
        public Table Facts
        {
            get { return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_policy_facts(Handle, out table, out error)); }
        }

        internal PolicyHandle Handle { get; }

        /// <summary>A policy that ships with citx.</summary>
        /// <param name="name">Its name, such as <c>uk-2026</c>.</param>
        /// <returns>The policy.</returns>
        /// <exception cref="CitxRuleException">There is no such policy.</exception>
        public static Policy Builtin(string name)
        {
            using (Arguments arguments = new Arguments())
            {
                PolicyHandle handle;
                IntPtr error;
                Call.Check(NativeMethods.citx_policy_builtin(arguments.Text(name, "name"), out handle, out error), error);
                return new Policy(handle);
            }
        }

        /// <summary>A policy from its TOML text.</summary>
        /// <param name="toml">The text.</param>
        /// <returns>The policy.</returns>
        /// <exception cref="CitxPolicyException">The text is no policy, or one for another version of citx.</exception>
        public static Policy Parse(string toml)
        {
            using (Arguments arguments = new Arguments())
            {
                PolicyHandle handle;
                IntPtr error;
                Call.Check(NativeMethods.citx_policy_parse(arguments.Text(toml, "toml"), out handle, out error), error);
                return new Policy(handle);
            }
        }

        /// <summary>A policy from a TOML file.</summary>
        /// <param name="path">The file.</param>
        /// <returns>The policy.</returns>
        /// <exception cref="CitxStorageException">The file cannot be read.</exception>
        /// <exception cref="CitxPolicyException">It is no policy, or one for another version of citx.</exception>
        public static Policy Read(string path)
        {
            using (Arguments arguments = new Arguments())
            {
                PolicyHandle handle;
                IntPtr error;
                Call.Check(NativeMethods.citx_policy_read(arguments.Text(path, "path"), out handle, out error), error);
                return new Policy(handle);
            }
        }

        /// <summary>The same rules for this body.</summary>
        /// <param name="name">The body's name.</param>
        /// <param name="kind"><c>public_authority</c>, <c>housing_association</c>, <c>charity</c> or <c>company</c>.</param>
        /// <param name="timeZone">The zone in which its days begin, such as <c>Europe/London</c>.</param>
        /// <returns>A new policy.</returns>
        /// <exception cref="CitxArgumentException">The kind is not known.</exception>
        public Policy WithController(string name, string kind, string timeZone)
        {
            using (Arguments arguments = new Arguments())
            {
                PolicyHandle handle;
                IntPtr error;
                NativeText body = arguments.Text(name, "name");
                NativeText type = arguments.Text(kind, "kind");
                NativeText zone = arguments.Text(timeZone, "timeZone");
                Call.Check(NativeMethods.citx_policy_with_controller(Handle, body, type, zone, out handle, out error), error);
                return new Policy(handle);
            }
        }

        /// <summary>The same with one more purpose, or another one of that name.</summary>
        /// <param name="name">The purpose's name.</param>
        /// <param name="messageClass"><c>direct_marketing</c>, <c>service</c>, <c>research</c>, ...</param>
        /// <param name="basis">The lawful basis: <c>consent</c>, <c>contract</c>, <c>public_task</c>, ...</param>
        /// <param name="constants">Further constants by name, such as <c>justification.task</c>; null for none.</param>
        /// <returns>A new policy.</returns>
        /// <exception cref="CitxArgumentException">The name is not one, or the class or basis is not known.</exception>
        /// <exception cref="CitxRuleException">A constant is not known.</exception>
        public Policy WithPurpose(string name, string messageClass, string basis, IEnumerable<KeyValuePair<string, string>> constants = null)
        {
            using (Arguments arguments = new Arguments())
            {
                IntPtr purpose = arguments.Options(new NativePurpose
                {
                    Name = arguments.Text(name, "name"),
                    MessageClass = arguments.Text(messageClass, "messageClass"),
                    Basis = arguments.Text(basis, "basis"),
                    Constants = arguments.Pairs(constants, "constants"),
                });
                PolicyHandle handle;
                IntPtr error;
                Call.Check(NativeMethods.citx_policy_with_purpose(Handle, purpose, out handle, out error), error);
                return new Policy(handle);
            }
        }

        /// <summary>The same with more quiet hours, in which permitted messages are deferred.</summary>
        /// <param name="start">When they begin on the controller's clock, such as <c>21:00</c>.</param>
        /// <param name="end">When they end, on the next day unless it is later; <c>24:00</c> for the end of the day.</param>
        /// <param name="days">On which they begin, <c>monday</c> to <c>sunday</c>; null for every day.</param>
        /// <param name="channelKinds">The kinds of channel that they hold for; null for all.</param>
        /// <param name="messageClasses">The classes that they hold for; null for all. Emergency and statutory messages never wait.</param>
        /// <returns>A new policy.</returns>
        /// <exception cref="CitxPolicyException">A time or day is none, or a kind or class is not known.</exception>
        public Policy WithQuietHours(
            string start,
            string end,
            IEnumerable<string> days = null,
            IEnumerable<string> channelKinds = null,
            IEnumerable<string> messageClasses = null)
        {
            using (Arguments arguments = new Arguments())
            {
                IntPtr hours = arguments.Options(new NativeQuietHours
                {
                    Start = arguments.Text(start, "start"),
                    End = arguments.Text(end, "end"),
                    Days = arguments.Texts(days, "days"),
                    ChannelKinds = arguments.Texts(channelKinds, "channelKinds"),
                    MessageClasses = arguments.Texts(messageClasses, "messageClasses"),
                });
                PolicyHandle policy;
                IntPtr error;
                Call.Check(NativeMethods.citx_policy_with_quiet_hours(Handle, hours, out policy, out error), error);
                return new Policy(policy);
            }
        }

        /// <summary>The same with one more cap on how often a citizen is contacted, counted from events <c>disclosed</c>, which writing an audience
        /// appends to the ledger.</summary>
        /// <param name="atMost">How many messages there may be.</param>
        /// <param name="within">In any stretch of time this long, such as <c>7 days</c>.</param>
        /// <param name="channelKinds">The kinds of channel whose messages count together; null for all.</param>
        /// <param name="messageClasses">The classes that count together; null for all.</param>
        /// <returns>A new policy.</returns>
        /// <exception cref="CitxPolicyException">There is no message, the time is none, or a kind or class is not known.</exception>
        public Policy WithFrequencyCap(int atMost, string within, IEnumerable<string> channelKinds = null, IEnumerable<string> messageClasses = null)
        {
            using (Arguments arguments = new Arguments())
            {
                IntPtr cap = arguments.Options(new NativeFrequencyCap
                {
                    AtMost = (uint)Math.Max(atMost, 0),
                    Within = arguments.Text(within, "within"),
                    ChannelKinds = arguments.Texts(channelKinds, "channelKinds"),
                    MessageClasses = arguments.Texts(messageClasses, "messageClasses"),
                });
                PolicyHandle policy;
                IntPtr error;
                Call.Check(NativeMethods.citx_policy_with_frequency_cap(Handle, cap, out policy, out error), error);
                return new Policy(policy);
            }
        }

        /// <summary>The rules that can be shown never to decide: rule, finding.</summary>
        /// <returns>One row for each of them.</returns>
        public Table Check()
        {
            return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_policy_check(Handle, out table, out error));
        }

        /// <summary>Which rules can allow a message.</summary>
        /// <returns>A row for each message class, a column for each kind of channel.</returns>
        public Table Compact()
        {
            return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_policy_compact(Handle, out table, out error));
        }

        /// <summary>What is different in another policy: what, name, change, field, from, to.</summary>
        /// <param name="other">The other policy.</param>
        /// <returns>One row for each difference.</returns>
        public Table Diff(Policy other)
        {
            PolicyHandle second = Guard.Open(Guard.NotNull(other, "other").Handle);
            return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_policy_diff(Handle, second, out table, out error));
        }

        /// <summary>Its rules in the order in which they are asked: order, stage, id, guard, outcome, basis, when_unknown, because, reason,
        /// condition, source, confidence, reach.</summary>
        /// <returns>One row for each rule.</returns>
        public Table Explain()
        {
            return Transfer.ReadTable((out TableHandle table, out IntPtr error) => NativeMethods.citx_policy_explain(Handle, out table, out error));
        }

        /// <summary>Frees the policy; ledgers and views made with it go on unharmed.</summary>
        public void Dispose()
        {
            Handle.Dispose();
        }
    }
}
