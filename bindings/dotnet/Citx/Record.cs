using System;
using System.Collections;
using System.Collections.Generic;

namespace Citx
{
    /// <summary>One citizen or one row: names and values, in order. Immutable once made, so any thread may read it.</summary>
    /// <remarks>Values are <see cref="bool"/>, <see cref="long"/>, <see cref="ulong"/>, <see cref="double"/>, <see cref="decimal"/>,
    /// <see cref="string"/>, <see cref="Date"/>, <see cref="DateTimeOffset"/> (UTC), <see cref="TimeSpan"/>, arrays of bytes, lists of such
    /// values, or null.</remarks>
    public sealed class Record : IReadOnlyDictionary<string, object>
    {
        private readonly string[] names;
        private readonly object[] values;
        private readonly Dictionary<string, int> index;

        internal Record(string[] names, object[] values, Dictionary<string, int> index)
        {
            this.names = names;
            this.values = values;
            this.index = index;
        }

        /// <summary>How many fields.</summary>
        public int Count
        {
            get { return names.Length; }
        }

        /// <summary>The names, in order.</summary>
        public IEnumerable<string> Keys
        {
            get { return names; }
        }

        /// <summary>The values, in order.</summary>
        public IEnumerable<object> Values
        {
            get { return values; }
        }

        /// <summary>The value of a field.</summary>
        /// <param name="key">The field's name.</param>
        /// <returns>The value; null if it is not known.</returns>
        /// <exception cref="CitxRuleException">There is no such field (<see cref="ErrorKind.UnknownName"/>).</exception>
        public object this[string key]
        {
            get
            {
                object value;
                if (!TryGetValue(key, out value))
                {
                    throw CitxException.Of(ErrorKind.UnknownName, "the record has no field `" + key + "`");
                }
                return value;
            }
        }

        /// <summary>Whether there is such a field.</summary>
        /// <param name="key">The field's name.</param>
        /// <returns>True if so.</returns>
        public bool ContainsKey(string key)
        {
            return key != null && index.ContainsKey(key);
        }

        /// <summary>The value of a field, if there is such a field.</summary>
        /// <param name="key">The field's name.</param>
        /// <param name="value">Its value, or null.</param>
        /// <returns>Whether there is such a field.</returns>
        public bool TryGetValue(string key, out object value)
        {
            int at;
            bool known = key != null & index.TryGetValue(key ?? string.Empty, out at);
            value = known ? values[at] : null;
            return known;
        }

        /// <summary>Names and values, in order.</summary>
        /// <returns>An enumerator.</returns>
        public IEnumerator<KeyValuePair<string, object>> GetEnumerator()
        {
            for (int i = 0; i < names.Length; i++)
            {
                yield return new KeyValuePair<string, object>(names[i], values[i]);
            }
        }

        IEnumerator IEnumerable.GetEnumerator()
        {
            return GetEnumerator();
        }

        /// <summary>The shape only: values are personal.</summary>
        /// <returns>The names of the fields.</returns>
        public override string ToString()
        {
            return "Record(" + string.Join(", ", names) + ")";
        }
    }
}
