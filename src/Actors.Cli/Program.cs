namespace Actors.Cli;

/// <summary>The entry point of <c>pbm</c>.</summary>
public static class Program
{
    /// <summary>Runs one command and returns its exit code.</summary>
    public static int Main(string[] args) => args.Length == 0 ? 0 : 127;
}
