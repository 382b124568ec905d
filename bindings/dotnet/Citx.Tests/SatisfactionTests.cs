using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Citx.Tests
{
    /// <summary>Comparisons, drivers, disclosure, samples, the index and returns.</summary>
    internal static class SatisfactionTests
    {
        /// <summary>48 of 80 against 56 of 70: the numbers are those of statsmodels in tests/golden/compare/counts.csv.</summary>
        public static void WavesAreCompared()
        {
            using (Survey before = Wave(48, 80, 800))
            using (Survey after = Wave(56, 70, 630))
            {
                Comparison change = Survey.Compare(before, after, "TP01");
                Check.Near(0.2, change.Difference, 1e-12, "difference");
                Check.Near(20, change.DifferencePp, 1e-12, "points");
                Check.Near(0.05243147240236498, change.Ci.Low, 1e-9, "low");
                Check.Near(0.33387265403690614, change.Ci.High, 1e-9, "high");
                Check.Near(2.6501719512585336, change.Statistic, 1e-9, "z");
                Check.Near(0.00804508136819, change.PValue, 1e-9, "p");
                Check.True(change.Significant && double.IsPositiveInfinity(change.Df), "significant");
                Check.Equal("newcombe; pooled z", change.Method);
                Check.Equal("TP01", change.Measure);
                Check.Equal("proportion", change.Unit);
                Check.Equal(80L, change.NBefore);
                Check.Equal(70L, change.NAfter);
                Check.Equal(0L, change.NMatched);
                Check.Near(0.6, change.Before.Value, 1e-12, "before");
                Check.Near(0.8, change.After.Value, 1e-12, "after");
                Check.Equal(0, change.Changed.Count + change.Warnings.Count);
                CompareOptions frame = new CompareOptions { Fpc = true, Test = "pooled", Interval = "wald", Unit = "one" };
                Check.Near(2.800765856013234, Survey.Compare(before, after, "TP01", frame).Statistic, 1e-9, "z of a part");
                Comparison hidden = Survey.Compare(before, after, "TP01", new CompareOptions { MinBase = 75 });
                Check.True(double.IsNaN(hidden.Difference), "hidden");
                Check.Sequence(new[] { "Suppressed" }, hidden.Warnings);
                Record unit = Survey.CompareUnits(before, after, adjust: "holm").Single();
                Check.Near(0.00804508136819, (double)unit["p_adjusted"], 1e-9, "p of one unit");
                Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => Survey.Compare(before, after, "TP99"));
                Check.Fails<CitxStateException>(ErrorKind.NotFound, () => Survey.Compare(before, after, "TP01", new CompareOptions { Unit = "nowhere" }));
                Check.Throws<CitxArgumentException>(() => Survey.Compare(before, after, "TP01", new CompareOptions { Overlap = "perhaps" }), "overlap");
                Check.Throws<CitxArgumentException>(() => Survey.Compare(before, after, "TP01", new CompareOptions { Level = 0 }), "level");
                Check.Throws<CitxArgumentException>(() => Survey.Compare(before, after, "TP01", new CompareOptions { MinBase = -1 }), "base");
                Check.Throws<CitxArgumentException>(() => Survey.Compare(before, null, "TP01"), "null");
                Check.Throws<CitxArgumentException>(() => Survey.CompareUnits(before, after, adjust: "more"), "adjust");
            }
        }

        public static void WavesAreFollowed()
        {
            using (Survey first = Wave(48, 80, 800))
            using (Survey second = Wave(56, 70, 630))
            {
                Dictionary<string, Survey> waves = new Dictionary<string, Survey> { { "2024-05", first }, { "2024-06", second } };
                Trend trend = Survey.Trend(waves, "TP01");
                Check.Near(0.2, trend.Slope, 1e-9, "slope");
                Check.True(trend.SlopeP < 0.05 && trend.SlopeStdError > 0 && trend.Tau == 1 && trend.MannKendallP > 0.5, "tests of a trend");
                Check.Equal(1L, trend.MannKendallS);
                Check.Equal("p", trend.Chart);
                Check.Near(0.2, (double)trend.Table["change"][1], 1e-9, "change");
                Record last = Survey.Rolling(waves, "TP01", 2).Last();
                Check.Near(104.0 / 150.0, (double)last["value"], 1e-12, "pooled");
                Check.Equal(150L, last["n"]);
                Check.Throws<CitxArgumentException>(() => Survey.Trend(waves, "TP01", chart: "pie"), "chart");
                Check.Throws<CitxArgumentException>(() => Survey.Rolling(waves, "TP01", 0), "months");
                Check.Throws<CitxArgumentException>(() => Survey.Rolling(new Dictionary<string, Survey> { { "May", first } }, "TP01"), "month");
                Check.Throws<CitxArgumentException>(() => Survey.Trend(new Dictionary<string, Survey> { { "May", null } }, "TP01"), "null");
                Check.Fails<CitxStatisticsException>(ErrorKind.InsufficientData, () => Survey.Trend(waves.Take(1), "TP01"));
            }
        }

        /// <summary>By R: 674.43 with 12.3824797939073, 636.6 with 16.2147073081845, from two strata.</summary>
        public static void GroupsAreCompared()
        {
            SurveyOptions design = new SurveyOptions { Weights = "pw", Strata = "stype", Fpc = new List<string> { "fpc" } };
            using (Survey survey = Survey.FromTable(Table.Read(Repository("tests/golden/survey/apistrat.csv")), design))
            {
                Check.Equal(3, survey.CompareGroups("api00", "stype").NumRows);
                GroupOptions against = new GroupOptions { Reference = "group", Group = "M", Adjust = "none" };
                Record row = survey.CompareGroups("api00", "stype", against).First();
                Check.Equal("E", row["group_a"]);
                Check.Near(674.43 - 636.6, (double)row["difference"], 1e-9, "difference");
                double error = Math.Sqrt((12.3824797939073 * 12.3824797939073) + (16.2147073081845 * 16.2147073081845));
                Check.Near(error, (double)row["std_error"], 1e-9, "error");
                ColumnLetters letters = survey.ColumnLetters("comp.imp", "stype");
                Check.Equal(6, letters.Cells.NumRows);
                Check.Equal(6, letters.Tests.NumRows);
                Check.Equal("dim", letters.Mode);
                LetterOptions strict = new LetterOptions { Mode = "ctables", Bonferroni = true, MinBase = 60, SmallBase = 70 };
                Check.Equal(4, survey.ColumnLetters("comp.imp", "stype", strict).Cells["flag"].Count(flag => Equals(flag, "**")));
                Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => survey.CompareGroups("api00", "stype", new GroupOptions { Reference = "group", Group = "X" }));
                Check.Throws<CitxArgumentException>(() => survey.ColumnLetters("comp.imp", "stype", new LetterOptions { Mode = "spss" }), "mode");
                Check.Throws<CitxArgumentException>(() => survey.CompareGroups("api00", null), "null");
            }
        }

        /// <summary>R's `swiss`: the numbers are those of lm over all orders in tests/golden/drivers/expected.csv.</summary>
        public static void DriversAreRanked()
        {
            string[] names = { "Agriculture", "Examination", "Education", "Catholic", "Infant.Mortality" };
            using (Survey survey = Survey.FromTable(Table.Read(Repository("tests/golden/drivers/swiss.csv"))))
            {
                Drivers drivers = survey.Drivers("Fertility", names, new DriverOptions { Replicates = 0 });
                Check.Near(0.706735001592726, drivers.RSquared, 1e-9, "R squared");
                Check.True(double.IsNaN(drivers.RSquaredCi.Low), "no replicates");
                Check.Equal(47L, drivers.N);
                Check.Equal(47L, drivers.NOutcome);
                Check.Equal("Fertility", drivers.Outcome);
                Check.Equal("listwise", drivers.Missing);
                Check.Equal("order", drivers.Coding);
                Check.Sequence(new[] { "SmallBase" }, drivers.Warnings);
                Record first = drivers.Table.First();
                Check.Equal("Education", first["driver"]);
                Check.Near(0.260134678624384, (double)first["lmg"], 1e-7, "LMG");
                Drivers again = survey.Drivers("Fertility", names, new DriverOptions { Replicates = 20, Seed = 1 });
                Check.True(again.Replicates == 20 && again.RSquaredCi.Low < drivers.RSquared, "bootstrap");
                Check.Throws<CitxArgumentException>(() => survey.Drivers("Fertility", names, new DriverOptions { Missing = "sometimes" }), "missing");
                Check.Throws<CitxArgumentException>(() => survey.Drivers("Fertility", names, new DriverOptions { Replicates = -1 }), "replicates");
                Check.Throws<CitxArgumentException>(() => survey.Drivers("Fertility", new[] { "Catholic", "Catholic" }), "twice");
                Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => survey.Drivers("Happiness", names));
                RunOptions stopped = new RunOptions { Cancel = new CancelToken() };
                stopped.Cancel.Cancel();
                Check.Fails<CitxLimitException>(ErrorKind.Cancelled, () => survey.Drivers("Fertility", names, run: stopped));
            }
        }

        public static void RegionsAreWithheldAsInSdcTable()
        {
            Table regions = Make.Table("region", new[] { "a", "b", "c", "Total" }, "n", new long[] { 1, 2, 1, 4 });
            CellOptions columns = new CellOptions { Categories = new[] { "region" }, Count = "n" };
            using (DisclosureRule rule = DisclosureRule.Parse("name = 'own'\nsource = 'none'\nsymbol = '*'\n[primary]\nunder = 2\nzero = false"))
            {
                int Extra(bool singletons, long lineTotal)
                {
                    SuppressOptions options = new SuppressOptions { Singletons = singletons, LineTotal = lineTotal, Floor = 0 };
                    return Disclosure.Suppress(regions, columns, rule, options)["suppressed"].Count(mark => Equals(mark, "secondary"));
                }
                Check.Sequence(new object[] { 0, 1, 1, 2 }, new object[] { Extra(false, 0), Extra(true, 0), Extra(false, 3), Extra(false, 5) });
                SuppressOptions beyond = new SuppressOptions { Floor = 2000000 };
                Check.Throws<CitxArgumentException>(() => Disclosure.Suppress(regions, columns, rule, beyond), "floor");
            }
        }

        public static void SmallCountsAreWithheldAndAudited()
        {
            long[] counts = { 30, 47, 64, 89, 90, 124, 5, 31, 92, 100, 59, 85, 800, 991, 651, 685 };
            Table cells = Make.Table(
                "row", "wxyz".SelectMany(row => Enumerable.Repeat(row.ToString(), 4)),
                "column", Enumerable.Range(0, 16).Select(i => "abcd"[i % 4].ToString()),
                "n", counts);
            CellOptions columns = new CellOptions { Categories = new[] { "row", "column" }, Count = "n" };
            using (DisclosureRule rule = DisclosureRule.Builtin("uk-tre"))
            {
                Table shown = Disclosure.Suppress(cells, columns, rule);
                Check.Equal(1, shown["suppressed"].Count(mark => Equals(mark, "primary")));
                Check.True(Disclosure.Audit(new[] { shown }, columns).All(row => Equals(row["recoverable"], false)), "nothing is found");
                Table totals = Disclosure.WithTotals(cells, columns);
                Check.Equal(25, totals.NumRows);
                // Two hidden in every row and column, and yet w|b is known exactly (sdcTable, test-simpleheuristic.R).
                string[] hidden = { "wa", "wb", "wc", "xa", "xc", "yb", "yd", "zb", "zd" };
                Table leak = Make.Table(
                    "row", totals["row"],
                    "column", totals["column"],
                    "n", totals["n"],
                    "suppressed", totals.Select(row => hidden.Contains((string)row["row"] + row["column"]) ? "primary" : "none"));
                Record found = Disclosure.Audit(new[] { leak }, columns).Single(row => Equals(row["row"], "w") && Equals(row["column"], "b"));
                Check.Equal(true, found["recoverable"]);
                Check.Equal(47L, found["lower"]);
                IReadOnlyList<Table> linked = Disclosure.SuppressLinked(new[] { cells, totals }, columns, rule, new SuppressOptions { Width = 3 });
                Check.Equal(2, linked.Count);
                Check.True(linked[1].NumRows == 25 && linked[1]["suppressed"].Count(mark => Equals(mark, "secondary")) >= 3, "totals are protected");
                Check.Fails<CitxLimitException>(
                    ErrorKind.LimitExceeded, () => Disclosure.Audit(new[] { leak }, columns, new AuditOptions { Rule = rule, MaxCells = 3 }));
                Check.Throws<CitxArgumentException>(() => Disclosure.Suppress(cells, columns, rule, new SuppressOptions { Percent = -1 }), "percent");
                Check.Throws<CitxArgumentException>(() => Disclosure.Suppress(cells, columns, rule, new SuppressOptions { Width = 0 }), "width");
                Check.Throws<CitxArgumentException>(() => Disclosure.Suppress(cells, columns, null), "rule");
                Check.Throws<CitxArgumentException>(() => Disclosure.Suppress(cells, null, rule), "cells");
                Check.Throws<CitxArgumentException>(() => Disclosure.Audit(new Table[] { null }, columns), "table");
                columns.Count = "m";
                Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => Disclosure.WithTotals(cells, columns));
                using (Survey survey = Answers())
                {
                    Table scores = Disclosure.ProtectScores(survey.Scores(new Breakdown[] { "g" }), rule);
                    Check.Sequence(new object[] { false, true, true }, scores["suppressed"]);
                }
            }
        }

        public static void RulesAreData()
        {
            Check.Equal(7, DisclosureRule.Names.Count);
            DisclosureRule ours = DisclosureRule.Parse("name = 'ours'\nsource = 'board'\nsymbol = '[c]'\n[primary]\nunder = 6\nzero = true");
            Check.Equal("ours", ours.Name);
            Check.Equal("board", ours.Source);
            Check.Equal("[c]", ours.Symbol);
            Check.Equal(string.Empty, ours.Title);
            Check.Equal(6L, ours.Threshold);
            ours.Dispose();
            Check.Throws<ObjectDisposedException>(() => Check.Equal("ours", ours.Name));
            Check.Throws<CitxArgumentException>(() => DisclosureRule.Parse("name = 'ours'\nunder = 6"), "no rule");
            Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => DisclosureRule.Builtin("nobody"));
        }

        public static void SamplesAreDrawnAndCounted()
        {
            using (Population people = Population.FromTable(
                Make.Table("id", Enumerable.Range(0, 100).Select(i => (long)i), "district", Enumerable.Range(0, 100).Select(i => i < 40 ? "N" : "S")), "id"))
            {
                Table drawn = people.Draw(10, new DrawOptions { Strata = "district", Seed = 7 });
                Check.Equal(4, drawn["stratum"].Count(stratum => Equals(stratum, "N")));
                Check.Sequence(drawn["id"], people.Draw(10, new DrawOptions { Strata = "district", Seed = 7 })["id"], "the same seed");
                Check.Near(10, (double)people.Draw(10)["weight"][0], 1e-12, "weight");
                DrawOptions given = new DrawOptions { Strata = "district", Allocation = "given", Numbers = { { "N", 9 }, { "S", 1 } } };
                Check.Equal(9, people.Draw(10, given)["stratum"].Count(stratum => Equals(stratum, "N")));
                DrawOptions spread = new DrawOptions { Strata = "district", Allocation = "neyman", Spread = { { "N", 3 }, { "S", 2 } } };
                Check.Equal(5, people.Draw(10, spread)["stratum"].Count(stratum => Equals(stratum, "N")));
                given.Numbers = new Dictionary<string, long> { { "W", 10 } };
                Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => people.Draw(10, given));
                Check.Fails<CitxArgumentException>(ErrorKind.OutOfRange, () => people.Draw(101));
                Check.Fails<CitxArgumentException>(ErrorKind.OutOfRange, () => people.Draw(-1));
                Check.Throws<CitxArgumentException>(() => people.Draw(10, new DrawOptions { Allocation = "fair" }), "allocation");
            }
            // RR1: 50 of 100; RR3: e = 80 of 100, 50 / (80 + .8 x 20).
            Table cases = Make.Table("code", new[] { "I", "R", "2.2", "3.1", "NE" }, "n", new long[] { 50, 20, 10, 20, 20 }, "who", new[] { "a", "a", "b", null, "c" });
            Table rates = Dispositions.ResponseRates(cases, "code", "n");
            Check.Near(0.5, (double)rates["value"][0], 1e-12, "RR1");
            Check.Near(96, (double)rates["denominator"][2], 1e-12, "RR3");
            Check.Near(100, (double)Dispositions.ResponseRates(cases, "code", "n", 1)["denominator"][2], 1e-12, "RR3 of all");
            Check.Fails<CitxArgumentException>(ErrorKind.OutOfRange, () => Dispositions.ResponseRates(cases, "code", eligible: 1.5));
            Record whom = Dispositions.Coverage(cases, "who").Single();
            Check.Equal(3L, whom["citizens"]);
            Check.Equal(1L, whom["citizens_more_than_once"]);
            Check.Equal(1L, whom["citizens_unknown"]);
            Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => Dispositions.Coverage(cases, "person"));
        }

        public static void ExperienceIsIndexedAndServesRules()
        {
            Table touchpoints = Make.Table(
                "id", new[] { "a", "b", "b" },
                "at", new[] { "2026-11-01", "2026-11-01", "2026-11-01" },
                "kind", new[] { "rating", "complaint", "rating" },
                "value", new double?[] { 5, null, 1 });
            IndexColumns columns = new IndexColumns { Citizen = "id", At = "at", Kind = "kind", Value = "value" };
            using (CitxIndex index = CitxIndex.FromTable(touchpoints, columns, "2026-11-01"))
            using (Population people = Population.FromTable(Make.Table("id", new[] { "a", "b", "c" }), "id"))
            using (Population known = people.WithFeatures(index.Table))
            using (SegmentBook book = Make.Book("unhappy", "citx_index < 40"))
            using (Membership membership = book.Evaluate(known, "2026-11-01"))
            using (Segment unhappy = membership["unhappy"])
            {
                Check.Sequence(new[] { "b" }, unhappy.Keys());
                Check.Near(75, (double)index.Table["citx_index"][0], 1e-9, "one good rating");
                double own = (double)index.Table["citx_index"][1];
                Check.Near(own, 50 + index.Explain("b")["contribution"].Sum(part => (double)part), 1e-12, "parts");
                Record all = index.Means().Single();
                Check.Equal(2L, all["n"]);
                Check.Equal("Experimental; SmallBase", all["warnings"]);
                Record segment = index.Means(people: known, segment: unhappy, level: 0.9).Single();
                Check.Equal(1L, segment["n"]);
                Check.Near(own, (double)segment["value"], 1e-12, "mean of one");
                Check.Fails<CitxStateException>(ErrorKind.NotFound, () => index.Explain("z"));
                Check.Throws<CitxArgumentException>(() => index.Means(new[] { "channel" }), "no channel");
                Check.Throws<CitxArgumentException>(() => index.Means(segment: unhappy), "no people");
                Check.Throws<CitxArgumentException>(() => CitxIndex.FromTable(touchpoints, columns, "2026-11-01", "prior = 1"), "parameters");
                Check.Throws<CitxArgumentException>(() => people.WithFeatures(Make.Table("id", new[] { "z" }, "x", new long[] { 1 })), "a stranger");
                columns.Kind = "sort";
                Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => CitxIndex.FromTable(touchpoints, columns, "2026-11-01"));
            }
        }

        public static void ReturnsAreMadeAndWritten()
        {
            Table figures = Make.Table("measure", new[] { "BS01" }, "numerator", new long[] { 1079 }, "denominator", new long[] { 1080 });
            TsmReturnOptions options = new TsmReturnOptions { Landlord = "Anytown Homes", Year = "2024/25", LcraHomes = 1080 };
            using (Folder folder = new Folder())
            using (Survey survey = Answers())
            using (Management management = Management.FromTable(figures))
            {
                Check.Equal("99.9", management.Table["published"][0]);
                Check.Equal(0, management.Checks().NumRows + management.Units.Count);
                Check.Fails<CitxStateException>(ErrorKind.NotFound, () => management.OfUnit("Anytown Homes"));
                PerceptionPart part = new PerceptionPart { Tenure = "LCRA", Survey = survey, Excluded = 0, Approach = { { "incentives", "none" } } };
                part.Targets = Make.Table("characteristic", new[] { "g", "g" }, "category", new[] { "a", "b" }, "share", new[] { 0.9, 0.1 });
                using (TsmReturn made = TsmReturn.Make(new[] { part }, options, management))
                {
                    Table measures = made.Measures();
                    Check.Equal(26, measures.NumRows);
                    Check.Equal("66.7", measures.First(row => Equals(row["measure"], "TP01"))["published"]);
                    Check.Equal("99.9", measures.First(row => Equals(row["measure"], "BS01"))["published"]);
                    Check.Equal(1080L, made.Samples().Single()["population"]);
                    Check.Equal("telephone", made.Methods().Single()["method"]);
                    Check.True(made.AnswerCounts().NumRows >= 5, "counts");
                    Check.Equal("BS01", made.Management()["measure"][0]);
                    Check.Equal(2, made.Representativeness().NumRows);
                    Check.Equal(1, made.Characteristics().NumRows);
                    Check.Equal(false, made.Weighting().Single()["weighted"]);
                    Check.Equal(11, made.SummaryOfApproach().NumRows);
                    Check.True(made.SummaryMarkdown().StartsWith("# Summary of approach, LCRA", StringComparison.Ordinal), "summary");
                    Check.True(made.Warnings()["code"].Contains("MeasureMissing"), "warnings");
                    string path = folder.File("return.xlsx");
                    made.Write(path);
                    Check.Sequence(new[] { (byte)'P', (byte)'K' }, File.ReadAllBytes(path).Take(2));
                    Check.Throws<CitxStorageException>(() => made.Write(folder.File("no/such/folder.xlsx")), "no folder");
                }
                using (TsmReturn made = TsmReturn.Make(new[] { part }, options))
                {
                    Check.Fails<CitxStateException>(ErrorKind.NotFound, () => made.Management());
                }
                Check.Throws<CitxArgumentException>(() => TsmReturn.Make(new[] { part, part }, options), "twice");
                Check.Throws<CitxArgumentException>(() => TsmReturn.Make(new[] { new PerceptionPart { Tenure = "LCRA" } }, options), "no survey");
                options.LcraHomes = -1;
                Check.Throws<CitxArgumentException>(() => TsmReturn.Make(new[] { part }, options), "homes");
                options.LcraHomes = null;
                options.Year = "last year";
                Check.Throws<CitxArgumentException>(() => TsmReturn.Make(new[] { part }, options), "year");
            }
        }

        public static void SurveysAreDescribed()
        {
            using (Survey survey = Answers())
            {
                SummaryOfApproach summary = survey.SummaryOfApproach(new Dictionary<string, string> { { "incentives", "none" } });
                Check.Equal(11, summary.Table.NumRows);
                Check.True(summary.Missing.Count > 0 && summary.ToMarkdown().Contains("300 answers"), summary.ToMarkdown());
                Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => survey.SummaryOfApproach(new Dictionary<string, string> { { "weather", "fair" } }));
                Table shares = Make.Table("characteristic", new[] { "g", "g" }, "category", new[] { "a", "b" }, "share", new[] { 0.9, 0.1 });
                Representativeness found = survey.Representativeness(shares);
                Check.Equal(2, found.Categories.NumRows);
                // 270 and 30 are expected, 295 and 5 found.
                Check.Near((25.0 * 25 / 270) + (25.0 * 25 / 30), (double)found.Characteristics["chi_squared"][0], 1e-9, "chi squared");
                Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => survey.Representativeness(Make.Table("share", new[] { 1.0 })));
            }
        }

        public static void ReleasesAreRead()
        {
            TsmRelease release = TsmRelease.Read(Repository("examples/tsm/tsm2024.xlsx"));
            Check.True(release.Returns.NumRows > 400 && release.Counts.NumRows > 10000, "returns");
            Check.True(release.Published.NumRows > 0 && release.Methods.NumRows > 0 && release.Filters.NumRows > 0, "tables");
            Check.True(release.Unweighted.NumRows > 0, "unweighted");
            using (Management management = Management.FromTable(release.Management, new ManagementOptions { Unit = "landlord" }))
            using (Management one = management.OfUnit(management.Units[0]))
            {
                Check.True(one.Table.NumRows > 0 && one.Units.Count == 1, "one landlord");
            }
            Check.Throws<CitxStorageException>(() => TsmRelease.Read(Repository("examples/tsm/no-such-file.xlsx")), "no file");
            Check.Fails<CitxStorageException>(ErrorKind.Corrupted, () => TsmRelease.Read(Repository("examples/tsm/citx.toml")));
        }

        /// <summary>Answers to TP01 of one landlord.</summary>
        private static Survey Wave(long satisfied, long n, long frame)
        {
            Table table = Make.Table(
                "unit", new[] { "one", "one" },
                "measure", new[] { "TP01", "TP01" },
                "answer", new[] { "very_satisfied", "neither" },
                "n", new[] { satisfied, n - satisfied },
                "frame", new[] { frame, frame });
            using (Instrument tsm = Instrument.Builtin("tsm-2022"))
            {
                CountsOptions options = new CountsOptions { Instrument = tsm, Unit = "unit", Measure = "measure", Answer = "answer", Count = "n", FrameSize = "frame" };
                return Survey.FromCounts(table, options);
            }
        }

        /// <summary>300 answers to TP01 by telephone, of two groups, one of them of 5.</summary>
        private static Survey Answers()
        {
            Table table = Make.Table(
                "TP01", Enumerable.Range(0, 300).Select(i => i < 200 ? "very_satisfied" : i < 260 ? "neither" : "fairly_dissatisfied"),
                "mode", Enumerable.Repeat("telephone", 300),
                "g", Enumerable.Range(0, 300).Select(i => i < 295 ? "a" : "b"));
            using (Instrument tsm = Instrument.Builtin("tsm-2022"))
            {
                return Survey.FromTable(table, new SurveyOptions { Instrument = tsm, FrameSize = 1080, Mode = "mode" });
            }
        }

        private static string Repository(string path)
        {
            return Path.Combine(Environment.GetEnvironmentVariable("CITX_CONFORMANCE"), "..", "..", path);
        }
    }
}
