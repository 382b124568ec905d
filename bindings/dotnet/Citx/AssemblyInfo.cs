using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Citx.Tests")]
