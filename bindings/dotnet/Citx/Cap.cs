using System.Collections.Generic;

namespace Citx
{
    /// <summary>At most so many contacts in any stretch of so many days, counted from the contacts that were made, and heeded by the policy's
    /// timing rules as its own caps are. It owns nothing: dispose what it names.</summary>
    public sealed class Cap
    {
        /// <summary>A cap over all of these contacts.</summary>
        /// <param name="atMost">How many contacts there may be.</param>
        /// <param name="days">In any stretch of so many days.</param>
        /// <param name="contacts">The contacts that were made.</param>
        public Cap(uint atMost, uint days, Events contacts)
        {
            AtMost = atMost;
            Days = days;
            Contacts = Guard.NotNull(contacts, "contacts");
        }

        /// <summary>How many contacts there may be.</summary>
        public uint AtMost { get; private set; }

        /// <summary>In any stretch of so many days.</summary>
        public uint Days { get; private set; }

        /// <summary>The contacts that were made.</summary>
        public Events Contacts { get; private set; }

        /// <summary>The kinds of event that are contacts; null for all.</summary>
        public IEnumerable<string> Kinds { get; set; }

        /// <summary>The channels whose contacts count together, and which it holds for; null for all.</summary>
        public IEnumerable<string> Channels { get; set; }
    }
}
