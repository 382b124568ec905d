using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Citx.Tests
{
    /// <summary>The cases of comparisons, drivers and disclosure; the format is described beside them.</summary>
    internal static class ComparisonConformanceTests
    {
        private static readonly CultureInfo Plain = CultureInfo.InvariantCulture;

        public static void ComparisonsAreTheSameInEveryLanguage()
        {
            ConformanceTests.RunCases("comparisons.tsv", line =>
            {
                Func<string, object> found = Found(line);
                foreach (KeyValuePair<string, string> wanted in SurveyConformanceTests.Pairs(line["expected"], ';'))
                {
                    object field = found(wanted.Key);
                    string what = line["id"] + " " + wanted.Key;
                    if (field is double || field is long)
                    {
                        double tolerance = double.Parse(line["tolerance"], Plain);
                        Check.Near(double.Parse(wanted.Value, Plain), Convert.ToDouble(field, Plain), tolerance, what);
                    }
                    else
                    {
                        Check.Equal(wanted.Value, field is bool ? ((bool)field ? "true" : "false") : field ?? string.Empty, what);
                    }
                }
                return line["expected"];
            });
        }

        /// <summary>The fields of what a case asks for; of a table those of its row.</summary>
        private static Func<string, object> Found(Dictionary<string, string> line)
        {
            string[] words = line["call"].Split('|');
            string[] tables = line["table"].Split('|');
            Dictionary<string, string> given = SurveyConformanceTests.Pairs(line["options"], ';');
            switch (words[0])
            {
                case "audit":
                    CellOptions audited = new CellOptions { Count = words[1], Categories = words.Skip(2).ToArray() };
                    return Row(Disclosure.Audit(new[] { TableOf(tables[0]) }, audited), line);
                case "suppress":
                    CellOptions cells = new CellOptions { Count = words[2], Categories = words.Skip(3).ToArray() };
                    using (DisclosureRule rule = DisclosureRule.Builtin(words[1]))
                    {
                        return Row(Disclosure.Suppress(TableOf(tables[0]), cells, rule), line);
                    }
            }
            if (words[0] == "draw")
            {
                using (Population people = Population.FromTable(TableOf(tables[0]), "id"))
                {
                    DrawOptions drawn = new DrawOptions { Strata = TextOf(given, "strata"), Allocation = TextOf(given, "allocation"), OnePer = TextOf(given, "one_per") };
                    drawn.Seed = given.ContainsKey("seed") ? ulong.Parse(given["seed"], Plain) : 0;
                    return Row(people.Draw(long.Parse(words[1], Plain), drawn), line);
                }
            }
            using (Survey survey = SurveyOf(tables[0], line["survey"]))
            {
                switch (words[0])
                {
                    case "compare":
                        using (Survey after = SurveyOf(tables[1], line["survey"]))
                        {
                            return Field(Survey.Compare(survey, after, words[1], Options(words[2], given)));
                        }
                    case "compare_groups":
                        GroupOptions groups = new GroupOptions { Reference = TextOf(given, "reference"), Group = TextOf(given, "group"), Adjust = TextOf(given, "adjust") };
                        return Row(survey.CompareGroups(words[1], words[2], groups), line);
                    case "trend":
                        CompareOptions compared = new CompareOptions { Unit = words[2] };
                        return OfWaves(line, tables, waves => Survey.Trend(waves, words[1], chart: TextOf(given, "chart") ?? "auto", options: compared).Table);
                    case "rolling":
                        int months = given.ContainsKey("months") ? int.Parse(given["months"], Plain) : 12;
                        return OfWaves(line, tables, waves => Survey.Rolling(waves, words[1], months, words[2]));
                    case "letters":
                        LetterOptions letters = new LetterOptions { Mode = TextOf(given, "mode"), MinBase = 0 };
                        return Row(survey.ColumnLetters(words[1], words[2], letters).Tests, line);
                    default:
                        Check.Equal("drivers", words[0]);
                        DriverOptions options = new DriverOptions { Missing = TextOf(given, "missing"), Replicates = 0 };
                        Drivers drivers = survey.Drivers(words[1], words.Skip(2), options);
                        return line["row"].Length > 0 ? Row(drivers.Table, line) : Field(drivers);
                }
            }
        }

        /// <summary>Waves named by month, the first of 2025 first.</summary>
        private static Func<string, object> OfWaves(Dictionary<string, string> line, string[] tables, Func<List<KeyValuePair<string, Survey>>, Table> table)
        {
            List<KeyValuePair<string, Survey>> waves = new List<KeyValuePair<string, Survey>>();
            try
            {
                foreach (string name in tables)
                {
                    waves.Add(new KeyValuePair<string, Survey>("2025-" + (waves.Count + 1).ToString("00", Plain), SurveyOf(name, line["survey"])));
                }
                return Row(table(waves), line);
            }
            finally
            {
                waves.ForEach(wave => wave.Value.Dispose());
            }
        }

        private static CompareOptions Options(string unit, Dictionary<string, string> given)
        {
            CompareOptions options = new CompareOptions { Unit = unit, Interval = TextOf(given, "interval"), Test = TextOf(given, "test") };
            options.Fpc = TextOf(given, "fpc") == "true";
            options.Level = given.ContainsKey("level") ? double.Parse(given["level"], Plain) : options.Level;
            return options;
        }

        private static Func<string, object> Field(Comparison comparison)
        {
            return name =>
            {
                switch (name)
                {
                    case "difference":
                        return comparison.Difference;
                    case "ci_low":
                        return comparison.Ci.Low;
                    case "ci_high":
                        return comparison.Ci.High;
                    case "statistic":
                        return comparison.Statistic;
                    case "p_value":
                        return comparison.PValue;
                    case "method":
                        return comparison.Method;
                    default:
                        throw new Failure("no comparison has " + name);
                }
            };
        }

        private static Func<string, object> Field(Drivers drivers)
        {
            return name => name == "r_squared" ? drivers.RSquared : name == "n" ? (object)drivers.N : name == "missing" ? drivers.Missing : null;
        }

        private static Func<string, object> Row(Table table, Dictionary<string, string> line)
        {
            Dictionary<string, string> wanted = SurveyConformanceTests.Pairs(line["row"], ';');
            Record row = table.First(one => wanted.All(pair => Equals(one[pair.Key], pair.Value)));
            return name => row[name];
        }

        private static Survey SurveyOf(string table, string given)
        {
            if (given == "counts")
            {
                using (Instrument tsm = Instrument.Builtin("tsm-2022"))
                {
                    CountsOptions counts = new CountsOptions { Instrument = tsm, Unit = "unit", Measure = "measure", Answer = "answer", Count = "n", FrameSize = "frame" };
                    return Survey.FromCounts(TableOf(table), counts);
                }
            }
            Dictionary<string, string> columns = SurveyConformanceTests.Pairs(given, ';');
            SurveyOptions options = new SurveyOptions
            {
                Weights = TextOf(columns, "weights"),
                Strata = TextOf(columns, "strata"),
                Psu = ListOf(columns, "psu"),
                Fpc = ListOf(columns, "fpc"),
                LonelyPsu = TextOf(columns, "lonely_psu"),
            };
            return Survey.FromTable(TableOf(table), options);
        }

        private static Table TableOf(string name)
        {
            return Table.Read(Path.Combine(Environment.GetEnvironmentVariable("CITX_CONFORMANCE") ?? "tests/conformance", "..", name));
        }

        private static string TextOf(Dictionary<string, string> given, string name)
        {
            return given.ContainsKey(name) ? given[name] : null;
        }

        private static List<string> ListOf(Dictionary<string, string> given, string name)
        {
            return given.ContainsKey(name) ? new List<string> { given[name] } : new List<string>();
        }
    }
}
