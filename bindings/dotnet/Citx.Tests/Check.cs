using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Citx.Tests
{
    /// <summary>Says why a test cannot run here.</summary>
    internal sealed class Skip : Exception
    {
        internal Skip(string reason)
            : base(reason)
        {
        }
    }

    internal sealed class Failure : Exception
    {
        internal Failure(string message)
            : base(message)
        {
        }
    }

    /// <summary>What tests claim.</summary>
    internal static class Check
    {
        internal static void True(bool claim, string what)
        {
            if (!claim)
            {
                throw new Failure(what);
            }
        }

        internal static void Equal(object expected, object found, string what = "")
        {
            if (!object.Equals(expected, found))
            {
                throw new Failure(what + ": expected " + Show(expected) + ", found " + Show(found));
            }
        }

        internal static void Sequence(IEnumerable expected, IEnumerable found, string what = "")
        {
            object[] left = expected.Cast<object>().ToArray();
            object[] right = found.Cast<object>().ToArray();
            Equal(left.Length, right.Length, what + " length");
            for (int i = 0; i < left.Length; i++)
            {
                Equal(left[i], right[i], what + " at " + i);
            }
        }

        internal static void Near(double expected, double found, double relative, string what)
        {
            bool unknown = double.IsNaN(expected) && double.IsNaN(found);
            if (!unknown && !(Math.Abs(expected - found) <= relative * Math.Max(Math.Abs(expected), Math.Abs(found))))
            {
                throw new Failure(what + ": expected " + expected.ToString("R") + ", found " + found.ToString("R"));
            }
        }

        internal static T Throws<T>(Action action, string what = "")
            where T : Exception
        {
            try
            {
                action();
            }
            catch (T error)
            {
                return error;
            }
            catch (Exception error)
            {
                throw new Failure(what + ": expected " + typeof(T).Name + ", found " + error);
            }
            throw new Failure(what + ": expected " + typeof(T).Name + ", found no exception");
        }

        /// <summary>An error of a kind, as the exception that stands for it, with a message.</summary>
        internal static T Fails<T>(ErrorKind kind, Action action, string what = "")
            where T : CitxException
        {
            T error = Throws<T>(action, what);
            Equal(kind, error.Kind, what + " (" + error.Message + ")");
            Equal((int)kind, error.Code, what);
            Equal(typeof(T), error.GetType(), what);
            True(error.Message.Length > 0, what + ": no message");
            return error;
        }

        private static string Show(object value)
        {
            return value == null ? "null" : value + " (" + value.GetType().Name + ")";
        }
    }

    /// <summary>A folder of its own, removed afterwards.</summary>
    internal sealed class Folder : IDisposable
    {
        private readonly string path = Path.Combine(Path.GetTempPath(), "citx-dotnet-" + Guid.NewGuid().ToString("N"));

        internal Folder()
        {
            Directory.CreateDirectory(path);
        }

        internal string File(string name, string content = null)
        {
            string file = Path.Combine(path, name);
            if (content != null)
            {
                System.IO.File.WriteAllText(file, content);
            }
            return file;
        }

        public void Dispose()
        {
            Directory.Delete(path, true);
        }
    }

    /// <summary>Small tables to test with.</summary>
    internal static class Make
    {
        internal static Table Table(params object[] namesAndValues)
        {
            return Citx.Table.FromColumns(Columns(namesAndValues));
        }

        internal static IEnumerable<KeyValuePair<string, IEnumerable>> Columns(params object[] namesAndValues)
        {
            List<KeyValuePair<string, IEnumerable>> columns = new List<KeyValuePair<string, IEnumerable>>();
            for (int i = 0; i < namesAndValues.Length; i += 2)
            {
                columns.Add(new KeyValuePair<string, IEnumerable>((string)namesAndValues[i], (IEnumerable)namesAndValues[i + 1]));
            }
            return columns;
        }

        internal static Dictionary<string, object> Record(params object[] namesAndValues)
        {
            Dictionary<string, object> record = new Dictionary<string, object>();
            for (int i = 0; i < namesAndValues.Length; i += 2)
            {
                record.Add((string)namesAndValues[i], namesAndValues[i + 1]);
            }
            return record;
        }

        internal static Dictionary<string, string> Texts(params string[] namesAndValues)
        {
            Dictionary<string, string> texts = new Dictionary<string, string>();
            for (int i = 0; i < namesAndValues.Length; i += 2)
            {
                texts.Add(namesAndValues[i], namesAndValues[i + 1]);
            }
            return texts;
        }

        internal static SegmentBook Book(params string[] namesAndRules)
        {
            return new SegmentBook(Texts(namesAndRules));
        }

        /// <summary>Five citizens: born 1950 to 2010, one of unknown age.</summary>
        internal static Population People()
        {
            return Population.FromTable(
                Table(
                    "citizen_id", new[] { "C-1", "C-2", "C-3", "C-4", "C-5" },
                    "dob", new Date?[] { new Date(1950, 3, 1), new Date(1961, 11, 22), new Date(1990, 1, 1), new Date(2010, 7, 7), null },
                    "district", new[] { "N", "N", "S", "S", "E" },
                    "opens", new long?[] { 3, 0, null, 7, 2 }),
                "citizen_id");
        }

        internal static Policy Policy()
        {
            using (Citx.Policy rules = Citx.Policy.Builtin("uk-2026"))
            using (Citx.Policy own = rules.WithController("Anytown Council", "public_authority", "Europe/London"))
            using (Citx.Policy letters = own.WithPurpose("newsletter", "direct_marketing", "consent"))
            {
                return letters.WithPurpose("repairs", "service", "contract");
            }
        }
    }
}
