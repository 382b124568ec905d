using System;
using System.Collections.Generic;
using Citx.Native;

namespace Citx
{
    /// <summary>Consent records and receipts in the forms of others, as JSON.</summary>
    public static class ConsentRecords
    {
        /// <summary>The receipt of one consent after the Kantara Initiative's specification 1.1.0.</summary>
        /// <param name="history">What <see cref="ConsentLedger.History"/> gives.</param>
        /// <param name="eventId">The number of the event, which gives or renews consent.</param>
        /// <param name="controller">Who the controller is.</param>
        /// <param name="words">What is said of the purpose.</param>
        /// <returns>The receipt, as JSON.</returns>
        /// <exception cref="CitxStateException">The event is not in the history (<see cref="ErrorKind.NotFound"/>).</exception>
        /// <exception cref="CitxArgumentException">The event gives no consent, or a field is missing.</exception>
        public static string KantaraReceipt(Table history, long eventId, ControllerProfile controller, ReceiptPurpose words)
        {
            using (Arguments arguments = new Arguments())
            using (TableHandle events = Transfer.WriteTable(history, "history"))
            {
                IntPtr body = Guard.NotNull(controller, "controller").Write(arguments);
                IntPtr said = Guard.NotNull(words, "words").Write(arguments);
                TextHandle json;
                IntPtr error;
                Call.Check(NativeMethods.citx_kantara_receipt(events, Id(eventId), body, said, out json, out error), error);
                return Transfer.ReadText(json);
            }
        }

        /// <summary>The record of a citizen's consent to a purpose, shaped after ISO/IEC TS 27560.</summary>
        /// <param name="history">What <see cref="ConsentLedger.History"/> gives.</param>
        /// <param name="purpose">Name of the purpose.</param>
        /// <param name="controller">Who the controller is.</param>
        /// <param name="words">What is said of the purpose.</param>
        /// <param name="processing">What is said of the processing; null for nothing.</param>
        /// <returns>The record, as JSON.</returns>
        /// <exception cref="CitxStateException">No event concerns the purpose (<see cref="ErrorKind.NotFound"/>).</exception>
        /// <exception cref="CitxArgumentException">The events are of several citizens, or a field is missing.</exception>
        public static string Record(Table history, string purpose, ControllerProfile controller, ReceiptPurpose words, Processing processing = null)
        {
            using (Arguments arguments = new Arguments())
            using (TableHandle events = Transfer.WriteTable(history, "history"))
            {
                IntPtr body = Guard.NotNull(controller, "controller").Write(arguments);
                IntPtr said = Guard.NotNull(words, "words").Write(arguments);
                IntPtr done = processing == null ? IntPtr.Zero : processing.Write(arguments);
                TextHandle json;
                IntPtr error;
                NativeText about = arguments.Text(purpose, "purpose");
                Call.Check(NativeMethods.citx_consent_record(events, about, body, said, done, out json, out error), error);
                return Transfer.ReadText(json);
            }
        }

        /// <summary>The receipt of one event of such a record.</summary>
        /// <param name="history">What <see cref="ConsentLedger.History"/> gives.</param>
        /// <param name="purpose">Name of the purpose.</param>
        /// <param name="eventId">The number of the event.</param>
        /// <param name="controller">Who the controller is.</param>
        /// <param name="words">What is said of the purpose.</param>
        /// <param name="processing">What is said of the processing; null for nothing.</param>
        /// <returns>The receipt, as JSON.</returns>
        /// <exception cref="CitxStateException">The event is not in the record (<see cref="ErrorKind.NotFound"/>).</exception>
        /// <exception cref="CitxArgumentException">The events are of several citizens, or a field is missing.</exception>
        public static string Receipt(
            Table history, string purpose, long eventId, ControllerProfile controller, ReceiptPurpose words, Processing processing = null)
        {
            using (Arguments arguments = new Arguments())
            using (TableHandle events = Transfer.WriteTable(history, "history"))
            {
                IntPtr body = Guard.NotNull(controller, "controller").Write(arguments);
                IntPtr said = Guard.NotNull(words, "words").Write(arguments);
                IntPtr done = processing == null ? IntPtr.Zero : processing.Write(arguments);
                TextHandle json;
                IntPtr error;
                NativeText about = arguments.Text(purpose, "purpose");
                Call.Check(NativeMethods.citx_consent_receipt(events, about, Id(eventId), body, said, done, out json, out error), error);
                return Transfer.ReadText(json);
            }
        }

        private static ulong Id(long number)
        {
            return number < 0 ? 0 : (ulong)number;
        }
    }

    /// <summary>Who the controller is, as receipts say it. All but the address must be set.</summary>
    public sealed class ControllerProfile
    {
        /// <summary>Its name.</summary>
        public string Name { get; set; }

        /// <summary>The person or office to turn to.</summary>
        public string Contact { get; set; }

        /// <summary>Its address, by the names of PostalAddress of schema.org: <c>streetAddress</c>, <c>postalCode</c>, ...</summary>
        public IEnumerable<KeyValuePair<string, string>> Address { get; set; }

        /// <summary>Its e-mail address.</summary>
        public string Email { get; set; }

        /// <summary>Its telephone number.</summary>
        public string Phone { get; set; }

        /// <summary>Where its privacy notice is.</summary>
        public string PolicyUrl { get; set; }

        /// <summary>Its jurisdiction, such as <c>GB</c>, used where an event names none.</summary>
        public string Jurisdiction { get; set; }

        /// <summary>The language of the receipt, such as <c>en</c>.</summary>
        public string Language { get; set; }

        internal IntPtr Write(Arguments arguments)
        {
            return arguments.Options(new NativeControllerProfile
            {
                Name = arguments.Text(Name, "Name"),
                Contact = arguments.Text(Contact, "Contact"),
                Address = arguments.Pairs(Address, "Address"),
                Email = arguments.Text(Email, "Email"),
                Phone = arguments.Text(Phone, "Phone"),
                PolicyUrl = arguments.Text(PolicyUrl, "PolicyUrl"),
                Jurisdiction = arguments.Text(Jurisdiction, "Jurisdiction"),
                Language = arguments.Text(Language, "Language"),
            });
        }
    }

    /// <summary>What a receipt says of a purpose beside its name. Service, purpose and termination must be set.</summary>
    public sealed class ReceiptPurpose
    {
        /// <summary>The service that it is part of.</summary>
        public string Service { get; set; }

        /// <summary>The purpose in words.</summary>
        public string Purpose { get; set; }

        /// <summary>Its categories, such as <c>6 - Marketing</c>; null for none.</summary>
        public IEnumerable<string> Categories { get; set; }

        /// <summary>The categories of personal data, such as <c>2 - Contact</c>; null for none.</summary>
        public IEnumerable<string> PersonalData { get; set; }

        /// <summary>Those of them that are sensitive; null for none.</summary>
        public IEnumerable<string> SensitiveData { get; set; }

        /// <summary>When the processing ends.</summary>
        public string Termination { get; set; }

        /// <summary>To whom the data are disclosed; null for nobody.</summary>
        public string ThirdParty { get; set; }

        internal IntPtr Write(Arguments arguments)
        {
            return arguments.Options(new NativeReceiptPurpose
            {
                Service = arguments.Text(Service, "Service"),
                Purpose = arguments.Text(Purpose, "Purpose"),
                Categories = arguments.Texts(Categories, "Categories"),
                PersonalData = arguments.Texts(PersonalData, "PersonalData"),
                SensitiveData = arguments.Texts(SensitiveData, "SensitiveData"),
                Termination = arguments.Text(Termination, "Termination"),
                ThirdParty = arguments.Maybe(ThirdParty, "ThirdParty"),
            });
        }
    }

    /// <summary>What a record says of the processing. What is null is left out of the record.</summary>
    public sealed class Processing
    {
        /// <summary>The lawful basis.</summary>
        public string LawfulBasis { get; set; }

        /// <summary>How the data are processed.</summary>
        public string ProcessingMethod { get; set; }

        /// <summary>Where they are stored.</summary>
        public IEnumerable<string> StorageLocations { get; set; }

        /// <summary>Where they are processed.</summary>
        public IEnumerable<string> ProcessingLocations { get; set; }

        /// <summary>Where they must stay.</summary>
        public IEnumerable<string> GeographicRestrictions { get; set; }

        /// <summary>How consent is withdrawn.</summary>
        public string WithdrawalMethod { get; set; }

        /// <summary>The rights that the person has.</summary>
        public IEnumerable<string> PrivacyRights { get; set; }

        /// <summary>The codes of conduct kept.</summary>
        public IEnumerable<string> CodesOfConduct { get; set; }

        /// <summary>Where the impact assessment is.</summary>
        public string ImpactAssessment { get; set; }

        /// <summary>The authority to turn to.</summary>
        public string AuthorityParty { get; set; }

        internal IntPtr Write(Arguments arguments)
        {
            return arguments.Options(new NativeProcessing
            {
                LawfulBasis = arguments.Maybe(LawfulBasis, "LawfulBasis"),
                ProcessingMethod = arguments.Maybe(ProcessingMethod, "ProcessingMethod"),
                StorageLocations = arguments.Texts(StorageLocations, "StorageLocations"),
                ProcessingLocations = arguments.Texts(ProcessingLocations, "ProcessingLocations"),
                GeographicRestrictions = arguments.Texts(GeographicRestrictions, "GeographicRestrictions"),
                WithdrawalMethod = arguments.Maybe(WithdrawalMethod, "WithdrawalMethod"),
                PrivacyRights = arguments.Texts(PrivacyRights, "PrivacyRights"),
                CodesOfConduct = arguments.Texts(CodesOfConduct, "CodesOfConduct"),
                ImpactAssessment = arguments.Maybe(ImpactAssessment, "ImpactAssessment"),
                AuthorityParty = arguments.Maybe(AuthorityParty, "AuthorityParty"),
            });
        }
    }
}
