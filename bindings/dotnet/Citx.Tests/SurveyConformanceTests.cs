using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;

namespace Citx.Tests
{
    /// <summary>The cases of operations on surveys, whose numbers are R's; the format is described beside them.</summary>
    internal static class SurveyConformanceTests
    {
        private static readonly CultureInfo Plain = CultureInfo.InvariantCulture;

        public static void OperationsOnSurveysAreTheSameInEveryLanguage()
        {
            ConformanceTests.RunCases("surveys.tsv", line =>
            {
                object found = Found(line);
                foreach (KeyValuePair<string, string> wanted in Pairs(line["expected"], ';'))
                {
                    object field = Field(found, wanted.Key);
                    string what = line["id"] + " " + wanted.Key;
                    if (field is string || field is bool)
                    {
                        Check.Equal(wanted.Value, field is bool ? ((bool)field ? "true" : "false") : field, what);
                    }
                    else
                    {
                        Check.Near(Number(wanted.Value), Convert.ToDouble(field, Plain), Number(line["tolerance"]), what);
                    }
                }
                return line["expected"];
            });
        }

        /// <summary>The figure of a case; of a table the row of its group.</summary>
        private static object Found(Dictionary<string, string> line)
        {
            Dictionary<string, string> given = Pairs(line["survey"], ';');
            string[] words = line["figure"].Split('|');
            using (Instrument instrument = InstrumentOf(given))
            {
                if (words[0] == "counted")
                {
                    IEnumerable<double[]> counts = words.Skip(2).Select(period => period.Split('/').Select(Number).ToArray());
                    return instrument.Counted(words[1], counts.Select(period => new Period(period[0], period[1])).ToArray());
                }
                Survey survey = SurveyOf(line["table"], given, instrument);
                try
                {
                    Targets targets = new Targets();
                    foreach (string step in ConformanceTests.Items(line["steps"], ';'))
                    {
                        Survey before = survey;
                        survey = Step(before, step, targets);
                        if (survey != before)
                        {
                            before.Dispose();
                        }
                    }
                    return Figure(survey, words, Pairs(line["options"], ';'));
                }
                finally
                {
                    survey.Dispose();
                }
            }
        }

        private static Instrument InstrumentOf(Dictionary<string, string> given)
        {
            if (!given.ContainsKey("answers"))
            {
                return given.ContainsKey("instrument") ? Instrument.Builtin(given["instrument"]) : null;
            }
            return Instrument.Scale("own", new ScaleOptions
            {
                Answers = ListOf(given, "answers", '|'),
                Positive = ListOf(given, "positive", '|'),
                Negative = ListOf(given, "negative", '|'),
                Excluded = ListOf(given, "excluded", '|'),
                Figure = TextOf(given, "figure"),
                Definition = TextOf(given, "definition"),
                Decimals = given.ContainsKey("decimals") ? int.Parse(given["decimals"], Plain) : (int?)null,
            });
        }

        private static Survey SurveyOf(string table, Dictionary<string, string> given, Instrument instrument)
        {
            string folder = Environment.GetEnvironmentVariable("CITX_CONFORMANCE") ?? "tests/conformance";
            SurveyOptions options = new SurveyOptions
            {
                Instrument = instrument,
                Weights = TextOf(given, "weights"),
                Strata = TextOf(given, "strata"),
                Psu = ListOf(given, "psu", '|'),
                Fpc = ListOf(given, "fpc", '|'),
                FrameSize = given.ContainsKey("frame_size") ? long.Parse(given["frame_size"], Plain) : (long?)null,
                Selection = TextOf(given, "selection"),
                LonelyPsu = TextOf(given, "lonely_psu"),
                Base = TextOf(given, "base"),
                BaseKey = TextOf(given, "base_key"),
            };
            if (given.ContainsKey("questions"))
            {
                string[] question = given["questions"].Split('|');
                options.Questions.Add(question[0], question[1]);
            }
            return Survey.FromTable(Table.Read(Path.Combine(folder, "..", table)), options);
        }

        /// <summary>The survey after a step; the same where the step only says what the next meets.</summary>
        private static Survey Step(Survey survey, string step, Targets targets)
        {
            string[] parts = step.Split(new[] { '|' }, 2);
            string rest = parts.Length == 2 ? parts[1] : string.Empty;
            if (parts[0] == "margin")
            {
                string[] margin = rest.Split(new[] { '|' }, 2);
                targets.Margins.Add(new Margin(margin[0], Pairs(margin[1], '|').Select(Total)));
                return survey;
            }
            Dictionary<string, string> given = Pairs(rest, '|');
            switch (parts[0])
            {
                case "total":
                    given.Select(Total).ToList().ForEach(total => targets.Totals.Add(total.Key, total.Value));
                    return survey;
                case "post_stratify":
                    return survey.PostStratify(targets.TakeMargins().First());
                case "rake":
                    RakeOptions rake = new RakeOptions();
                    rake.MaxIterations = given.ContainsKey("max_iterations") ? int.Parse(given["max_iterations"], Plain) : rake.MaxIterations;
                    return survey.Rake(targets.TakeMargins(), rake);
                case "calibrate":
                    CalibrateOptions calibrate = new CalibrateOptions { Margins = targets.TakeMargins(), Totals = targets.TakeTotals(), Distance = TextOf(given, "distance") };
                    if (given.ContainsKey("bounds"))
                    {
                        double[] bounds = given["bounds"].Split(',').Select(Number).ToArray();
                        calibrate.Bounds = new Interval(bounds[0], bounds[1]);
                    }
                    return survey.Calibrate(calibrate);
                case "trim":
                    return survey.Trim(new TrimOptions { Lower = NumberOf(given, "lower"), Upper = NumberOf(given, "upper"), Rule = TextOf(given, "rule") });
                case "replicated":
                    return survey.Replicated(given["kind"]);
                case "replicate_weights":
                    return survey.WithReplicateWeights(
                        new ReplicateOptions { Columns = ListOf(given, "columns", ','), Kind = given["kind"], Mse = TextOf(given, "mse") == "true" });
                default:
                    throw new Failure("unknown step " + parts[0]);
            }
        }

        private static object Figure(Survey survey, string[] words, Dictionary<string, string> given)
        {
            double level = NumberOf(given, "level") ?? 0.95;
            ScoreOptions options = new ScoreOptions { Level = level, Method = TextOf(given, "method"), DeffReference = TextOf(given, "deff_reference") };
            if (given.ContainsKey("group"))
            {
                Breakdown[] by = { given["by"] };
                Table table = words[0] == "mean" ? survey.MeanBy(words[1], by) : survey.TotalBy(words[1], null, by);
                return table.Single(row => (string)row["group"] == given["group"]);
            }
            switch (words[0])
            {
                case "mean":
                    return survey.Mean(words[1], options);
                case "total":
                    return survey.Total(words[1], words.Length > 2 ? words[2] : null, options);
                case "ratio":
                    return survey.Ratio(words[1], words[2], options);
                case "proportion":
                    return survey.Proportion(words[1], words[2], options);
                case "score":
                    return survey.Score(words[1], null, options);
                case "quantile":
                    QuantileOptions how = new QuantileOptions { Rule = TextOf(given, "rule"), Method = options.Method, Level = level };
                    return survey.Quantile(words[1], Number(words[2]), how);
                case "test":
                    return survey.Test(words[1], words[2], level);
                case "test_mean":
                    return survey.TestMean(words[1], Number(words[2]), level);
                case "chi_squared":
                    return survey.ChiSquared(words[1], words[2], words[3]);
                case "weighting":
                    return survey.Weighting;
                case "weights":
                    double[] weights = survey.Weights.ToArray<double>();
                    return Make.Table("count", new[] { (double)weights.Length }, "sum", new[] { weights.Sum() })[0];
                default:
                    throw new Failure("unknown figure " + words[0]);
            }
        }

        /// <summary>One of the numbers and texts of a result, by its name in the other languages.</summary>
        private static object Field(object found, string name)
        {
            if (found == null)
            {
                return string.Empty;
            }
            Record row = found as Record;
            if (row != null)
            {
                return row[name];
            }
            if (name == "ci_low" || name == "ci_high")
            {
                Interval interval = (Interval)found.GetType().GetProperty("Ci").GetValue(found, null);
                return name == "ci_low" ? interval.Low : interval.High;
            }
            string pascal = string.Concat(name.Split('_').Select(part => part.Substring(0, 1).ToUpperInvariant() + part.Substring(1)));
            PropertyInfo property = found.GetType().GetProperty(pascal);
            Check.True(property != null, found.GetType().Name + " has no " + pascal);
            object value = property.GetValue(found, null);
            IEnumerable<string> texts = value as IEnumerable<string>;
            return texts == null ? value : string.Join(", ", texts);
        }

        internal static Dictionary<string, string> Pairs(string text, char separator)
        {
            return ConformanceTests.Items(text, separator).Select(item => ConformanceTests.Split(item, '=')).ToDictionary(item => item[0], item => item[1]);
        }

        private static KeyValuePair<string, double> Total(KeyValuePair<string, string> item)
        {
            return new KeyValuePair<string, double>(item.Key, Number(item.Value));
        }

        private static string TextOf(Dictionary<string, string> given, string name)
        {
            string value;
            return given.TryGetValue(name, out value) ? value : null;
        }

        private static List<string> ListOf(Dictionary<string, string> given, string name, char separator)
        {
            return ConformanceTests.Items(TextOf(given, name) ?? string.Empty, separator).ToList();
        }

        private static double? NumberOf(Dictionary<string, string> given, string name)
        {
            return given.ContainsKey(name) ? Number(given[name]) : (double?)null;
        }

        private static double Number(string text)
        {
            return double.Parse(text, Plain);
        }

        /// <summary>What the next weighting meets.</summary>
        private sealed class Targets
        {
            internal List<Margin> Margins { get; private set; } = new List<Margin>();

            internal Dictionary<string, double> Totals { get; private set; } = new Dictionary<string, double>();

            internal List<Margin> TakeMargins()
            {
                List<Margin> margins = Margins;
                Margins = new List<Margin>();
                return margins;
            }

            internal Dictionary<string, double> TakeTotals()
            {
                Dictionary<string, double> totals = Totals;
                Totals = new Dictionary<string, double>();
                return totals;
            }
        }
    }
}
