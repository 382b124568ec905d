using System;
using System.Globalization;

namespace Citx
{
    /// <summary>A moment given to citx: an instant, or a date that stands for local midnight starting that day.</summary>
    /// <remarks>Written as a <see cref="DateTimeOffset"/>, a <see cref="DateTime"/> (of unspecified kind: UTC), a <see cref="Date"/>, or
    /// text such as <c>2026-11-22</c>, <c>2026-11-22T09:30:00Z</c>, <c>2026-11-22T09:30:00+01:00</c>.</remarks>
    public struct Instant
    {
        internal const long EpochTicks = 621355968000000000;

        private readonly string text;

        private Instant(string text)
        {
            this.text = text;
        }

        /// <summary>The text that goes to the library; null for the default value, which stands for no instant.</summary>
        internal string Text
        {
            get { return text; }
        }

        /// <summary>An instant.</summary>
        /// <param name="value">The instant.</param>
        public static implicit operator Instant(DateTimeOffset value)
        {
            return new Instant(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
        }

        /// <summary>An instant; where the kind is not specified it is taken as UTC.</summary>
        /// <param name="value">The date and time.</param>
        public static implicit operator Instant(DateTime value)
        {
            return Utc(value);
        }

        /// <summary>Local midnight starting a day.</summary>
        /// <param name="value">The day.</param>
        public static implicit operator Instant(Date value)
        {
            return new Instant(value.ToString());
        }

        /// <summary>An instant or date as text.</summary>
        /// <param name="value">The text; null stands for no instant.</param>
        public static implicit operator Instant(string value)
        {
            return new Instant(value);
        }

        /// <summary>The instant as it goes to the library.</summary>
        /// <returns>The text.</returns>
        public override string ToString()
        {
            return text ?? string.Empty;
        }

        internal static DateTimeOffset Utc(DateTime value)
        {
            return value.Kind == DateTimeKind.Local ? new DateTimeOffset(value) : new DateTimeOffset(value.Ticks, TimeSpan.Zero);
        }

        /// <summary>Microseconds since 1970-01-01 UTC.</summary>
        internal static long Micros(DateTimeOffset value)
        {
            long ticks = value.UtcTicks - EpochTicks;
            // Rounds down before 1970 as well.
            return ticks >= 0 ? ticks / 10 : -((9 - ticks) / 10);
        }

        /// <summary>The same for a DateTimeOffset or DateTime as an object.</summary>
        internal static long Micros(object value)
        {
            return value is DateTimeOffset ? Micros((DateTimeOffset)value) : Micros(Utc((DateTime)value));
        }

        internal static DateTimeOffset FromMicros(long micros)
        {
            if (micros < -EpochTicks / 10 || micros > (DateTime.MaxValue.Ticks - EpochTicks) / 10)
            {
                throw CitxException.Of(ErrorKind.OutOfRange, "the instant lies outside the years 1 to 9999 that .NET can show");
            }
            return new DateTimeOffset(EpochTicks + (micros * 10), TimeSpan.Zero);
        }
    }
}
