using System.Text;
using Actors.JobSpec.Diagnostics;
using Actors.JobSpec.Syntax;
using Actors.JobSpec.Values;
using static Actors.JobSpec.Evaluation.FunctionTable;

namespace Actors.JobSpec.Evaluation.Library;

/// <summary>Functions about files of the user's machine; relative paths start at the job file's folder.</summary>
internal static class FileFunctions
{
    private const long MaxFile = 16 * 1024 * 1024;
    private const int MaxTemplateDepth = 10;

    public static readonly Function[] All =
    [
        new("file", [Text("path")], null, call => HclValue.Of(Utf8(call)), ReadsFiles: true),
        new("filebase64", [Text("path")], null, call => HclValue.Of(Convert.ToBase64String(Read(call))), ReadsFiles: true),
        new("fileexists", [Text("path")], null, call => HclValue.Of(File.Exists(Resolve(call))), ReadsFiles: true),
        new("fileset", [Text("folder"), Text("pattern")], null, FileSet, ReadsFiles: true),
        new("templatefile", [Text("path"), Any("variables")], null, TemplateFile, Optional: 1, ReadsFiles: true),
        new("abspath", [Text("path")], null, call => HclValue.Of(Resolve(call)), ReadsFiles: true),
        new("pathexpand", [Text("path")], null, call => HclValue.Of(Expand(call.Text(0))), ReadsFiles: true),
        new("basename", [Text("path")], null, call => HclValue.Of(BaseName(call.Text(0))), ReadsFiles: true),
        new("dirname", [Text("path")], null, call => HclValue.Of(DirectoryName(call.Text(0))), ReadsFiles: true),
    ];

    private static string Expand(string path) =>
        path == "~" || path.StartsWith("~/", StringComparison.Ordinal)
            ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + path[1..]
            : path;

    private static string Resolve(FunctionCall call)
    {
        if (call.Text(0).Contains('\0', StringComparison.Ordinal)) throw new FunctionException("a path has no NUL", 0);
        return Path.GetFullPath(Path.Combine(call.Host.BaseDirectory, Expand(call.Text(0))));
    }

    private static string BaseName(string path)
    {
        var trimmed = path.TrimEnd('/');
        return trimmed.Length == 0 ? path.Length == 0 ? "." : "/" : trimmed[(trimmed.LastIndexOf('/') + 1)..];
    }

    /// <summary>All up to the last slash, without what is superfluous in it: //, ., and names that .. takes back.</summary>
    private static string DirectoryName(string path)
    {
        var rooted = path.StartsWith('/');
        var kept = new List<string>();
        foreach (var part in path[..(path.LastIndexOf('/') + 1)].Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".") continue;
            if (part != "..") kept.Add(part);
            else if (kept.Count > 0 && kept[^1] != "..") kept.RemoveAt(kept.Count - 1);
            else if (!rooted) kept.Add(part);
        }

        return (rooted ? "/" : "") + string.Join('/', kept) is { Length: > 0 } folder ? folder : ".";
    }

    private static byte[] Read(FunctionCall call)
    {
        var path = Resolve(call);
        try
        {
            var info = new FileInfo(path);
            if (!info.Exists) throw new FunctionException($"there is no file {path}", 0);
            if (info.Length > MaxFile) throw new FunctionException($"{path} is larger than {MaxFile / 1024 / 1024} MiB", 0);
            call.Reserve(info.Length);
            using var stream = info.OpenRead();
            var buffer = new MemoryStream();
            var chunk = new byte[64 * 1024];

            // A device or a growing file may give more than its length says.
            for (int read; (read = stream.Read(chunk)) > 0;)
            {
                if (buffer.Length + read > MaxFile) throw new FunctionException($"{path} is larger than {MaxFile / 1024 / 1024} MiB", 0);
                buffer.Write(chunk, 0, read);
            }

            return buffer.ToArray();
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new FunctionException($"{path} can't be read: {failed.Message}", 0);
        }
    }

    private static string Utf8(FunctionCall call)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Read(call));
        }
        catch (ArgumentException)
        {
            throw new FunctionException("the file is not UTF-8 text", 0, "use filebase64");
        }
    }

    private static HclValue FileSet(FunctionCall call)
    {
        var folder = Resolve(call);
        if (!Directory.Exists(folder)) throw new FunctionException($"there is no folder {folder}", 0);
        var pattern = Glob.Compile(call.Text(1));
        var found = new List<HclValue>();
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 16, IgnoreInaccessible = true };
        foreach (var path in Directory.EnumerateFiles(folder, "*", options))
        {
            var relative = Path.GetRelativePath(folder, path).Replace('\\', '/');
            if (!pattern.IsMatch(relative)) continue;
            found.Add(HclValue.Of(relative));
            call.Reserve(found.Count);
        }

        return HclValue.Set(HclType.String, found);
    }

    /// <summary>The file as a template in which the given variables are plain names.</summary>
    private static HclValue TemplateFile(FunctionCall call)
    {
        var variables = call.Arguments.Length > 1 ? call[1] : HclValue.EmptyObject;
        if (!variables.IsMapping) throw new FunctionException("the variables are a map or object", 1);
        var depth = call.Evaluator.TemplateDepth + 1;
        if (depth > MaxTemplateDepth) throw new FunctionException($"templates are nested more than {MaxTemplateDepth} deep", 0);
        var source = new SourceText(Path.GetFileName(call.Text(0)), Utf8(call));
        var diagnostics = new DiagnosticBag(source);
        var template = Parser.ParseTemplate(diagnostics);
        Scope? scope = null;
        foreach (var (name, value) in variables.Entries) scope = new Scope(scope, name, value);
        var rendered = diagnostics.ErrorCount > 0 ? HclValue.Unknown : call.Evaluator.ForTemplate(diagnostics, depth).Evaluate(template, scope);
        if (diagnostics.Items.FirstOrDefault(item => item.Severity == DiagnosticSeverity.Error) is { } error)
            throw new FunctionException($"{error.Span}: {error.Message}", 0, error.Suggestion);
        return rendered.IsUnknown ? throw new FunctionException("the template could not be evaluated", 0) : rendered;
    }
}
