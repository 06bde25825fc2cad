using Actors.Contracts.Jobs;
using Actors.JobSpec.Diagnostics;

namespace Actors.JobSpec.Validation;

/// <summary>Rules of artifacts and templates.</summary>
internal static class TaskFileRules
{
    private static readonly (string Name, int Digits)[] Checksums = [("md5", 32), ("sha1", 40), ("sha256", 64), ("sha512", 128)];

    public static void Check(JobTask task, string path, string who, Findings found)
    {
        for (var i = 0; i < task.Artifacts.Count; i++) Artifact(task.Artifacts[i], $"{path}.Artifacts[{i}]", who, found);
        var destinations = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < task.Templates.Count; i++)
        {
            var template = task.Templates[i];
            var at = $"{path}.Templates[{i}]";
            Template(template, at, who, found);
            if (template.Destination.Length > 0 && !destinations.Add(template.Destination))
                found.Error(DiagnosticCodes.DuplicateName, at, $"{who}: two templates have the destination \"{template.Destination}\"");
        }
    }

    private static void Artifact(TaskArtifact artifact, string at, string who, Findings found)
    {
        if (artifact.Source.Length == 0) found.Error(DiagnosticCodes.Required, at, $"{who}: an artifact needs a source");
        found.OneOf(artifact.Mode, ["", "any", "file", "dir"], $"{at}.GetterMode", $"{who}: artifact mode");
        if (Paths.Escape(artifact.Destination)) found.Error(DiagnosticCodes.EscapingPath, $"{at}.RelativeDest", $"{who}: the artifact's destination leaves the task's directory: \"{artifact.Destination}\"");
        if (!artifact.Options.TryGetValue("checksum", out var checksum) || checksum.Length == 0 || checksum.Contains("${", StringComparison.Ordinal)) return;
        var parts = checksum.Split(':', 2);
        var kind = Checksums.FirstOrDefault(known => known.Name == parts[0]);
        if (parts.Length != 2 || kind.Name is null)
        {
            if (!checksum.StartsWith("file:", StringComparison.Ordinal))
                found.Error(DiagnosticCodes.NotAllowed, $"{at}.GetterOptions", $"{who}: a checksum is written type:hexadecimal; found \"{checksum}\"", NearestName.Suggest(parts[0], Checksums.Select(known => known.Name)) ?? "the types are md5, sha1, sha256 and sha512");
            return;
        }

        if (parts[1].Length != kind.Digits || !parts[1].All(char.IsAsciiHexDigit))
            found.Error(DiagnosticCodes.NotAllowed, $"{at}.GetterOptions", $"{who}: a {kind.Name} checksum has {kind.Digits} hexadecimal digits; found {parts[1].Length} characters");
    }

    private static void Template(Template template, string at, string who, Findings found)
    {
        if (template.Source.Length == 0 && template.Data.Length == 0) found.Error(DiagnosticCodes.Required, at, $"{who}: a template needs data or source");
        if (template.Source.Length > 0 && template.Data.Length > 0) found.Error(DiagnosticCodes.Conflict, at, $"{who}: a template has either data or source, not both");
        if (template.Destination.Length == 0) found.Error(DiagnosticCodes.Required, at, $"{who}: a template needs a destination");
        else if (Paths.Escape(template.Destination)) found.Error(DiagnosticCodes.EscapingPath, at, $"{who}: the template's destination leaves the task's directory: \"{template.Destination}\"");
        if (Paths.Escape(template.Source)) found.Error(DiagnosticCodes.EscapingPath, at, $"{who}: the template's source leaves the task's directory: \"{template.Source}\"");
        found.OneOf(template.ChangeMode, ["restart", "signal", "script", "noop"], $"{at}.ChangeMode", $"{who}: template change_mode");
        switch (template.ChangeMode)
        {
            case "signal":
                if (template.ChangeSignal.Length == 0) found.Error(DiagnosticCodes.Required, at, $"{who}: template change_mode \"signal\" needs change_signal");
                if (template.Env == true) found.Error(DiagnosticCodes.InvalidPolicy, at, $"{who}: a template read as environment (env) can't have change_mode \"signal\": a running process keeps its environment");
                break;
            case "script" when template.ChangeScript is null or { Command.Length: 0 }:
                found.Error(DiagnosticCodes.Required, at, $"{who}: template change_mode \"script\" needs change_script with a command");
                break;
        }

        found.NotNegative(template.Splay, $"{at}.Splay", $"{who}: template splay");
        if (template.Perms.Length > 0 && !(template.Perms.Length is 3 or 4 && template.Perms.All(c => c is >= '0' and <= '7')))
            found.Error(DiagnosticCodes.NotAllowed, $"{at}.Perms", $"{who}: template perms are an octal file mode such as \"0644\"; found \"{template.Perms}\"");
        if (template.Wait is { } wait)
        {
            found.NotNegative(wait.Min, $"{at}.Wait.Min", $"{who}: template wait min");
            if (wait.Min > wait.Max) found.Error(DiagnosticCodes.InvalidPolicy, $"{at}.Wait", $"{who}: template wait min is longer than max");
            if (wait.Min is null && wait.Max is not null) found.Error(DiagnosticCodes.Required, $"{at}.Wait", $"{who}: template wait needs min");
        }

        if (template.VaultGrace > TimeSpan.Zero) found.Warning(DiagnosticCodes.Deprecated, at, $"{who}: template vault_grace has no effect", "remove it");
    }
}
