namespace Actors.Drivers.Processes;

/// <summary>The signals of Linux (x86 and ARM) by name.</summary>
public static class Signals
{
    private static readonly Dictionary<string, int> Numbers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["SIGHUP"] = 1,
        ["SIGINT"] = 2,
        ["SIGQUIT"] = 3,
        ["SIGILL"] = 4,
        ["SIGTRAP"] = 5,
        ["SIGABRT"] = 6,
        ["SIGBUS"] = 7,
        ["SIGFPE"] = 8,
        ["SIGKILL"] = 9,
        ["SIGUSR1"] = 10,
        ["SIGSEGV"] = 11,
        ["SIGUSR2"] = 12,
        ["SIGPIPE"] = 13,
        ["SIGALRM"] = 14,
        ["SIGTERM"] = 15,
        ["SIGCHLD"] = 17,
        ["SIGCONT"] = 18,
        ["SIGSTOP"] = 19,
        ["SIGTSTP"] = 20,
        ["SIGTTIN"] = 21,
        ["SIGTTOU"] = 22,
        ["SIGURG"] = 23,
        ["SIGXCPU"] = 24,
        ["SIGXFSZ"] = 25,
        ["SIGVTALRM"] = 26,
        ["SIGPROF"] = 27,
        ["SIGWINCH"] = 28,
        ["SIGIO"] = 29,
        ["SIGPWR"] = 30,
        ["SIGSYS"] = 31,
    };

    /// <summary>All names, by number: what the attribute <c>os.signals</c> lists.</summary>
    public static IEnumerable<string> Names => Numbers.OrderBy(p => p.Value).Select(p => p.Key);

    /// <summary>The number of a signal, named with or without SIG.</summary>
    /// <exception cref="DriverException">There is no such signal; names the nearest.</exception>
    public static int Number(string name)
    {
        var full = name.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? name : "SIG" + name;
        if (Numbers.TryGetValue(full, out var number)) return number;
        var nearest = Config.NearestName.Find(full, Numbers.Keys);
        throw new DriverException($"there is no signal \"{name}\"{(nearest is null ? "" : $"; did you mean {nearest}?")}", recoverable: false);
    }

    /// <summary>The name of a signal; its number as text when it has none.</summary>
    public static string Name(int number) =>
        Numbers.FirstOrDefault(p => p.Value == number).Key ?? number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
