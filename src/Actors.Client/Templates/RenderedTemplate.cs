using System.Globalization;
using System.Text;
using Actors.Client.Artifacts;
using Actors.Client.Tasks.Hooks;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.Templates;

namespace Actors.Client.Templates;

/// <summary>A template block of a task: what it last gave, and from which files.</summary>
/// <param name="template">As the job has it.</param>
/// <param name="start">The task.</param>
internal sealed class RenderedTemplate(Template template, TaskStart start)
{
    private const UnixFileMode Permissions = (UnixFileMode)0b111_111_111;

    private readonly string _destination = TaskPlaces.OnHost(start, start.Replace(template.Destination), "template.destination");
    private IReadOnlyDictionary<string, FileStamp> _files = new Dictionary<string, FileStamp>();
    private string? _text;

    /// <summary>As the job has it.</summary>
    public Template Template => template;

    /// <summary>It is made from files that may change, and is made again when they do.</summary>
    public bool MayChange => template.Once != true && _files.Count > 0;

    /// <summary>A file that it was made from is another one now.</summary>
    public bool Outdated => _files.Any(f => FileStamp.Of(f.Key) != f.Value);

    /// <summary>Makes it again; true when something else came out. Writes nothing yet.</summary>
    /// <exception cref="TaskHookException">It can't be made.</exception>
    public bool Render()
    {
        var functions = new TaskTemplateFunctions(start);
        try
        {
            var source = template.Data.Length > 0 ? template.Data : functions.Read(template.Source, "template.source");
            var parsed = GoTemplate.Parse(source, Or(template.LeftDelimiter, "{{"), Or(template.RightDelimiter, "}}"));
            var text = parsed.Render(new Dictionary<string, object?>(), functions, template.ErrorOnMissingKey == true ? null : "<no value>");
            var changed = text != _text;
            _text = text;
            return changed;
        }
        catch (TemplateException e)
        {
            throw new TaskHookException(TaskEventTypes.Template, $"template \"{template.Destination}\": {e.Message}", recoverable: false, e);
        }
        finally
        {
            _files = functions.Files;
        }

        static string Or(string text, string otherwise) => text.Length > 0 ? text : otherwise;
    }

    /// <summary>Makes it for the first time when the task was found running: what it runs with was made already. False when that can't be done now.</summary>
    public bool Adopt()
    {
        try
        {
            return _text is not null || Render();
        }
        catch (TaskHookException)
        {
            // It is made anew, and the problem told, when one of its files changes.
            return false;
        }
    }

    /// <summary>Writes what was made, at once or not at all: no reader sees half of it.</summary>
    /// <exception cref="TaskHookException">It can't be written.</exception>
    public void Write()
    {
        try
        {
            var root = start.Paths.Allocation;
            SafePaths.MakeDirectory(root, Path.GetDirectoryName(_destination)!);
            var beside = _destination + ".rendering";
            File.Delete(beside);
            using (var file = new FileStream(beside, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
                file.Write(Encoding.UTF8.GetBytes(_text ?? ""));
            if (template.Uid is not null || template.Gid is not null) TaskOwner.Give(beside, template.Uid, template.Gid);
            else TaskOwner.Give(start, beside);
            File.SetUnixFileMode(beside, Mode(template.Perms));
            SafePaths.Move(beside, root, _destination);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArtifactException)
        {
            throw new TaskHookException(TaskEventTypes.Template, $"template \"{template.Destination}\" can't be written: {e.Message}", recoverable: e is IOException, e);
        }
    }

    /// <summary>The variables that it gives; none when it is no file of variables, or not there yet.</summary>
    /// <exception cref="TaskHookException">A line is no variable.</exception>
    public IReadOnlyDictionary<string, string> Variables()
    {
        if (template.Env != true) return new Dictionary<string, string>();
        var text = _text ?? (new FileInfo(_destination) is { Exists: true, LinkTarget: null } ? File.ReadAllText(_destination) : "");
        return VariableLines.Parse(text, template.Destination);
    }

    private UnixFileMode Mode(string perms)
    {
        if (perms.Length == 0) return (UnixFileMode)0b110_100_100;
        try
        {
            return (UnixFileMode)Convert.ToInt32(perms, 8) & Permissions;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new TaskHookException(TaskEventTypes.Template, string.Create(CultureInfo.InvariantCulture, $"template \"{template.Destination}\": perms: expected octal digits such as 0644, found \"{perms}\""), recoverable: false, e);
        }
    }
}
