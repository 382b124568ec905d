using System;
using System.Data;
using System.IO;
using System.Linq;
using System.Reflection;

namespace Citx.Tests
{
    /// <summary>Runs the C# of the readmes, which the test run writes into the class `Examples`.</summary>
    internal static class ExampleTests
    {
        public static void WhatTheReadmesShowRuns()
        {
            Type examples = Assembly.GetExecutingAssembly().GetType("Examples");
            MethodInfo[] methods = examples.GetMethods(BindingFlags.Static | BindingFlags.NonPublic)
                .Where(method => method.Name.StartsWith("Example", StringComparison.Ordinal))
                .ToArray();
            Check.True(methods.Length >= 3, "three examples at least");
            string home = Environment.CurrentDirectory;
            TextWriter console = Console.Out;
            StringWriter shown = new StringWriter();
            using (Folder folder = new Folder())
            using (DataTable residents = Table.Read(Residents(folder)).ToDataTable())
            using (Policy policy = Make.Policy())
            {
                folder.File("returns.csv", Returns());
                folder.File("answers.csv", Answers());
                using (ConsentLedger ledger = ConsentLedger.Open(folder.File("consent.db"), policy))
                {
                    ledger.Append("C-1", "newsletter", "email", "given", "2026-01-01", method: "web", notice: "privacy-2026");
                    try
                    {
                        Environment.CurrentDirectory = Path.GetDirectoryName(folder.File("x"));
                        Console.SetOut(shown);
                        foreach (MethodInfo method in methods)
                        {
                            Set(examples, "reader", residents.CreateDataReader());
                            Set(examples, "ledger", ledger);
                            method.Invoke(null, null);
                        }
                    }
                    finally
                    {
                        Console.SetOut(console);
                        Environment.CurrentDirectory = home;
                    }
                }
                Check.True(File.ReadAllText(Directory.GetFiles(folder.File("out"))[0]).Contains("ada@example.org"), "the audience was written");
                Check.True(shown.ToString().Contains("C-2 by email"), shown.ToString());
                Check.True(shown.ToString().Contains("70.0 percent"), shown.ToString());
                Check.True(shown.ToString().Contains("weighting efficiency 0.57"), shown.ToString());
            }
        }

        private static void Set(Type examples, string name, object value)
        {
            examples.GetField(name, BindingFlags.Static | BindingFlags.NonPublic).SetValue(null, value);
        }

        private static string Residents(Folder folder)
        {
            return folder.File(
                "residents.csv",
                "citizen_id,first_name,dob,email,deceased\nC-1,Ada,1950-01-01,ada@example.org,false\nC-2,Ben,1951-01-01,ben@example.org,false\n");
        }

        private static string Answers()
        {
            string[] ages = { "under 65", "65 and over", "65 and over" };
            string[] tenures = { "rent", "own" };
            string[] areas = { "north", "south" };
            return "age,tenure,area,rent,wt\n" + string.Concat(Enumerable.Range(0, 24).Select(i => ages[i % 3] + "," + tenures[i % 2] + "," + areas[i / 12] + "," + (400 + i) + ",1\n"));
        }

        private static string Returns()
        {
            return "landlord,measure,answer,n\nAnytown,TP01,very_satisfied,400\nAnytown,TP01,fairly_satisfied,300\nAnytown,TP01,very_dissatisfied,300\n";
        }
    }
}
