using System;
using System.Globalization;

namespace Citx
{
    /// <summary>A calendar date without time of day or zone, such as a date of birth.</summary>
    /// <remarks>.NET Framework and .NET Standard have no such type; on newer runtimes <c>DateOnly</c> values are taken as well.</remarks>
    public struct Date : IEquatable<Date>, IComparable<Date>
    {
        private static readonly long EpochTicks = new DateTime(1970, 1, 1).Ticks;

        private readonly int days;

        /// <summary>A date of the Gregorian calendar.</summary>
        /// <param name="year">1 to 9999.</param>
        /// <param name="month">1 to 12.</param>
        /// <param name="day">1 to 31.</param>
        /// <exception cref="ArgumentOutOfRangeException">There is no such date.</exception>
        public Date(int year, int month, int day)
        {
            days = DaysOf(new DateTime(year, month, day));
        }

        private Date(int days)
        {
            this.days = days;
        }

        /// <summary>Days since 1970-01-01.</summary>
        public int DaysSinceEpoch
        {
            get { return days; }
        }

        /// <summary>The year.</summary>
        public int Year
        {
            get { return ToDateTime().Year; }
        }

        /// <summary>The month, 1 to 12.</summary>
        public int Month
        {
            get { return ToDateTime().Month; }
        }

        /// <summary>The day of the month, 1 to 31.</summary>
        public int Day
        {
            get { return ToDateTime().Day; }
        }

        /// <summary>The date a number of days after 1970-01-01.</summary>
        /// <param name="days">Days, negative before.</param>
        /// <returns>The date.</returns>
        public static Date FromDaysSinceEpoch(int days)
        {
            return new Date(days);
        }

        /// <summary>The date part of <paramref name="value"/>; its time of day and kind are dropped.</summary>
        /// <param name="value">A date and time.</param>
        /// <returns>The date.</returns>
        public static Date FromDateTime(DateTime value)
        {
            return new Date(DaysOf(value.Date));
        }

        /// <summary>Reads <c>2026-11-22</c>, exactly.</summary>
        /// <param name="text">The text.</param>
        /// <returns>The date.</returns>
        /// <exception cref="CitxArgumentException">The text is no such date.</exception>
        public static Date Parse(string text)
        {
            DateTime value;
            if (DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out value))
            {
                return FromDateTime(value);
            }
            throw CitxException.Argument("expected a date such as 2026-11-22");
        }

        /// <summary>Midnight at the start of this date, of unspecified kind.</summary>
        /// <returns>A date and time.</returns>
        /// <exception cref="CitxArgumentException">The date lies outside the years 1 to 9999.</exception>
        public DateTime ToDateTime()
        {
            long ticks = EpochTicks + (days * TimeSpan.TicksPerDay);
            if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks)
            {
                throw CitxException.Of(ErrorKind.OutOfRange, "the date lies outside the years 1 to 9999 that .NET can show");
            }
            return new DateTime(ticks);
        }

        /// <summary>Whether both are the same date.</summary>
        /// <param name="other">Another date.</param>
        /// <returns>True if so.</returns>
        public bool Equals(Date other)
        {
            return days == other.days;
        }

        /// <summary>Whether <paramref name="obj"/> is the same date.</summary>
        /// <param name="obj">Another object.</param>
        /// <returns>True if so.</returns>
        public override bool Equals(object obj)
        {
            return obj is Date && Equals((Date)obj);
        }

        /// <summary>A hash of the date.</summary>
        /// <returns>The hash.</returns>
        public override int GetHashCode()
        {
            return days;
        }

        /// <summary>Orders dates in time.</summary>
        /// <param name="other">Another date.</param>
        /// <returns>Less than 0 if this is earlier, 0 if the same, more than 0 if later.</returns>
        public int CompareTo(Date other)
        {
            return days.CompareTo(other.days);
        }

        /// <summary>The date as <c>2026-11-22</c>; outside the years 1 to 9999 as days since 1970-01-01.</summary>
        /// <returns>The text.</returns>
        public override string ToString()
        {
            long ticks = EpochTicks + (days * TimeSpan.TicksPerDay);
            return ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks
                ? days.ToString(CultureInfo.InvariantCulture) + " d"
                : new DateTime(ticks).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        }

        /// <summary>Whether both are the same date.</summary>
        /// <param name="left">A date.</param>
        /// <param name="right">A date.</param>
        /// <returns>True if so.</returns>
        public static bool operator ==(Date left, Date right)
        {
            return left.days == right.days;
        }

        /// <summary>Whether they are different dates.</summary>
        /// <param name="left">A date.</param>
        /// <param name="right">A date.</param>
        /// <returns>True if so.</returns>
        public static bool operator !=(Date left, Date right)
        {
            return left.days != right.days;
        }

        private static int DaysOf(DateTime midnight)
        {
            return (int)((midnight.Ticks - EpochTicks) / TimeSpan.TicksPerDay);
        }
    }
}
