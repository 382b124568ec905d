namespace Citx
{
    /// <summary>One citizen who entered or left one live segment. Immutable.</summary>
    public sealed class Change
    {
        internal Change(ulong seq, string segment, string key, bool entered)
        {
            Seq = seq;
            Segment = segment;
            Key = key;
            Entered = entered;
        }

        /// <summary>The number of the change: 1 is the first ever.</summary>
        public ulong Seq { get; }

        /// <summary>The segment.</summary>
        public string Segment { get; }

        /// <summary>The citizen's key, a whole number written as text.</summary>
        public string Key { get; }

        /// <summary>Whether the citizen entered; otherwise they left.</summary>
        public bool Entered { get; }
    }
}
