using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("NetKd.Cli.Tests")]
