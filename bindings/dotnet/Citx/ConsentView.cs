using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <summary>The consent of everyone at one instant. Immutable: any thread may use it.</summary>
    public sealed class ConsentView : IDisposable
    {
        private readonly ViewHandle handle;
        private readonly PolicyReference policy;

        internal ConsentView(ViewHandle handle, PolicyReference policy)
        {
            this.handle = handle;
            this.policy = policy;
        }

        internal ViewHandle Handle
        {
            get { return handle; }
        }

        /// <summary>The consent that the host's own events leave at an instant, with no ledger of citx. The events are numbered from 1 by row.</summary>
        /// <param name="events">Columns as in <see cref="ConsentLedger.AppendTable"/>.</param>
        /// <param name="policy">The policy that decides.</param>
        /// <param name="asOf">The instant; a date starts at midnight in the controller's zone.</param>
        /// <returns>The view; it may outlive both.</returns>
        /// <exception cref="CitxArgumentException">An event is not one; the message names column and row.</exception>
        /// <exception cref="CitxRuleException">A column is not known.</exception>
        /// <exception cref="CitxPolicyException">The policy has no controller.</exception>
        public static ConsentView FromEvents(Table events, Policy policy, Instant asOf)
        {
            Guard.NotNull(policy, "policy");
            using (Arguments arguments = new Arguments())
            using (TableHandle native = Transfer.WriteTable(events, "events"))
            {
                ViewHandle view;
                IntPtr error;
                NativeText at = arguments.Text(asOf, "asOf");
                Call.Check(NativeMethods.citx_view_from_events(native, Guard.Open(policy.Handle), at, out view, out error), error);
                return new ConsentView(view, new PolicyReference(policy.Handle));
            }
        }

        /// <summary>Whether a citizen may be contacted, about this, this way, at the instant of the view.</summary>
        /// <param name="citizen">Key of the citizen.</param>
        /// <param name="purpose">Purpose of the message.</param>
        /// <param name="channel">Channel of the message.</param>
        /// <param name="topic">Topic within the purpose, if any.</param>
        /// <param name="facts">What else is known, by the names of <see cref="Policy.Facts"/>; null for nothing.</param>
        /// <returns>The decision; an unknown purpose or channel is denied.</returns>
        /// <exception cref="CitxRuleException">The policy does not know a fact.</exception>
        public Decision Decide(
            string citizen,
            string purpose,
            string channel,
            string topic = null,
            IEnumerable<KeyValuePair<string, object>> facts = null)
        {
            return policy.Decide(citizen, purpose, channel, topic, facts, (IntPtr question, Arguments arguments, out DecisionHandle decision, out IntPtr error) =>
                NativeMethods.citx_view_decide(handle, question, out decision, out error));
        }

        /// <summary>Whether each citizen may be contacted, in population order, without nulls; facts come from the fact columns.</summary>
        /// <param name="people">The citizens.</param>
        /// <param name="purpose">Purpose of the message.</param>
        /// <param name="channel">Channel of the message.</param>
        /// <param name="run">Threads, cancelling, progress; null for all cores and neither.</param>
        /// <returns>A boolean column.</returns>
        public Column Mask(Population people, string purpose, string channel, RunOptions run = null)
        {
            Guard.NotNull(people, "people");
            using (Arguments arguments = new Arguments())
            using (NativeRun native = new NativeRun(run))
            {
                TableHandle table;
                IntPtr error;
                NativeText about = arguments.Text(purpose, "purpose");
                NativeText way = arguments.Text(channel, "channel");
                native.Check(NativeMethods.citx_view_mask(handle, Guard.Open(people.Handle), about, way, native.Pointer, out table, out error), error);
                using (table)
                {
                    return Transfer.ReadTable(table).Columns[0];
                }
            }
        }

        /// <summary>Prepares to decide about everyone in a population, for every purpose and channel of the policy. The first question about a population
        /// does it where it was not done before; a view keeps it for the population asked about last.</summary>
        /// <param name="people">The citizens.</param>
        /// <param name="run">Threads, cancelling, progress; null for all cores and neither.</param>
        /// <exception cref="CitxRuleException">A fact column is not there.</exception>
        public void Bind(Population people, RunOptions run = null)
        {
            Guard.NotNull(people, "people");
            using (NativeRun native = new NativeRun(run))
            {
                IntPtr error;
                native.Check(NativeMethods.citx_view_bind(handle, Guard.Open(people.Handle), native.Pointer, out error), error);
            }
        }

        /// <summary>The outcome and the rule for each citizen, in population order; facts come from the fact columns.</summary>
        /// <param name="people">The citizens.</param>
        /// <param name="purpose">Purpose of the message.</param>
        /// <param name="channel">Channel of the message.</param>
        /// <param name="run">Threads, cancelling, progress; null for all cores and neither.</param>
        /// <returns>One row for each citizen: outcome (<c>allow</c>, <c>deny</c>, <c>defer</c>) and rule; an unknown purpose or channel is denied.</returns>
        /// <exception cref="CitxRuleException">A fact column is not there.</exception>
        public Table DecideMany(Population people, string purpose, string channel, RunOptions run = null)
        {
            Guard.NotNull(people, "people");
            using (Arguments arguments = new Arguments())
            using (NativeRun native = new NativeRun(run))
            {
                TableHandle table;
                IntPtr error;
                NativeText about = arguments.Text(purpose, "purpose");
                NativeText way = arguments.Text(channel, "channel");
                native.Check(
                    NativeMethods.citx_view_decide_many(handle, Guard.Open(people.Handle), about, way, native.Pointer, out table, out error), error);
                using (table)
                {
                    return Transfer.ReadTable(table);
                }
            }
        }

        /// <summary>Frees the view once the calls that run on it are over.</summary>
        public void Dispose()
        {
            handle.Dispose();
            policy.Dispose();
        }
    }
}
