namespace Citx
{
    /// <summary>What the values of a column are.</summary>
    public enum ColumnType
    {
        /// <summary>Nulls only, of no type.</summary>
        Null,

        /// <summary><see cref="bool"/>.</summary>
        Boolean,

        /// <summary>Whole numbers: <see cref="long"/>.</summary>
        Integer,

        /// <summary>Whole numbers without sign that may pass <see cref="long.MaxValue"/>: <see cref="ulong"/>.</summary>
        UnsignedInteger,

        /// <summary>Binary floating point numbers: <see cref="double"/>.</summary>
        Float,

        /// <summary>Exact decimals: <see cref="decimal"/>.</summary>
        Decimal,

        /// <summary><see cref="string"/>.</summary>
        Text,

        /// <summary>Calendar dates: <see cref="Citx.Date"/>.</summary>
        Date,

        /// <summary>Instants: <see cref="System.DateTimeOffset"/> in UTC.</summary>
        Timestamp,

        /// <summary>Times of day: <see cref="System.TimeSpan"/>.</summary>
        Time,

        /// <summary>Arrays of bytes.</summary>
        Binary,

        /// <summary>Lists of values: read-only lists of objects.</summary>
        List,

        /// <summary>A type that is carried by the library but cannot be shown here (a struct, a map).</summary>
        Other,
    }
}
