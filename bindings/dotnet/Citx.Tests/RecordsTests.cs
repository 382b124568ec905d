using System;
using System.Collections.Generic;
using System.IO;

namespace Citx.Tests
{
    /// <summary>Records and receipts out, and the consent check of Dynamics 365.</summary>
    internal static class RecordsTests
    {
        private const string Mapping = @"
            unsubscribe = ""https://anytown.example/preferences/""
            channel = { email = ""email"" }
            [[profile]]
            id = ""0d923da1-355e-471d-84fa-e30fa198633b""
            purpose = { ""6952ed55-42bb-4549-9f8b-ddf7af3ccc82"" = ""newsletter"" }";

        private const string Request = @"{
            ""contactpoints"": [""C17@example.org"", ""c18@example.org""], ""channeltype"": ""email"", ""unsubscribeurlrequired"": true,
            ""purpose"": ""6952ed55-42bb-4549-9f8b-ddf7af3ccc82"", ""complianceprofile"": ""0d923da1-355e-471d-84fa-e30fa198633b"" }";

        public static void ReceiptsAndRecordsSayWhatTheLedgerHolds()
        {
            using (Policy policy = Make.Policy())
            using (ConsentLedger ledger = ConsentLedger.Open(":memory:", policy))
            {
                ledger.Append("C-1", "newsletter", "email", "given", "2026-01-05T10:00:00Z", method: "web");
                ledger.Append("C-1", "newsletter", "email", "withdrawn", "2026-02-05T10:00:00Z");
                Table history = ledger.History("C-1");
                ControllerProfile controller = new ControllerProfile
                {
                    Name = "Anytown Council",
                    Contact = "Data protection officer",
                    Address = Make.Texts("streetAddress", "1 High Street"),
                    Email = "dpo@anytown.example",
                    Phone = "+44 1632 960000",
                    PolicyUrl = "https://anytown.example/privacy",
                    Jurisdiction = "GB",
                };
                ReceiptPurpose words = new ReceiptPurpose { Service = "News", Purpose = "To send the newsletter", Termination = "On withdrawal" };
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => ConsentRecords.KantaraReceipt(history, 1, controller, words));
                controller.Language = "en";
                Check.True(ConsentRecords.KantaraReceipt(history, 1, controller, words).Contains("1767607200"), "the time in seconds");
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => ConsentRecords.KantaraReceipt(history, 2, controller, words));
                Check.Fails<CitxStateException>(ErrorKind.NotFound, () => ConsentRecords.KantaraReceipt(history, 3, controller, words));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => ConsentRecords.KantaraReceipt(history, 1, controller, null));

                Processing processing = new Processing { PrivacyRights = new[] { "access" } };
                string record = ConsentRecords.Record(history, "newsletter", controller, words, processing);
                Check.True(record.Contains("withdrawn") && record.Contains("access"), "the record");
                Check.True(!ConsentRecords.Receipt(history, "newsletter", 1, controller, words).Contains("withdrawn"), "the receipt of the first event");
                Check.Fails<CitxStateException>(ErrorKind.NotFound, () => ConsentRecords.Receipt(history, "newsletter", 9, controller, words));
                Check.Fails<CitxStateException>(ErrorKind.NotFound, () => ConsentRecords.Record(history, "raffle", controller, words));
            }
        }

        public static void TheConsentCheckIsAnswered()
        {
            using (Policy policy = Make.Policy())
            using (ConsentLedger ledger = ConsentLedger.Open(":memory:", policy))
            using (Folder folder = new Folder())
            {
                ledger.Append("C-17", "newsletter", "email", "given", "2026-03-01", method: "web", contact: "c17@example.org");
                File.WriteAllText(folder.File("mapping.toml"), Mapping);
                using (ConsentView view = ledger.AsOf("2026-11-22"))
                using (ConsentProvider provider = ConsentProvider.Create(view, Mapping))
                using (ConsentProvider read = ConsentProvider.Read(view, folder.File("mapping.toml")))
                {
                    List<string> asked = new List<string>();
                    string answer = provider.Answer(Request, contact =>
                    {
                        asked.Add(contact);
                        return "t0ken";
                    });
                    Check.Sequence(new[] { "C17@example.org" }, asked);
                    Check.True(answer.Contains("https://anytown.example/preferences/t0ken"), "the address");
                    Check.True(answer.Contains("\"consentformessage\":true") && answer.Contains("\"consentformessage\":false"), "one of the two");
                    Check.Equal(answer, read.Answer(Request, contact => "t0ken"));
                    Check.Throws<InvalidTimeZoneException>(() => provider.Answer(Request, contact => { throw new InvalidTimeZoneException(); }), "the host's own");
                    Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => provider.Answer(Request, contact => null));
                    Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => provider.Answer(Request));
                    Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => provider.Answer("{"));
                    Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => ConsentProvider.Create(view, "channel = 1"));
                    Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => ConsentProvider.Create(null, Mapping));
                    Check.Throws<CitxStorageException>(() => ConsentProvider.Read(view, folder.File("nothing.toml")), "no file");
                }
            }
        }
    }
}
