using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Citx.Native;

namespace Citx
{
    /// <summary>Whether a citizen may be contacted.</summary>
    public enum Outcome
    {
        /// <summary>No.</summary>
        Deny = 0,

        /// <summary>Yes.</summary>
        Allow = 1,

        /// <summary>Not now.</summary>
        Defer = 2,
    }

    /// <summary>The answer to whether a citizen may be contacted, with its legal reason and evidence. Immutable.</summary>
    public sealed class Decision
    {
        private Decision()
        {
        }

        /// <summary>Allow, deny or defer.</summary>
        public Outcome Outcome { get; private set; }

        /// <summary>Whether the outcome is to allow.</summary>
        public bool Allowed
        {
            get { return Outcome == Outcome.Allow; }
        }

        /// <summary>The rule that decided, such as <c>R13</c>.</summary>
        public string Rule { get; private set; }

        /// <summary>The rule that permitted it, before timing; null where none did.</summary>
        public string PermittedBy { get; private set; }

        /// <summary>The basis relied on when allowed: <c>consent</c>, ..., <c>soft_opt_in</c>; else null.</summary>
        public string Basis { get; private set; }

        /// <summary>The reason, in plain words.</summary>
        public string Reason { get; private set; }

        /// <summary>The ids of the events that the deciding rule read.</summary>
        public IReadOnlyList<long> Evidence { get; private set; }

        /// <summary>The next instant at which the same events and facts give another answer, within 400 days; else null.</summary>
        public DateTimeOffset? Until { get; private set; }

        /// <summary>The policy that decided, such as <c>uk-2026@1.0.0#hash</c>.</summary>
        public string Policy { get; private set; }

        internal static Decision Read(DecisionHandle handle)
        {
            long[] evidence = new long[Call.Size(NativeMethods.citx_decision_num_evidence(handle))];
            if (evidence.Length > 0)
            {
                Marshal.Copy(NativeMethods.citx_decision_evidence(handle), evidence, 0, evidence.Length);
            }
            long until;
            bool changes = NativeMethods.citx_decision_until(handle, out until);
            return new Decision
            {
                Outcome = (Outcome)NativeMethods.citx_decision_outcome(handle),
                Rule = NativeMethods.citx_decision_rule(handle).Copy(),
                PermittedBy = NativeMethods.citx_decision_permitted_by(handle).Copy(),
                Basis = NativeMethods.citx_decision_basis(handle).Copy(),
                Reason = NativeMethods.citx_decision_reason(handle).Copy(),
                Evidence = Array.AsReadOnly(evidence),
                Until = changes ? Instant.FromMicros(until) : (DateTimeOffset?)null,
                Policy = NativeMethods.citx_decision_policy(handle).Copy(),
            };
        }
    }
}
