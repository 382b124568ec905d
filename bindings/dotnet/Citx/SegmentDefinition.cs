namespace Citx
{
    /// <summary>One segment of a book. Immutable.</summary>
    public sealed class SegmentDefinition
    {
        internal SegmentDefinition(string name, string rule, string description, string owner, string reviewBy)
        {
            Name = name;
            Rule = rule;
            Description = description;
            Owner = owner;
            ReviewBy = reviewBy;
        }

        /// <summary>Its name.</summary>
        public string Name { get; }

        /// <summary>The rule as it was written.</summary>
        public string Rule { get; }

        /// <summary>What it is for; null if it does not say.</summary>
        public string Description { get; }

        /// <summary>Who answers for it; null if it does not say.</summary>
        public string Owner { get; }

        /// <summary>The date by which it is to be reviewed, such as <c>2027-04-01</c>; null if it does not say.</summary>
        public string ReviewBy { get; }
    }
}
