using System;

namespace Citx
{
    /// <summary>An operation of citx failed. Messages name file, column and row, never a value from the data.</summary>
    /// <remarks>A refusal by the consent policy is an answer (<see cref="Decision"/>), never an exception.</remarks>
    public class CitxException : Exception
    {
        /// <summary>An error of a kind.</summary>
        /// <param name="kind">What went wrong.</param>
        /// <param name="message">The same in words.</param>
        /// <param name="inner">The exception that led to it, if any.</param>
        public CitxException(ErrorKind kind, string message, Exception inner = null)
            : base(message, inner)
        {
            Kind = kind;
        }

        /// <summary>What went wrong.</summary>
        public ErrorKind Kind { get; }

        /// <summary>The number of <see cref="Kind"/>, the same in every language.</summary>
        public int Code
        {
            get { return (int)Kind; }
        }

        /// <summary>The exception that stands for a kind.</summary>
        internal static CitxException Of(ErrorKind kind, string message, RuleLocation location = null, Exception inner = null)
        {
            switch (kind)
            {
                case ErrorKind.InvalidArgument:
                case ErrorKind.OutOfRange:
                    return new CitxArgumentException(kind, message, inner);
                case ErrorKind.RuleSyntax:
                case ErrorKind.RuleType:
                case ErrorKind.UnknownName:
                    return new CitxRuleException(kind, message, location);
                case ErrorKind.NotFound:
                case ErrorKind.Conflict:
                case ErrorKind.Busy:
                    return new CitxStateException(kind, message);
                case ErrorKind.PolicyInvalid:
                case ErrorKind.PolicyUnsupported:
                    return new CitxPolicyException(kind, message);
                case ErrorKind.InsufficientData:
                case ErrorKind.NotConverged:
                case ErrorKind.Suppressed:
                    return new CitxStatisticsException(kind, message);
                case ErrorKind.Io:
                case ErrorKind.Corrupted:
                case ErrorKind.FormatVersion:
                    return new CitxStorageException(kind, message);
                case ErrorKind.LimitExceeded:
                case ErrorKind.Cancelled:
                case ErrorKind.Unsupported:
                    return new CitxLimitException(kind, message, inner);
                case ErrorKind.Panic:
                    return new CitxInternalException(kind, message);
                default:
                    // A native library newer than this wrapper may know further kinds.
                    return new CitxException(kind, message, inner);
            }
        }

        internal static CitxException Argument(string message, Exception inner = null)
        {
            return Of(ErrorKind.InvalidArgument, message, null, inner);
        }
    }

    /// <summary>An argument that can never be right, or a number outside its range.</summary>
    public class CitxArgumentException : CitxException
    {
        internal CitxArgumentException(ErrorKind kind, string message, Exception inner)
            : base(kind, message, inner)
        {
        }
    }

    /// <summary>A rule that cannot be read, whose types do not fit, or a name that is not known.</summary>
    public class CitxRuleException : CitxException
    {
        private readonly RuleLocation location;

        internal CitxRuleException(ErrorKind kind, string message, RuleLocation location)
            : base(kind, message)
        {
            this.location = location;
        }

        /// <summary>The line of the rule, from 1; 0 if the error is not at a place in a rule.</summary>
        public int Line
        {
            get { return location == null ? 0 : location.Line; }
        }

        /// <summary>The column of the rule, in characters from 1; 0 if the error is not at a place in a rule.</summary>
        public int Column
        {
            get { return location == null ? 0 : location.Column; }
        }

        /// <summary>The line of the rule with a caret line below it; null if the error is not at a place in a rule.</summary>
        public string Snippet
        {
            get { return location == null ? null : location.Snippet; }
        }

        /// <summary>A name that may have been meant in the rule; null if there is none.</summary>
        public string Suggestion
        {
            get { return location == null ? null : location.Suggestion; }
        }

        /// <summary>The bytes of the rule's UTF-8 text that are meant; null if the error is not at a place in a rule.</summary>
        public RuleSpan? Span
        {
            get { return location == null ? (RuleSpan?)null : location.Span; }
        }
    }

    /// <summary>A part of a rule: bytes of its UTF-8 text, from <see cref="Start"/> up to but without <see cref="End"/>.</summary>
    public struct RuleSpan
    {
        internal RuleSpan(int start, int end)
        {
            Start = start;
            End = end;
        }

        /// <summary>The first byte.</summary>
        public int Start { get; }

        /// <summary>The byte after the last.</summary>
        public int End { get; }
    }

    /// <summary>Something asked for that is not there, is there with other content, or is in use elsewhere.</summary>
    public class CitxStateException : CitxException
    {
        internal CitxStateException(ErrorKind kind, string message)
            : base(kind, message)
        {
        }
    }

    /// <summary>A consent policy that cannot be loaded.</summary>
    public class CitxPolicyException : CitxException
    {
        internal CitxPolicyException(ErrorKind kind, string message)
            : base(kind, message)
        {
        }
    }

    /// <summary>A figure that the data cannot give, or that is withheld to protect small groups.</summary>
    public class CitxStatisticsException : CitxException
    {
        internal CitxStatisticsException(ErrorKind kind, string message)
            : base(kind, message)
        {
        }
    }

    /// <summary>A file or ledger that could not be read or written, or was damaged.</summary>
    public class CitxStorageException : CitxException
    {
        internal CitxStorageException(ErrorKind kind, string message)
            : base(kind, message)
        {
        }
    }

    /// <summary>Input beyond a limit, a cancelled call, or something this version does not do.</summary>
    public class CitxLimitException : CitxException
    {
        internal CitxLimitException(ErrorKind kind, string message, Exception inner)
            : base(kind, message, inner)
        {
        }
    }

    /// <summary>A bug in citx, caught at the language boundary. The object it happened in must not be used again.</summary>
    public class CitxInternalException : CitxException
    {
        internal CitxInternalException(ErrorKind kind, string message)
            : base(kind, message)
        {
        }
    }

    /// <summary>Where in a rule an error is.</summary>
    internal sealed class RuleLocation
    {
        internal int Line { get; set; }

        internal int Column { get; set; }

        internal RuleSpan Span { get; set; }

        internal string Snippet { get; set; }

        internal string Suggestion { get; set; }
    }
}
