using System;
using System.IO;
using System.Linq;
using System.Reflection;

namespace Citx.Tests
{
    /// <summary>Runs every public static method of every class whose name ends in `Tests`, and says how many passed.</summary>
    internal static class Program
    {
        private static int Main(string[] args)
        {
            string filter = args.Length == 2 && args[0] == "--filter" ? args[1] : string.Empty;
            int passed = 0;
            int failed = 0;
            foreach (MethodInfo test in Tests())
            {
                string name = test.DeclaringType.Name + "." + test.Name;
                if (name.IndexOf(filter, StringComparison.OrdinalIgnoreCase) < 0)
                {
                    continue;
                }
                try
                {
                    test.Invoke(null, null);
                    passed++;
                }
                catch (TargetInvocationException error) when (error.InnerException is Skip)
                {
                    Console.WriteLine("SKIPPED: " + name + ": " + error.InnerException.Message);
                }
                catch (TargetInvocationException error) when (error.InnerException is FileNotFoundException && error.InnerException.Message.Contains("System.Data"))
                {
                    // Mono's class library comes in pieces.
                    Console.WriteLine("SKIPPED: " + name + ": this runtime lacks System.Data");
                }
                catch (TargetInvocationException error)
                {
                    failed++;
                    Console.WriteLine("FAILED: " + name + ": " + error.InnerException);
                }
            }
            Console.WriteLine(passed + " passed, " + failed + " failed");
            return failed == 0 && passed > 0 ? 0 : 1;
        }

        private static MethodInfo[] Tests()
        {
            return Assembly.GetExecutingAssembly().GetTypes()
                .Where(type => type.Name.EndsWith("Tests", StringComparison.Ordinal))
                .OrderBy(type => type.Name, StringComparer.Ordinal)
                .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
                .Where(method => method.ReturnType == typeof(void) && method.GetParameters().Length == 0)
                .ToArray();
        }
    }
}
