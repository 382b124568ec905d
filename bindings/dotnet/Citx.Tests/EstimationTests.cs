using System;
using System.Collections.Generic;
using System.Linq;

namespace Citx.Tests
{
    /// <summary>What the shared cases of surveys do not ask: several quantiles, breakdowns, replicate weights, diagnostics, scales, what is refused.</summary>
    internal static class EstimationTests
    {
        public static void QuantilesAndBreakdownsAreTables()
        {
            using (Survey survey = Homes())
            {
                IReadOnlyList<Estimate> quantiles = survey.Quantile("rent", new[] { 0.25, 0.5, 0.8 });
                Check.Sequence(new[] { 2.0, 3.0, 6.0 }, quantiles.Select(quantile => quantile.Value));
                Check.Equal("quantile", quantiles[1].Unit);
                Check.Equal("woodruff-t", quantiles[1].Method);
                Check.Equal(quantiles[1].StdError, survey.Quantile("rent", 0.5).StdError);
                Estimate withheld = survey.Quantile("rent", 0.5, new QuantileOptions { MinBase = 7 });
                Check.True(double.IsNaN(withheld.Value) && withheld.Published == "[S]", "withheld");
                Breakdown[] by = { "area" };
                Check.Sequence(new[] { "rent[0.25]", "rent[0.5]", "rent[0.25]", "rent[0.5]" }, survey.QuantileBy("rent", new[] { 0.25, 0.5 }, by)["measure"]);
                Check.Sequence(new[] { 1.5, 2.25 }, survey.RatioBy("rent", "rooms", by)["value"]);
                Check.Sequence(new[] { 60.0, 180.0 }, survey.TotalBy("rent", null, by)["value"]);
                Check.Sequence(new[] { 20.0, 0.0 }, survey.TotalBy("rooms", "1", by)["value"]);
                Estimate mean = survey.Mean("rent");
                Check.Equal("srswr", mean.DeffReference);
                Check.Equal(string.Empty, mean.Definition);
                Check.True(double.IsNaN(mean.StandardMoe), "no standard");
                Check.Fails<CitxArgumentException>(ErrorKind.OutOfRange, () => survey.Quantile("rent", new double[0]));
                Check.Fails<CitxArgumentException>(ErrorKind.OutOfRange, () => survey.Quantile("rent", 1));
                Check.Fails<CitxArgumentException>(ErrorKind.OutOfRange, () => survey.Quantile("rent", 0.5, new QuantileOptions { Level = 0 }));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => survey.Quantile("rent", null));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => survey.TotalBy("rent", null, null));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => survey.Ratio("rent", null));
            }
        }

        public static void TestsSayWhatTheyRestOn()
        {
            using (Survey survey = Homes())
            {
                Test test = survey.Test("rent", "area", 0.9);
                Check.Near(4, test.Difference, 1e-12, "difference");
                Check.Near(test.Difference / test.StdError, test.Statistic, 1e-12, "t");
                Check.Equal(4.0, test.Df);
                Check.Equal(6L, test.N);
                Check.Equal(0.9, test.Level);
                Check.Sequence(new[] { "N", "S" }, test.Groups);
                Check.True(test.Ci.Low > 0 && test.Ci.High > 4 && test.PValue < 0.05 && double.IsNaN(test.DfDenominator), "interval");
                Check.True(test.Method.Length > 0 && test.Warnings.Count == 0, "method");
                Check.Near(1, survey.TestMean("rent", 4).PValue, 1e-9, "the mean itself");
                Check.Equal(0, survey.TestMean("rent").Groups.Count);
                Check.True(double.IsNaN(survey.ChiSquared("area", "rooms").Difference), "an association has no difference");
                Check.Fails<CitxArgumentException>(ErrorKind.OutOfRange, () => survey.Test("rent", "area", 0));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => survey.Test("rent", null));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => survey.ChiSquared("area", "rooms", null));
                Check.Fails<CitxStatisticsException>(ErrorKind.InsufficientData, () => survey.ChiSquared("area", "wt"));
            }
        }

        public static void ReplicatesAreMadeOrGiven()
        {
            string[] columns = Enumerable.Range(1, 6).Select(i => "w" + i).ToArray();
            using (Survey survey = Homes())
            using (Survey jackknife = survey.Replicated("jk1"))
            using (Survey bootstrap = survey.Replicated("bootstrap", 50, ulong.MaxValue))
            using (Survey same = survey.Replicated("bootstrap", 50, ulong.MaxValue))
            using (Survey given = survey.WithReplicateWeights(new ReplicateOptions { Columns = columns, Kind = "jk1" }))
            {
                double error = Math.Sqrt(28 / 30.0);
                Check.Near(error, jackknife.Mean("rent").StdError, 1e-12, "made");
                Check.Near(error, given.Mean("rent").StdError, 1e-12, "given");
                Check.Equal(bootstrap.Mean("rent").StdError, same.Mean("rent").StdError, "the same seed");
                ReplicateOptions factors = new ReplicateOptions
                {
                    Columns = columns, Kind = "other", Scale = 5 / 6.0, Rscales = new[] { 1.0, 1, 1, 1, 1, 1 }, Factors = true, Mse = true,
                };
                Check.Near(error, survey.WithReplicateWeights(factors).Mean("rent").StdError, 1e-12, "factors");
                factors.Scale = null;
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => survey.WithReplicateWeights(factors));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => survey.WithReplicateWeights(null));
                Check.Fails<CitxArgumentException>(ErrorKind.OutOfRange, () => survey.Replicated("bootstrap", -1));
                Check.Fails<CitxRuleException>(
                    ErrorKind.UnknownName, () => survey.WithReplicateWeights(new ReplicateOptions { Columns = new[] { "w9" }, Kind = "jk1" }));
            }
        }

        public static void WeightingsSayWhatTheyDid()
        {
            Dictionary<string, double> totals = new Dictionary<string, double> { ["N"] = 40, ["S"] = 80 };
            Margin margin = new Margin("area", totals);
            using (Survey survey = Homes())
            using (Survey raked = survey.Rake(new[] { margin }, new RakeOptions { Tolerance = 1e-9 }))
            using (Survey trimmed = raked.Trim(new TrimOptions { Upper = 1.2, Of = "mean" }))
            using (Survey grown = survey.Calibrate(new CalibrateOptions { Population = 120 }))
            using (Survey crossed = survey.PostStratify(new Margin(new[] { "area", "wt" }, new Dictionary<string, double> { ["N x 10"] = 1, ["S x 10"] = 2 })))
            {
                Check.True(survey.Weighting == null, "weights as they came");
                Weighting weighting = raked.Weighting;
                Check.Equal("raking", weighting.Method);
                Check.True(weighting.Iterations > 0 && weighting.Gap < 1e-9 && weighting.N == 6 && weighting.Trimmed == 0, "rounds");
                double[] found = { weighting.NEffBefore, weighting.NEff, weighting.DeffBefore, weighting.Deff, weighting.Efficiency, weighting.Smallest };
                double[] wanted = { 6, 5.4, 1, 6 / 5.4, 0.9, 40 / 3.0 };
                Check.True(found.Zip(wanted, (a, b) => Math.Abs(a - b) < 1e-9).All(near => near), string.Join(", ", found));
                Check.Near(8 / 3.0, weighting.Factors.High, 1e-9, "factor");
                Check.Near(80 / 3.0, weighting.Largest, 1e-9, "largest");
                Check.Sequence(new[] { "margin", "category", "target", "before", "after" }, weighting.Margins.ColumnNames);
                Check.Sequence(new[] { "N", "S" }, weighting.Margins["category"]);
                Check.Equal(3L, trimmed.Weighting.Trimmed);
                Check.Near(120, grown.Weights.ToArray<double>().Sum(), 1e-9, "population");
                Check.Near(2 / 3.0, crossed.Proportion("area", "S").Value, 1e-9, "crossed");
                Check.Fails<CitxArgumentException>(ErrorKind.OutOfRange, () => survey.Rake(new[] { margin }, new RakeOptions { Tolerance = 0 }));
                Check.Fails<CitxArgumentException>(ErrorKind.OutOfRange, () => survey.Rake(new[] { margin }, new RakeOptions { MaxIterations = 0 }));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => survey.Rake(null));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => survey.Rake(new Margin[] { null }));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => survey.PostStratify(null));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => survey.Calibrate(null));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => survey.Trim(null));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => new Margin("area", null));
                survey.Dispose();
                Check.Throws<ObjectDisposedException>(() => survey.Rake(new[] { margin }), "disposed");
                Check.Throws<ObjectDisposedException>(() => Check.True(survey.Weighting == null, "never"), "disposed");
            }
        }

        public static void ScalesOfOnesOwnAreInstruments()
        {
            ScaleOptions scale = new ScaleOptions
            {
                Answers = new[] { "low", "mid", "high" },
                Excluded = new[] { "dunno" },
                Spellings = new Dictionary<string, IList<string>> { ["high"] = new[] { "top", "best" } },
                Figure = "index",
                Values = new[] { 1.0, 2, 5 },
                DivideBy = 5,
                Times = 1000,
                Decimals = 0,
                Polarity = "lower",
                Definition = "mean mood of 5",
            };
            Table table = Make.Table("said", new[] { "low", "Mid", "best", "top", null, "dunno" });
            using (Instrument mood = Instrument.Scale("mood", scale))
            using (Survey survey = Survey.FromTable(table, new SurveyOptions { Instrument = mood, Questions = Make.Texts("mood", "said") }))
            {
                Estimate estimate = survey.Score("mood");
                Check.Near(13 / 20.0, estimate.Value, 1e-12, "index");
                Check.Equal("650", estimate.Published);
                Check.Equal("mean mood of 5", estimate.Definition);
                Check.Fails<CitxRuleException>(ErrorKind.UnknownName, () => mood.Counted("mood"));
                Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => mood.Counted("mood", null));
            }
            Check.True(Instrument.BuiltinNames.Contains("nps") && Instrument.BuiltinNames.Count >= 18, "instruments that ship");
            scale.Decimals = -1;
            Check.Fails<CitxArgumentException>(ErrorKind.OutOfRange, () => Instrument.Scale("mood", scale));
            Check.Fails<CitxArgumentException>(ErrorKind.InvalidArgument, () => Instrument.Scale("mood", null));
            Check.Fails<CitxStorageException>(ErrorKind.Io, () => Instrument.Read("/nowhere/instrument.toml"));
        }

        public static void FramesAndSelectionsOfCountsAreRead()
        {
            Table counts = Make.Table(
                "landlord", new[] { "Anytown", "Anytown" },
                "measure", new[] { "TP01", "TP01" },
                "answer", new[] { "very satisfied", "neither satisfied nor dissatisfied" },
                "n", new[] { 400, 600 },
                "frame", new[] { 7271, 7271 },
                "drawn", new[] { "census", "census" });
            using (Instrument tsm = Instrument.Builtin("tsm-2022"))
            {
                CountsOptions options = SurveyTests.Options(tsm);
                options.Selection = "drawn";
                using (Survey survey = Survey.FromCounts(counts, options))
                {
                    Estimate estimate = survey.Score("TP01", "Anytown");
                    Check.Near(tsm.MarginOfError(1000, 7271), estimate.StandardMoe, 1e-12, "the standard's margin of error");
                    Check.True(estimate.Warnings.Contains("NonProbabilitySample") && estimate.Definition.Length > 0, "census");
                    Check.Throws<CitxArgumentException>(() => Check.Equal(0, survey.Weights.Count), "counts have no respondents");
                }
            }
        }

        /// <summary>Six homes in two areas, with jackknife weights.</summary>
        private static Survey Homes()
        {
            List<object> columns = new List<object>
            {
                "area", new[] { "N", "N", "N", "S", "S", "S" },
                "rent", new[] { 1.0, 2, 3, 5, 6, 7 },
                "rooms", new[] { 1.0, 1, 2, 2, 3, 3 },
                "wt", new[] { 10.0, 10, 10, 10, 10, 10 },
            };
            foreach (int left in Enumerable.Range(0, 6))
            {
                columns.AddRange(new object[] { "w" + (left + 1), Enumerable.Range(0, 6).Select(row => row == left ? 0.0 : 12.0) });
            }
            return Survey.FromTable(Make.Table(columns.ToArray()), new SurveyOptions { Weights = "wt" });
        }
    }
}
