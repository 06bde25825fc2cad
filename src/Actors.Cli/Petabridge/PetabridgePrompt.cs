using Actors.Cli.CommandLine;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Petabridge;

/// <summary>The prompt: reads command lines, has the server carry them out, and remembers them for as long as it is open.</summary>
internal sealed class PetabridgePrompt(ApiClient api, CliContext cli)
{
    private const int HistorySize = 500;
    private readonly List<string> _history = [];

    /// <summary>Reads and carries out until <c>exit</c>, <c>quit</c>, the end of the input, or Ctrl-C.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        // Typing nothing else is of use before it is known that somebody answers.
        _ = await api.GetAsync("/v1/status/leader", cancellation).ConfigureAwait(false);
        if (cli.IsInteractive)
            await cli.Out.WriteLineAsync($"Connected to {api.Address.Authority}. \"help\" lists the commands, \"exit\" leaves.").ConfigureAwait(false);
        var editor = new LineEditor(cli, $"[{api.Address.Authority}] pbm> ", _history);
        while (!cancellation.IsCancellationRequested && await editor.ReadAsync(cancellation).ConfigureAwait(false) is { } line)
        {
            line = line.Trim();
            if (line.Length == 0)
                continue;
            Remember(line);
            switch (line)
            {
                case "exit" or "quit":
                    return 0;
                case "history":
                    for (var i = 0; i < _history.Count; i++)
                        await cli.Out.WriteLineAsync($"{i + 1,4}  {_history[i]}").ConfigureAwait(false);
                    break;
                default:
                    await ExecuteAsync(line, cancellation).ConfigureAwait(false);
                    break;
            }
        }

        return 0;
    }

    private async Task ExecuteAsync(string line, CancellationToken cancellation)
    {
        try
        {
            await PetabridgeCommand.ExecuteAsync(api, line, cli, cancellation).ConfigureAwait(false);
            if (line == "help")
                await cli.Out.WriteLineAsync("history — what was typed here so far\nexit — leave").ConfigureAwait(false);
        }
        catch (Exception e) when (e is CommandFailedException or ApiException or IOException)
        {
            // One line that fails does not end the prompt.
            await cli.Error.WriteLineAsync(cli.Paint(Paint.Red, "Error: ") + e.Message).ConfigureAwait(false);
        }
    }

    private void Remember(string line)
    {
        if (_history.Count == 0 || _history[^1] != line)
            _history.Add(line);
        if (_history.Count > HistorySize)
            _history.RemoveAt(0);
    }
}
