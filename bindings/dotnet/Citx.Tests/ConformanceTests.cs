using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

namespace Citx.Tests
{
    /// <summary>The cases that every language runs; the format is described beside them.</summary>
    internal static class ConformanceTests
    {
        private const string ListOf = "list of ";

        private static readonly CultureInfo Plain = CultureInfo.InvariantCulture;

        public static void RulesDecideAsInEveryLanguage()
        {
            RunCases("rules.tsv", line =>
            {
                List<TypedField> fields = Fields(line["record"]);
                string rule = Unescape(line["rule"]);
                List<object> columns = new List<object> { "conformance_key", new[] { "c1" } };
                fields.ForEach(field => columns.AddRange(new object[] { field.Name, field.Column }));
                using (Population people = Population.FromTable(Make.Table(columns.ToArray()), "conformance_key"))
                using (SegmentBook book = Make.Book("x", rule))
                using (Membership membership = book.Evaluate(people, line["as_of"], line["time_zone"]))
                using (SegmentBook opposite = Make.Book("x", "NOT (" + rule + "\n)"))
                using (Membership other = opposite.Evaluate(people, line["as_of"], line["time_zone"]))
                {
                    string found = membership.Counts()["x"] == 1 ? "true" : other.Counts()["x"] == 1 ? "false" : "unknown";
                    Dictionary<string, object> record = fields.ToDictionary(field => field.Name, field => field.Value);
                    bool matched = book.Match(record, line["as_of"], line["time_zone"]).Count == 1;
                    bool? why = book.Explain("x", record, line["as_of"], line["time_zone"]).Outcome;
                    Check.Equal(found == "true", matched, line["id"] + " by Match");
                    Check.Equal(found, why == null ? "unknown" : why.Value ? "true" : "false", line["id"] + " by Explain");
                    return found;
                }
            });
        }

        public static void DecisionsAreTheSameInEveryLanguage()
        {
            RunCases("decisions.tsv", line =>
            {
                string[] purpose = line["purpose"].Split('|');
                string name = Unescape(purpose[0]);
                string channel = Unescape(line["channel"]);
                string topic = line["topic"].Length == 0 ? null : Unescape(line["topic"]);
                Dictionary<string, object> facts = Fields(line["facts"]).ToDictionary(field => field.Name, field => field.Value);
                List<Dictionary<string, string>> events = Items(line["events"], ';').Select(Event).ToList();
                events.ForEach(said => AddDefaults(said, name));
                using (Policy policy = PolicyOf(line["controller"], purpose))
                using (ConsentView view = ConsentView.FromEvents(EventTable(events), policy, line["at"]))
                {
                    Decision decision = view.Decide("c1", name, channel, topic, facts);
                    string found = decision.Outcome.ToString().ToLowerInvariant() + " " + decision.Rule;
                    Check.Equal(found, ByLedger(policy, name, events, ledger => ledger.Decide("c1", name, channel, line["at"], topic, facts)) ?? found, "by ledger");
                    return found;
                }
            });
        }

        public static void ScoresAreTheSameInEveryLanguage()
        {
            RunCases("scores.tsv", line =>
            {
                string[] answers = Items(line["counts"], ';').ToArray();
                double[] counts = answers.Select(item => double.Parse(Split(item, '=')[1], Plain)).ToArray();
                List<object> columns = new List<object>
                {
                    "landlord", answers.Select(_ => "unit"),
                    "measure", answers.Select(_ => line["measure"]),
                    "answer", answers.Select(item => Unescape(Split(item, '=')[0])),
                    "n", counts,
                };
                if (line["frame_size"].Length > 0)
                {
                    columns.AddRange(new object[] { "frame", answers.Select(_ => long.Parse(line["frame_size"], Plain)) });
                }
                using (Instrument tsm = Instrument.Builtin("tsm-2022"))
                {
                    CountsOptions options = SurveyTests.Options(tsm);
                    options.FrameSize = line["frame_size"].Length > 0 ? "frame" : null;
                    using (Survey survey = Survey.FromCounts(Make.Table(columns.ToArray()), options))
                    {
                        Estimate estimate = survey.Score(line["measure"], "unit");
                        Check.Near(Figure(line["value"]), estimate.Value, 1e-9, line["id"] + " value");
                        Check.Near(Figure(line["ci_low"]), estimate.Ci.Low, 1e-9, line["id"] + " ci_low");
                        Check.Near(Figure(line["ci_high"]), estimate.Ci.High, 1e-9, line["id"] + " ci_high");
                        Check.Equal(Unescape(line["published"]), estimate.Published, line["id"] + " published");
                        return line["value"];
                    }
                }
            });
        }

        internal static void RunCases(string file, Func<Dictionary<string, string>, string> answer)
        {
            string folder = Environment.GetEnvironmentVariable("CITX_CONFORMANCE") ?? "tests/conformance";
            string path = Path.Combine(folder, file);
            if (!File.Exists(path))
            {
                throw new Skip("there is no " + file);
            }
            string[] names = null;
            List<string> wrong = new List<string>();
            int cases = 0;
            foreach (string line in File.ReadAllLines(path, Encoding.UTF8).Where(line => line.Length > 0 && line[0] != '#'))
            {
                string[] parts = line.Split('\t');
                if (names == null)
                {
                    names = parts;
                    continue;
                }
                cases++;
                Check.Equal(names.Length, parts.Length, file + ", fields of " + parts[0]);
                Dictionary<string, string> fields = names.Select((name, i) => i).ToDictionary(i => names[i], i => parts[i]);
                string expected = fields.ContainsKey("expected") ? fields["expected"] : fields["value"];
                string found;
                try
                {
                    found = answer(fields);
                }
                catch (CitxException error)
                {
                    found = "error " + error.Kind;
                }
                catch (Exception error)
                {
                    found = error.Message;
                }
                if (found != expected)
                {
                    wrong.Add(fields["id"] + ": expected " + expected + ", found " + found);
                }
            }
            Check.True(cases > 0, file + " holds no cases");
            Check.True(wrong.Count == 0, wrong.Count + " of " + cases + " cases differ:\n  " + string.Join("\n  ", wrong));
        }

        private static Policy PolicyOf(string controller, string[] purpose)
        {
            string[] named = controller.Split('@');
            using (Policy rules = Policy.Builtin(named.Length > 1 ? named[1] : "uk-2026"))
            {
                Policy own = rules.WithController("Anytown", named[0], "Europe/London");
                if (purpose.Length < 3)
                {
                    return own;
                }
                using (own)
                {
                    Dictionary<string, string> constants = purpose.Skip(3).ToDictionary(item => Unescape(Split(item, '=')[0]), item => Unescape(Split(item, '=')[1]));
                    return own.WithPurpose(Unescape(purpose[0]), Unescape(purpose[1]), Unescape(purpose[2]), constants);
                }
            }
        }

        private static Dictionary<string, string> Event(string text)
        {
            return Items(text, '|').ToDictionary(item => Split(item, '=')[0], item => Unescape(Split(item, '=')[1]));
        }

        private static void AddDefaults(Dictionary<string, string> said, string purpose)
        {
            foreach (KeyValuePair<string, string> field in Make.Texts("citizen", "c1", "purpose", purpose, "status", null, "captured_at", null))
            {
                if (!said.ContainsKey(field.Key))
                {
                    said.Add(field.Key, field.Value);
                }
            }
            foreach (string name in said.Keys.Where(name => said[name] == string.Empty).ToArray())
            {
                said[name] = null;
            }
        }

        private static Table EventTable(List<Dictionary<string, string>> events)
        {
            string[] always = { "citizen", "status", "captured_at" };
            IEnumerable<string> names = always.Concat(events.SelectMany(said => said.Keys)).Distinct();
            return Make.Table(names.SelectMany(name => new object[] { name, events.Select(said => Field(said, name)).ToArray() }).ToArray());
        }

        private static string Field(Dictionary<string, string> said, string name)
        {
            string value;
            return said.TryGetValue(name, out value) ? value : null;
        }

        /// <summary>The same by a ledger; null where it does not take the events, because they name a purpose that the policy does not have.</summary>
        private static string ByLedger(Policy policy, string purpose, List<Dictionary<string, string>> events, Func<ConsentLedger, Decision> decide)
        {
            using (ConsentLedger ledger = ConsentLedger.Open(":memory:", policy))
            {
                foreach (Dictionary<string, string> said in events)
                {
                    try
                    {
                        Append(ledger, said);
                    }
                    catch (CitxRuleException error) when (error.Kind == ErrorKind.UnknownName)
                    {
                        return null;
                    }
                }
                Decision decision = decide(ledger);
                return decision.Outcome.ToString().ToLowerInvariant() + " " + decision.Rule;
            }
        }

        private static void Append(ConsentLedger ledger, Dictionary<string, string> said)
        {
            ledger.Append(
                Field(said, "citizen"),
                Field(said, "purpose"),
                Field(said, "channel"),
                Field(said, "status"),
                Field(said, "captured_at"),
                contact: Field(said, "contact"),
                topic: Field(said, "topic"),
                scope: Field(said, "scope"),
                notice: Field(said, "notice"),
                actor: Field(said, "actor"),
                validFrom: Field(said, "valid_from"),
                validUntil: Field(said, "valid_until"));
        }

        /// <summary>An empty figure is not known.</summary>
        private static double Figure(string text)
        {
            return text.Length == 0 ? double.NaN : double.Parse(text, Plain);
        }

        internal static IEnumerable<string> Items(string text, char separator)
        {
            return text.Split(separator).Where(item => item.Length > 0);
        }

        internal static string[] Split(string item, char separator)
        {
            int at = item.IndexOf(separator);
            return at < 0 ? new[] { item, null } : new[] { item.Substring(0, at), item.Substring(at + 1) };
        }

        private static List<TypedField> Fields(string record)
        {
            return Items(record, ';').Select(item =>
            {
                string[] parts = Split(item, '=');
                string[] head = Split(parts[0], ':');
                return new TypedField(Unescape(head[0]), head[1], parts[1]);
            }).ToList();
        }

        private static string Unescape(string text)
        {
            if (text == null || text.IndexOf('\\') < 0)
            {
                return text;
            }
            const string Letters = "tnspe\\";
            const string Means = "\t\n;|=\\";
            StringBuilder plain = new StringBuilder();
            for (int i = 0; i < text.Length; i++)
            {
                int known = text[i] == '\\' && i + 1 < text.Length ? Letters.IndexOf(text[i + 1]) : -1;
                plain.Append(known < 0 ? text[i] : Means[known]);
                i += known < 0 ? 0 : 1;
            }
            return plain.ToString();
        }

        /// <summary>A field of a record: as a value, and as a column of one typed row.</summary>
        private sealed class TypedField
        {
            internal TypedField(string name, string type, string raw)
            {
                Name = name;
                bool none = raw == null;
                if (type.StartsWith(ListOf, StringComparison.Ordinal))
                {
                    SetItems(type.Substring(ListOf.Length), none ? null : Items(raw, '|'));
                    return;
                }
                string text = Unescape(raw);
                switch (type)
                {
                    case "boolean":
                        Set(none ? (bool?)null : text == "true");
                        break;
                    case "integer":
                        Set(none ? (long?)null : long.Parse(text, Plain));
                        break;
                    case "float":
                        Set(none ? (double?)null : Float(text));
                        break;
                    case "decimal":
                        Set(none ? (decimal?)null : decimal.Parse(text, Plain));
                        break;
                    case "date":
                        Set(none ? (Date?)null : Date.Parse(text));
                        break;
                    case "timestamp":
                        Set(none ? (DateTimeOffset?)null : DateTimeOffset.Parse(text, Plain, DateTimeStyles.AssumeUniversal));
                        break;
                    case "text":
                        Set(text);
                        break;
                    default:
                        throw new Failure("unknown type " + type);
                }
            }

            internal string Name { get; }

            internal object Value { get; private set; }

            internal IEnumerable Column { get; private set; }

            private static double Float(string text)
            {
                switch (text.ToLowerInvariant())
                {
                    case "nan":
                        return double.NaN;
                    case "inf":
                    case "+inf":
                        return double.PositiveInfinity;
                    case "-inf":
                        return double.NegativeInfinity;
                    case "-0":
                    case "-0.0":
                        // Mono and older .NET Framework read it as +0.
                        return -0.0;
                    default:
                        return double.Parse(text, Plain);
                }
            }

            private void SetItems(string type, IEnumerable<string> raw)
            {
                Type itemType = new TypedField(Name, type, null).Column.GetType().GetElementType();
                if (raw != null)
                {
                    object[] items = raw.Select(item => new TypedField(Name, type, item == @"\N" ? null : item).Value).ToArray();
                    Array typed = Array.CreateInstance(itemType, items.Length);
                    Array.Copy(items, typed, items.Length);
                    Value = typed;
                }
                Array column = Array.CreateInstance(itemType.MakeArrayType(), 1);
                column.SetValue(Value, 0);
                Column = column;
            }

            private void Set<T>(T value)
            {
                Value = value;
                Column = new[] { value };
            }
        }
    }
}
