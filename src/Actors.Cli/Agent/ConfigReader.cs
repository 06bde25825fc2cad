using System.Text;
using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Hocon;

namespace Actors.Cli.Agent;

/// <summary>Reads an agent's configuration files into its settings.</summary>
internal static class ConfigReader
{
    private static readonly string[] Extensions = [".hocon", ".conf", ".json"];

    /// <summary>Reads files and folders of files, in order; a later one wins where both say something.</summary>
    /// <param name="settings">What holds where no file says anything.</param>
    /// <param name="paths">Files, or folders whose *.hocon, *.conf and *.json files are read by name.</param>
    /// <param name="fullPath">Makes a path absolute.</param>
    /// <param name="variable">Environment variables, for substitutions.</param>
    /// <exception cref="HoconException">A file isn't HOCON.</exception>
    /// <exception cref="ConfigException">A key isn't known, or its value isn't what was expected.</exception>
    /// <exception cref="UsageException">There is no such file or folder.</exception>
    public static AgentSettings Read(AgentSettings settings, IEnumerable<string> paths, Func<string, string> fullPath, Func<string, string?> variable)
    {
        foreach (var path in paths)
        {
            var full = fullPath(path);
            if (Directory.Exists(full))
            {
                foreach (var file in Directory.EnumerateFiles(full).Where(file => Extensions.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal))
                    settings = Apply(settings, HoconReader.ReadFile(file, Path.Combine(path, Path.GetFileName(file)), variable));
            }
            else if (File.Exists(full))
            {
                settings = Apply(settings, HoconReader.ReadFile(full, path, variable));
            }
            else
            {
                throw new UsageException($"-config: there is no file or folder \"{path}\"");
            }
        }

        return settings;
    }

    /// <summary>Reads a tree into settings.</summary>
    /// <exception cref="ConfigException">A key isn't known, or its value isn't what was expected.</exception>
    public static AgentSettings Apply(AgentSettings settings, HoconObject root)
    {
        foreach (var (key, member) in root.Members)
        {
            switch (key)
            {
                case "actors" when member.Value is HoconObject section:
                    settings = Section(settings, section, []);
                    break;
                case "akka" when member.Value is HoconObject section:
                    // As the files do, later ones win: Akka takes the last of two values for one key.
                    settings = settings with { AkkaConfig = $"{settings.AkkaConfig}\nakka {Render(section)}".TrimStart() };
                    break;
                case "actors" or "akka":
                    throw new ConfigException(member.KeyPlace, $"found {Show(member.Value)} for \"{key}\", expected an object: {key} {{ … }}");
                default:
                    var inside = ConfigSchema.Keys.Any(known => Normal(known.Path.Split('.')[0]) == Normal(key));
                    var nearest = inside ? $"actors.{key}" : NearestName.Find(key, ["actors", "akka"]);
                    throw new ConfigException(member.KeyPlace, $"unknown key \"{key}\"; at the top there are \"actors\" and \"akka\"{(nearest is null ? "" : $"; did you mean \"{nearest}\"?")}");
            }
        }

        return settings;
    }

    private static AgentSettings Section(AgentSettings settings, HoconObject section, IReadOnlyList<string> path)
    {
        foreach (var (written, member) in section.Members)
        {
            List<string> here = [.. path, written];
            var leaf = ConfigSchema.Keys.FirstOrDefault(key => Matches(key.Path, here, whole: true));
            if (leaf is not null)
            {
                if (member.Value is HoconScalar { IsNull: true })
                    continue;
                settings = leaf.Apply(settings, member.Value, here)
                    ?? throw new ConfigException(member.Value.Place, $"found {Show(member.Value)} for \"actors.{string.Join('.', here)}\", expected {leaf.Expected}");
            }
            else if (ConfigSchema.Keys.Any(key => Matches(key.Path, here, whole: false)))
            {
                settings = member.Value is HoconObject nested
                    ? Section(settings, nested, here)
                    : throw new ConfigException(member.Value.Place, $"found {Show(member.Value)} for \"actors.{string.Join('.', here)}\", expected an object: {written} {{ … }}");
            }
            else
            {
                throw Unknown(member.KeyPlace, path, written);
            }
        }

        return settings;
    }

    // The nearest key beside it; else the same name elsewhere, because a key in the wrong section is as common as a misspelt one.
    private static ConfigException Unknown(Place place, IReadOnlyList<string> path, string written)
    {
        var beside = ConfigSchema.Keys
            .Where(key => key.Path.Split('.').Length > path.Count && Matches(string.Join('.', key.Path.Split('.').Take(path.Count)), path, whole: true))
            .Select(key => key.Path.Split('.')[path.Count]).Where(name => name != "*").Distinct().ToList();
        var prefix = string.Concat(path.Select(name => name + "."));
        var elsewhere = ConfigSchema.Keys.Where(key => Normal(key.Path.Split('.')[^1]) == Normal(written)).Select(key => "actors." + key.Path).FirstOrDefault();
        var nearest = NearestName.Find(Normal(written), beside) is { } near ? $"actors.{prefix}{near}" : elsewhere;
        return new ConfigException(place, $"unknown key \"actors.{prefix}{written}\"" + (nearest is null ? $"; there are: {string.Join(", ", beside)}" : $"; did you mean \"{nearest}\"?"));
    }

    private static bool Matches(string known, IReadOnlyList<string> path, bool whole)
    {
        var names = known.Length == 0 ? [] : known.Split('.');
        if (whole)
        {
            // client.meta.* takes names with dots, which HOCON reads as objects: see Section.
            if (names.Length != path.Count)
                return false;
        }
        else if (names.Length <= path.Count)
        {
            return false;
        }

        for (var i = 0; i < path.Count; i++)
        {
            if (names[i] != "*" && names[i] != Normal(path[i]))
                return false;
        }

        return true;
    }

    // Nomad's files have underscores where HOCON's have dashes: both are understood.
    private static string Normal(string key) => key.Replace('_', '-').ToLowerInvariant();

    private static string Show(HoconNode node) => node switch
    {
        HoconScalar scalar => $"\"{scalar.Text}\"",
        HoconArray => "a list",
        _ => "an object",
    };

    /// <summary>Writes a tree so that Akka's own parser understands it: JSON, which is HOCON without its subtleties.</summary>
    public static string Render(HoconNode node)
    {
        var text = new StringBuilder();
        Write(text, node);
        return text.ToString();
    }

    private static void Write(StringBuilder text, HoconNode node)
    {
        switch (node)
        {
            case HoconObject members:
                text.Append('{');
                foreach (var (key, member) in members.Members)
                {
                    text.Append("\n\"").Append(JsonEncodedText.Encode(key, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString()).Append("\" = ");
                    Write(text, member.Value);
                }

                text.Append("\n}");
                break;
            case HoconArray array:
                text.Append('[');
                for (var i = 0; i < array.Items.Count; i++)
                {
                    text.Append(i == 0 ? "" : ", ");
                    Write(text, array.Items[i]);
                }

                text.Append(']');
                break;
            case HoconScalar { IsNull: true }:
                text.Append("null");
                break;
            case HoconScalar scalar:
                text.Append('"').Append(JsonEncodedText.Encode(scalar.Text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString()).Append('"');
                break;
        }
    }
}
