using System;
using System.Collections.Generic;
using System.Linq;
using Citx.Native;

namespace Citx
{
    /// <summary>A scale: what may be answered and what is made of it. <see cref="Answers"/> must be set.</summary>
    public sealed class ScaleOptions
    {
        /// <summary>The answers that count towards the base, as the data write them.</summary>
        public IList<string> Answers { get; set; } = new List<string>();

        /// <summary>Those of them that count as positive; for a figure that is a proportion or net.</summary>
        public IList<string> Positive { get; set; } = new List<string>();

        /// <summary>Those of them that are taken from the positive; for a net figure.</summary>
        public IList<string> Negative { get; set; } = new List<string>();

        /// <summary>Answers left out of numerator and denominator, such as don't know.</summary>
        public IList<string> Excluded { get; set; } = new List<string>();

        /// <summary>Other spellings of an answer.</summary>
        public IDictionary<string, IList<string>> Spellings { get; set; } = new Dictionary<string, IList<string>>();

        /// <summary>What is made of the answers: <c>proportion</c> (also if null), <c>net</c>, <c>mean</c>, or <c>index</c>, a mean over
        /// <see cref="DivideBy"/>.</summary>
        public string Figure { get; set; }

        /// <summary>For a mean or an index, the number of each answer; without any, the answers are numbers themselves.</summary>
        public IList<double> Values { get; set; } = new List<double>();

        /// <summary>What an index divides each number by; null for 1.</summary>
        public double? DivideBy { get; set; }

        /// <summary>What the value is multiplied by to be published; null for 100, for a mean 1.</summary>
        public int? Times { get; set; }

        /// <summary>Decimals of the published text, at most 12; null for 1, for a mean 2.</summary>
        public int? Decimals { get; set; }

        /// <summary>Whether a <c>higher</c> (also if null) or a <c>lower</c> figure is better.</summary>
        public string Polarity { get; set; }

        /// <summary>The method in words, which goes with every result.</summary>
        public string Definition { get; set; }

        internal IntPtr Write(Arguments arguments)
        {
            return arguments.Options(new NativeScaleOptions
            {
                Answers = arguments.Texts(Answers, "Answers"),
                Positive = arguments.Texts(Positive, "Positive"),
                Negative = arguments.Texts(Negative, "Negative"),
                Excluded = arguments.Texts(Excluded, "Excluded"),
                Spellings = arguments.Pairs(SpellingPairs(), "Spellings"),
                Figure = arguments.Maybe(Figure, "Figure"),
                Values = arguments.NumberList(Values),
                DivideBy = arguments.Maybe(DivideBy),
                Times = arguments.Maybe(Times, "Times"),
                Decimals = arguments.Maybe(Decimals, "Decimals"),
                Polarity = arguments.Maybe(Polarity, "Polarity"),
                Definition = arguments.Maybe(Definition, "Definition"),
            });
        }

        private IEnumerable<KeyValuePair<string, string>> SpellingPairs()
        {
            return (Spellings ?? new Dictionary<string, IList<string>>())
                .SelectMany(answer => Guard.NotNull(answer.Value, "Spellings").Select(other => new KeyValuePair<string, string>(answer.Key, other)));
        }
    }
}
