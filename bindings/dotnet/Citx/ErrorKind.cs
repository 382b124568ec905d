namespace Citx
{
    /// <summary>What went wrong, stable across versions and languages. The number is the C status.</summary>
    public enum ErrorKind
    {
        /// <summary>An argument that can never be right.</summary>
        InvalidArgument = 10,

        /// <summary>A number outside its range.</summary>
        OutOfRange = 11,

        /// <summary>Text that is not a rule.</summary>
        RuleSyntax = 20,

        /// <summary>A rule whose types do not fit.</summary>
        RuleType = 21,

        /// <summary>A name that the schema, book or policy does not have.</summary>
        UnknownName = 22,

        /// <summary>Something asked for by key that is not there.</summary>
        NotFound = 30,

        /// <summary>Something that is there already, with other content.</summary>
        Conflict = 31,

        /// <summary>An object in use elsewhere.</summary>
        Busy = 32,

        /// <summary>A policy that cannot be loaded.</summary>
        PolicyInvalid = 40,

        /// <summary>A policy written for another version of citx.</summary>
        PolicyUnsupported = 41,

        /// <summary>Too few observations for the figure asked for.</summary>
        InsufficientData = 50,

        /// <summary>An iteration that did not arrive.</summary>
        NotConverged = 51,

        /// <summary>A figure withheld to protect small groups.</summary>
        Suppressed = 52,

        /// <summary>The operating system refused to read or write.</summary>
        Io = 60,

        /// <summary>Stored data that was damaged or tampered with.</summary>
        Corrupted = 61,

        /// <summary>A file of a version that this library does not read.</summary>
        FormatVersion = 62,

        /// <summary>Input beyond a stated limit.</summary>
        LimitExceeded = 70,

        /// <summary>The caller cancelled the call.</summary>
        Cancelled = 71,

        /// <summary>Asked for something this build or version does not do.</summary>
        Unsupported = 72,

        /// <summary>A bug in citx, caught at the language boundary.</summary>
        Panic = 99,
    }
}
