using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <summary>Which columns of a population say what the consent rules and the exports need. What is left null is unknown.</summary>
    public sealed class FactColumns
    {
        /// <summary>E-mail address.</summary>
        public string Email { get; set; }

        /// <summary>Phone number, for calls and text messages.</summary>
        public string Phone { get; set; }

        /// <summary>Postal address: one column with line breaks or commas, or one for each line.</summary>
        public IList<string> Address { get; set; } = new List<string>();

        /// <summary>Date of birth.</summary>
        public string BirthDate { get; set; }

        /// <summary>Whether the citizen has died.</summary>
        public string Deceased { get; set; }

        /// <summary>The channel the citizen asked to be contacted by.</summary>
        public string PreferredChannel { get; set; }

        /// <summary><c>individual</c> or <c>corporate</c> (PECR reg. 2).</summary>
        public string SubscriberKind { get; set; }

        /// <summary>When the contact details were collected.</summary>
        public string CollectedAt { get; set; }

        /// <summary>How: <c>sale</c>, <c>support</c>, <c>service</c>, ...</summary>
        public string CollectedHow { get; set; }

        /// <summary>Since when the number is on the TPS or CTPS.</summary>
        public string TpsListedAt { get; set; }

        /// <summary>When the number was last screened against them.</summary>
        public string TpsScreenedAt { get; set; }

        /// <summary>Whether the address is on the MPS.</summary>
        public string MpsListed { get; set; }

        /// <summary>A safe-contact instruction.</summary>
        public string SafeContact { get; set; }

        /// <summary>Language of messages, BCP 47.</summary>
        public string Language { get; set; }

        /// <summary>What makes a household: a UPRN or an id.</summary>
        public string Household { get; set; }

        /// <summary>Columns of special category data (UK GDPR Art. 9).</summary>
        public IList<string> SpecialCategory { get; set; } = new List<string>();

        internal IntPtr Write(Arguments arguments)
        {
            return arguments.Options(new NativeFactColumns
            {
                Email = arguments.Maybe(Email, "Email"),
                Phone = arguments.Maybe(Phone, "Phone"),
                Address = arguments.Texts(Address, "Address"),
                BirthDate = arguments.Maybe(BirthDate, "BirthDate"),
                Deceased = arguments.Maybe(Deceased, "Deceased"),
                PreferredChannel = arguments.Maybe(PreferredChannel, "PreferredChannel"),
                SubscriberKind = arguments.Maybe(SubscriberKind, "SubscriberKind"),
                CollectedAt = arguments.Maybe(CollectedAt, "CollectedAt"),
                CollectedHow = arguments.Maybe(CollectedHow, "CollectedHow"),
                TpsListedAt = arguments.Maybe(TpsListedAt, "TpsListedAt"),
                TpsScreenedAt = arguments.Maybe(TpsScreenedAt, "TpsScreenedAt"),
                MpsListed = arguments.Maybe(MpsListed, "MpsListed"),
                SafeContact = arguments.Maybe(SafeContact, "SafeContact"),
                Language = arguments.Maybe(Language, "Language"),
                Household = arguments.Maybe(Household, "Household"),
                SpecialCategory = arguments.Texts(SpecialCategory, "SpecialCategory"),
            });
        }
    }
}
