using System;
using System.Collections.Generic;
using System.Linq;

namespace Citx.Tests
{
    internal static class SurveyTests
    {
        public static void CountsAreScoredWithTheirUncertainty()
        {
            using (Instrument tsm = Instrument.Builtin("tsm-2022"))
            using (Survey survey = Survey.FromCounts(Counts(), Options(tsm)))
            {
                Check.True(tsm.Name.StartsWith("tsm-2022", StringComparison.Ordinal), tsm.Name);
                Check.Equal(12, tsm.Explain().NumRows);
                Estimate estimate = survey.Score("TP01", "Anytown");
                Check.Near(0.7, estimate.Value, 1e-12, "700 of 1,000");
                Check.Equal(1000L, estimate.N);
                Check.Equal("proportion", estimate.Unit);
                Check.Equal("70.0", estimate.Published);
                Check.Equal("percent", estimate.PublishedUnit);
                Check.Equal(0.95, estimate.Level);
                double low, high;
                estimate.Ci.Deconstruct(out low, out high);
                Check.True(low < 0.7 && 0.7 < high && estimate.StdError > 0 && estimate.Moe > 0, "interval");
                Check.True(survey.Score("TP01", "Anytown", new ScoreOptions { Level = 0.99 }).Moe > estimate.Moe, "a wider interval");
                Table scores = survey.Scores();
                Check.True(scores.NumRows >= 1 && scores.ColumnNames.Contains("std_error"), scores.ToString());
                Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => survey.Score("TP99", "Anytown"));
                Check.Fails<CitxStateException>(ErrorKind.NotFound, () => survey.Score("TP01", "Othertown"));
                Check.Throws<CitxArgumentException>(() => survey.Score("TP01", "Anytown", new ScoreOptions { Level = 1.5 }), "level");
                Check.Throws<CitxArgumentException>(() => survey.Score("TP01", "Anytown", new ScoreOptions { Level = 0 }), "level");
                Check.Throws<CitxArgumentException>(() => survey.Score("TP01", "Anytown", new ScoreOptions { MinBase = -1 }), "base");
                Check.Throws<CitxArgumentException>(() => survey.Score("TP01", "Anytown", new ScoreOptions { Method = "guess" }), "method");
                Check.Throws<CitxException>(() => survey.Score(null), "null");
            }
        }

        public static void FiguresStandAmongTheirPeers()
        {
            using (Instrument tsm = Instrument.Builtin("tsm-2022"))
            using (Survey survey = Survey.FromCounts(Counts(), Options(tsm)))
            {
                Benchmark benchmark = tsm.Benchmark("TP01", survey.Score("TP01", "Anytown"), "LCRA", "2023/24");
                Check.True(benchmark.Quartile >= 1 && benchmark.Quartile <= 4, "quartile");
                Check.True(benchmark.LowerQuartile <= benchmark.Median && benchmark.Median <= benchmark.UpperQuartile, "quartiles");
                Estimate estimate = survey.Score("TP01", "Anytown");
                Check.Fails<CitxStateException>(ErrorKind.NotFound, () => tsm.Benchmark("TP01", estimate, "LCRA", "1066/67"));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => tsm.Benchmark("TP01", null, "LCRA", "2023/24"));
            }
        }

        public static void SamplesAreSized()
        {
            using (Instrument tsm = Instrument.Builtin("tsm-2022"))
            {
                SampleSize size = tsm.SampleSize(7271);
                Check.True(size.Required > 100 && size.Required < 7271 && Math.Abs(size.Required - size.Exact) <= 1, size.Required.ToString());
                Check.True(tsm.MarginOfError(size.Required, 7271) <= size.Moe * 1.01, "the sample achieves the margin");
                Check.Equal(334L, tsm.SampleSize(2499, "cochran").Required);
                Check.Equal(333L, tsm.SampleSize(2499, "plain").Required);
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => tsm.SampleSize(2499, "yamane"));
                Check.Fails<CitxArgumentException>(ErrorKind.OutOfRange, () => tsm.SampleSize(0));
                Check.Fails<CitxArgumentException>(ErrorKind.OutOfRange, () => tsm.SampleSize(-1));
                Check.Fails<CitxArgumentException>(ErrorKind.OutOfRange, () => tsm.MarginOfError(10, 5));
                Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => Instrument.Builtin("tsm-1066"));
                Check.Throws<CitxException>(() => Instrument.Parse("x = "), "no instrument");
            }
        }

        public static void AnswersAreBrokenDownByAttributesAndSegments()
        {
            Table answers = Make.Table(
                "id", Enumerable.Range(1, 400).Select(i => "C-" + i),
                "q", Enumerable.Range(1, 400).Select(i => (double)(i % 5)),
                "yes", Enumerable.Range(1, 400).Select(i => i % 4 == 0 ? "Yes" : "No"),
                "w", Enumerable.Range(1, 400).Select(i => 1.0 + (i % 3)));
            Table citizens = Make.Table(
                "id", Enumerable.Range(1, 400).Select(i => "C-" + i),
                "tenure", Enumerable.Range(1, 400).Select(i => i % 2 == 0 ? "rent" : "own"));
            using (Survey bare = Survey.FromTable(answers, new SurveyOptions { Key = "id", Weights = "w" }))
            using (Population people = Population.FromTable(citizens, "id"))
            using (SegmentBook book = Make.Book("renters", "tenure = 'rent'"))
            using (Membership membership = book.Evaluate(people, "2026-11-22"))
            using (Survey survey = bare.WithPopulation(people, membership))
            using (Survey attributes = bare.WithPopulation(people))
            {
                Estimate mean = survey.Mean("q");
                double[] weights = Enumerable.Range(1, 400).Select(i => 1.0 + (i % 3)).ToArray();
                double expected = Enumerable.Range(1, 400).Sum(i => (i % 5) * weights[i - 1]) / weights.Sum();
                Check.Near(expected, mean.Value, 1e-12, "weighted mean");
                Check.Equal("mean", mean.Unit);
                Check.True(mean.NEff < 400 && mean.Deff > 1, "weights cost precision");
                Estimate share = survey.Proportion("yes", "Yes", new ScoreOptions { Method = "logit" });
                Check.True(share.Value > 0.2 && share.Value < 0.3, "share");
                Check.Equal(2, survey.MeanBy("q", new Breakdown[] { "tenure" }).NumRows);
                Check.True(survey.MeanBy("q", new Breakdown[] { "segment:renters" }).NumRows >= 1, "segment");
                Check.True(attributes.ProportionBy("yes", "Yes", new Breakdown[] { "tenure", new[] { "tenure", "yes" } }).NumRows >= 4, "crossed");
                Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => survey.MeanBy("q", new Breakdown[] { "height" }));
                Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => survey.Mean("height"));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => survey.Mean("yes"));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => bare.WithPopulation(null));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => survey.MeanBy("q", null));
            }
        }

        public static void BadSurveysAreTypedErrors()
        {
            Table empty = Make.Table("q", new double[0]);
            Check.Fails<CitxStatisticsException>(ErrorKind.InsufficientData, () => Survey.FromTable(empty).Mean("q"));
            Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => Survey.FromTable(Make.Table("q", new[] { 1.0 }), new SurveyOptions { Weights = "w" }));
            Check.Fails<CitxArgumentException>(
                ErrorKind.InvalidArgument, () => Survey.FromTable(Make.Table("q", new[] { 1.0 }, "w", new[] { -1.0 }), new SurveyOptions { Weights = "w" }));
            Check.Fails<CitxArgumentException>(
                ErrorKind.OutOfRange, () => Survey.FromTable(Make.Table("q", new[] { 1.0 }), new SurveyOptions { FrameSize = 0 }));
            Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Survey.FromCounts(Counts(), null));
            Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Survey.FromCounts(Counts(), new CountsOptions()));
            using (Instrument tsm = Instrument.Builtin("tsm-2022"))
            {
                CountsOptions options = Options(tsm);
                options.Count = "count";
                Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => Survey.FromCounts(Counts(), options));
            }
        }

        public static void RandomisedCampaignsAreMeasured()
        {
            Table voters = Make.Table(
                "arm", Enumerable.Range(0, 600).Select(i => i % 2 == 0 ? "Control" : "Letter"),
                "voted", Enumerable.Range(0, 600).Select(i => i % 2 == 0 ? i % 4 == 0 : i % 3 != 0),
                "home", Enumerable.Range(0, 600).Select(i => i / 2));
            Table effects = Uplift.Estimate(voters, arm: "arm", outcome: "voted", control: "Control", cluster: "home");
            Record letter = effects.Single(row => (string)row["arm"] == "Letter");
            Check.Near(Enumerable.Range(0, 600).Count(i => i % 2 == 1 && i % 3 != 0) / 300.0 - 0.5, (double)letter["effect"], 1e-9, "effect");
            Check.True((double)letter["std_error"] > 0, "standard error");
            Check.Fails<CitxStateException>(ErrorKind.NotFound, () => Uplift.Estimate(voters, "arm", "voted", "Nobody"));
            Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => Uplift.Estimate(voters, "arm", "vote", "Control"));
            Check.Throws<CitxArgumentException>(() => Uplift.Estimate(voters, "arm", "voted", "Control", level: 0), "level");
            Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Uplift.Estimate(null, "arm", "voted", "Control"));
        }

        internal static CountsOptions Options(Instrument instrument)
        {
            return new CountsOptions { Instrument = instrument, Unit = "landlord", Measure = "measure", Answer = "answer", Count = "n", FrameSize = "frame" };
        }

        private static Table Counts()
        {
            return Make.Table(
                "landlord", new[] { "Anytown", "Anytown", "Anytown", "Anytown", "Anytown" },
                "measure", new[] { "TP01", "TP01", "TP01", "TP01", "TP01" },
                "answer", new[] { "very satisfied", "fairly satisfied", "neither satisfied nor dissatisfied", "fairly dissatisfied", "very dissatisfied" },
                "n", new[] { 400, 300, 100, 100, 100 },
                "frame", new[] { 7271, 7271, 7271, 7271, 7271 });
        }
    }
}
