using System;
using System.Collections.Generic;
using System.Linq;
using Citx.Native;

namespace Citx.Tests
{
    internal static class ErrorTests
    {
        private static readonly Dictionary<Type, int[]> Families = new Dictionary<Type, int[]>
        {
            { typeof(CitxArgumentException), new[] { 10, 11 } },
            { typeof(CitxRuleException), new[] { 20, 21, 22 } },
            { typeof(CitxStateException), new[] { 30, 31, 32 } },
            { typeof(CitxPolicyException), new[] { 40, 41 } },
            { typeof(CitxStatisticsException), new[] { 50, 51, 52 } },
            { typeof(CitxStorageException), new[] { 60, 61, 62 } },
            { typeof(CitxLimitException), new[] { 70, 71, 72 } },
            { typeof(CitxInternalException), new[] { 99 } },
        };

        public static void EveryKindHasItsExceptionAndTheLibrarysName()
        {
            int known = 0;
            for (uint status = 1; status < 200; status++)
            {
                string name = NativeMethods.citx_status_name(status).Copy();
                bool here = Enum.IsDefined(typeof(ErrorKind), (ErrorKind)status);
                Check.Equal(name != null, here, "status " + status);
                if (here)
                {
                    known++;
                    Check.Equal(name, ((ErrorKind)status).ToString(), "name of " + status);
                    CitxException error = CitxException.Of((ErrorKind)status, "m");
                    Check.True(Families[error.GetType()].Contains((int)status), status + " is " + error.GetType());
                    Check.Equal((int)status, error.Code);
                }
            }
            Check.Equal(Families.Values.Sum(codes => codes.Length), known);
            Check.Equal("Ok", NativeMethods.citx_status_name(0).Copy());
        }

        public static void AKindThatIsNotKnownYetIsStillACitxException()
        {
            CitxException error = CitxException.Of((ErrorKind)77, "from a newer library");
            Check.Equal(typeof(CitxException), error.GetType());
            Check.Equal(77, error.Code);
        }

        public static void APanicIsAnExceptionAndPoisonsOnlyItsObject()
        {
            IntPtr error;
            RecordHandle record;
            Call.Check(NativeMethods.citx_record_new(out record, out error), error);
            using (record)
            {
                Check.Fails<CitxInternalException>(ErrorKind.Panic, () =>
                {
                    IntPtr panic;
                    Call.Check(NativeMethods.citx_test_panic(record, out panic), panic);
                });
                Check.Fails<CitxInternalException>(ErrorKind.Panic, () => Transfer.ReadRecord(record), "poisoned");
                using (RecordHandle other = Transfer.WriteRecord(Make.Record("a", 1), "record"))
                {
                    Check.Equal(1L, Transfer.ReadRecord(other)["a"]);
                }
            }
        }

        public static void TheLibraryFitsTheWrapper()
        {
            Check.Equal(CitxLibrary.AbiVersion, CitxLibrary.NativeAbiVersion);
            Check.True(CitxLibrary.Version.Split('.').Length == 3, CitxLibrary.Version);
        }

        public static void RecordsComeBackAsTheyWentIn()
        {
            Dictionary<string, object> record = Make.Record(
                "b", true, "i", -5, "u", ulong.MaxValue, "f", 2.5, "m", -12.340m, "t", "caf\u00e9", "e", string.Empty, "c", 'x', "g", Guid.Empty,
                "d", new Date(1961, 11, 22), "a", new DateTimeOffset(2026, 11, 22, 9, 30, 0, TimeSpan.FromHours(1)), "n", null, "z", DBNull.Value);
            using (RecordHandle native = Transfer.WriteRecord(record, "record"))
            {
                Record back = Transfer.ReadRecord(native);
                Check.Sequence(record.Keys, back.Keys);
                Check.Sequence(
                    new object[]
                    {
                        true, -5L, (decimal)ulong.MaxValue, 2.5, -12.340m, "caf\u00e9", string.Empty, "x", "00000000-0000-0000-0000-000000000000",
                        new Date(1961, 11, 22), new DateTimeOffset(2026, 11, 22, 8, 30, 0, TimeSpan.Zero), null, null,
                    },
                    back.Values);
            }
        }

        public static void BadTextIsRefusedWithoutShowingIt()
        {
            CitxException error = Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Make.Book("x", "a = 'secret\ud83c'"));
            Check.True(!error.ToString().Contains("secret"), error.ToString());
            error = Check.Fails<CitxArgumentException>(
                ErrorKind.InvalidArgument, () => Transfer.WriteRecord(Make.Record("a", "secret\udc00"), "record").Dispose());
            Check.True(!error.ToString().Contains("secret"), error.ToString());
        }

        public static void TextWithZerosAndLongTextPass()
        {
            string text = "a\0b" + new string('\u00e9', 100000);
            using (RecordHandle native = Transfer.WriteRecord(Make.Record("t", text), "record"))
            {
                Check.Equal(text, Transfer.ReadRecord(native)["t"]);
            }
        }

        public static void DatesAreDates()
        {
            Check.Equal("2026-11-22", new Date(2026, 11, 22).ToString());
            Check.Equal(0, new Date(1970, 1, 1).DaysSinceEpoch);
            Check.Equal(-1, Date.Parse("1969-12-31").DaysSinceEpoch);
            Check.Equal(new Date(2024, 2, 29), Date.FromDateTime(new DateTime(2024, 2, 29, 23, 59, 59)));
            Check.True(new Date(2024, 2, 29) != new Date(2024, 3, 1) && new Date(2024, 2, 29).CompareTo(new Date(2024, 3, 1)) < 0, "order");
            Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Date.Parse("22/11/2026"));
            Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Date.Parse(null));
            Check.Throws<ArgumentOutOfRangeException>(() => new Date(2023, 2, 29).ToString());
            Check.Fails<CitxArgumentException>(ErrorKind.OutOfRange, () => Date.FromDaysSinceEpoch(int.MaxValue).Year.ToString());
            Check.Equal("2147483647 d", Date.FromDaysSinceEpoch(int.MaxValue).ToString());
        }
    }
}
