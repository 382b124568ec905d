namespace Citx.Tests
{
    internal static class Program
    {
        private static int Main(string[] args)
        {
            System.Console.WriteLine("0 passed, 0 failed");
            return 0;
        }
    }
}
