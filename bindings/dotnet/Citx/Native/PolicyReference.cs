using System;
using System.Collections.Generic;
using System.Globalization;
using Citx.Arrow;

namespace Citx.Native
{
    /// <summary>Keeps a policy's native object alive, whatever becomes of the <see cref="Policy"/> it was taken from, and makes facts for it.</summary>
    internal sealed class PolicyReference : IDisposable
    {
        private PolicyHandle handle;

        internal PolicyReference(PolicyHandle handle)
        {
            bool added = false;
            handle.DangerousAddRef(ref added);
            this.handle = handle;
        }

        /// <summary>Runs before the handle's own, critical, finalizer.</summary>
        ~PolicyReference()
        {
            Release();
        }

        internal PolicyHandle Handle
        {
            get
            {
                PolicyHandle alive = handle;
                if (alive == null)
                {
                    throw new ObjectDisposedException("Citx.Policy");
                }
                return alive;
            }
        }

        public void Dispose()
        {
            Release();
            GC.SuppressFinalize(this);
        }

        /// <summary>The decision that a call makes of a question.</summary>
        internal Decision Decide(
            string citizen,
            string purpose,
            string channel,
            string topic,
            IEnumerable<KeyValuePair<string, object>> facts,
            DecisionCall call)
        {
            using (Arguments arguments = new Arguments())
            using (FactsHandle known = Facts(facts))
            {
                IntPtr question = arguments.Options(new NativeQuestion
                {
                    Citizen = arguments.Text(citizen, "citizen"),
                    Purpose = arguments.Text(purpose, "purpose"),
                    Channel = arguments.Text(channel, "channel"),
                    Topic = arguments.Maybe(topic, "topic"),
                    Facts = arguments.Hold(known),
                });
                DecisionHandle decision;
                IntPtr error;
                Call.Check(call(question, arguments, out decision, out error), error);
                using (decision)
                {
                    return Decision.Read(decision);
                }
            }
        }

        private FactsHandle Facts(IEnumerable<KeyValuePair<string, object>> facts)
        {
            if (facts == null)
            {
                return null;
            }
            FactsHandle known;
            IntPtr error;
            Call.Check(NativeMethods.citx_facts_new(Handle, out known, out error), error);
            try
            {
                foreach (KeyValuePair<string, object> fact in facts)
                {
                    Set(known, fact.Key, fact.Value);
                }
                return known;
            }
            catch
            {
                known.Dispose();
                throw;
            }
        }

        private void Set(FactsHandle facts, string name, object value)
        {
            using (Arguments arguments = new Arguments())
            {
                IntPtr error;
                uint slot;
                uint status;
                Call.Check(NativeMethods.citx_policy_fact(Handle, arguments.Text(name, "facts"), out slot, out error), error);
                switch (ColumnBuilder.TypeOf(value == null || value is DBNull ? null : value.GetType()))
                {
                    case ColumnType.Null:
                        status = NativeMethods.citx_facts_set_null(facts, slot, out error);
                        break;
                    case ColumnType.Boolean:
                        status = NativeMethods.citx_facts_set_bool(facts, slot, (bool)value, out error);
                        break;
                    case ColumnType.Integer:
                        status = NativeMethods.citx_facts_set_int(facts, slot, Convert.ToInt64(value, CultureInfo.InvariantCulture), out error);
                        break;
                    case ColumnType.Float:
                    case ColumnType.Decimal:
                        status = NativeMethods.citx_facts_set_float(facts, slot, Convert.ToDouble(value, CultureInfo.InvariantCulture), out error);
                        break;
                    case ColumnType.Text:
                        status = NativeMethods.citx_facts_set_str(facts, slot, arguments.Text(ColumnBuilder.TextOf(value), "facts"), out error);
                        break;
                    case ColumnType.Date:
                        status = NativeMethods.citx_facts_set_date(facts, slot, ColumnBuilder.DaysOf(value), out error);
                        break;
                    case ColumnType.Timestamp:
                        status = NativeMethods.citx_facts_set_instant(facts, slot, Instant.Micros(value), out error);
                        break;
                    default:
                        throw CitxException.Argument("the fact `" + name + "`: values of type " + value.GetType().Name + " cannot be taken");
                }
                Call.Check(status, error);
            }
        }

        private void Release()
        {
            PolicyHandle held = System.Threading.Interlocked.Exchange(ref handle, null);
            if (held != null)
            {
                held.DangerousRelease();
            }
        }
    }

    /// <summary>Asks a question; what the call needs besides is allocated in the arguments.</summary>
    internal delegate uint DecisionCall(IntPtr question, Arguments arguments, out DecisionHandle decision, out IntPtr error);
}
