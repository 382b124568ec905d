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

        /// <summary>Name, version and hash, such as <c>uk-2026@1.0.0#hash</c>; the hash covers rules, controller and purposes.</summary>
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

        /// <summary>Its rules in the order in which they are asked: id, stage, guard, outcome, when_unknown, reason, source.</summary>
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
