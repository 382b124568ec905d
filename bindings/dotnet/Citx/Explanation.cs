using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <summary>Why a record is in a segment or not: a tree of the rule's predicates. Immutable.</summary>
    public sealed class Explanation
    {
        private Explanation(string text, bool? outcome, Record values, IReadOnlyList<Explanation> parts)
        {
            Text = text;
            Outcome = outcome;
            Values = values;
            Parts = parts;
        }

        /// <summary>The expression as canonical text.</summary>
        public string Text { get; }

        /// <summary>Whether it is true; null if it is unknown, or no condition.</summary>
        public bool? Outcome { get; }

        /// <summary>The attribute values that it read.</summary>
        public Record Values { get; }

        /// <summary>What it is made of.</summary>
        public IReadOnlyList<Explanation> Parts { get; }

        internal static Explanation Read(ExplanationHandle handle)
        {
            RecordHandle record;
            IntPtr error;
            Call.Check(NativeMethods.citx_explanation_values(handle, out record, out error), error);
            Record values;
            using (record)
            {
                values = Transfer.ReadRecord(record);
            }
            Explanation[] parts = new Explanation[Call.Size(NativeMethods.citx_explanation_num_parts(handle))];
            for (int i = 0; i < parts.Length; i++)
            {
                // A part belongs to the whole, which the caller keeps.
                using (ExplanationHandle part = new ExplanationHandle(NativeMethods.citx_explanation_part(handle, Call.Size(i)), false))
                {
                    parts[i] = Read(part);
                }
            }
            uint outcome = NativeMethods.citx_explanation_outcome(handle);
            bool? known = outcome == 2 ? (bool?)null : outcome == 1;
            return new Explanation(NativeMethods.citx_explanation_text(handle).Copy(), known, values, Array.AsReadOnly(parts));
        }
    }
}
