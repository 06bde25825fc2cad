using System.Globalization;
using System.Text;
using Actors.Contracts;

namespace Actors.Client.Leftovers;

/// <summary>Processes of allocations: those whose command line, environment, working directory or root lies in an allocation's directory. That directory is this agent's alone.</summary>
/// <param name="root">Where the allocations' directories lie.</param>
internal sealed class Processes(string root)
{
    private const int MaxBytes = 64 * 1024;
    private const int IdLength = 36;

    private readonly byte[] _prefix = Encoding.UTF8.GetBytes(root + "/");
    private readonly byte[] _buffer = new byte[MaxBytes];

    /// <summary>All of them, by allocation.</summary>
    public ILookup<AllocationId, int> Find()
    {
        var own = Environment.ProcessId;
        return Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0 && pid != own)
            .SelectMany(pid => Of(pid).Select(allocation => (Allocation: allocation, Pid: pid)))
            .ToLookup(found => found.Allocation, found => found.Pid);
    }

    private IEnumerable<AllocationId> Of(int pid)
    {
        var found = new HashSet<AllocationId>();
        foreach (var file in (string[])["cmdline", "environ"]) Collect(Read($"/proc/{pid}/{file}"), found);
        foreach (var link in (string[])["cwd", "root"]) Collect(Encoding.UTF8.GetBytes(Target($"/proc/{pid}/{link}")), found);
        return found;
    }

    private void Collect(ReadOnlySpan<byte> text, HashSet<AllocationId> found)
    {
        while (text.IndexOf(_prefix) is var at and >= 0)
        {
            text = text[(at + _prefix.Length)..];
            if (text.Length >= IdLength && AllocationId.TryParse(Encoding.ASCII.GetString(text[..IdLength]), out var id)) found.Add(id);
        }
    }

    /// <summary>The beginning of a file: what an agent or a driver puts there is found in it.</summary>
    private ReadOnlySpan<byte> Read(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            var length = 0;
            while (length < MaxBytes && RandomAccess.Read(file, _buffer.AsSpan(length), length) is var read and > 0) length += read;
            return _buffer.AsSpan(0, length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended.
            return [];
        }
    }

    private static string Target(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget ?? "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended.
            return "";
        }
    }
}
