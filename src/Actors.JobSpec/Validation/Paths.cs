namespace Actors.JobSpec.Validation;

/// <summary>Paths inside a task's directory.</summary>
internal static class Paths
{
    /// <summary>Whether a relative path climbs out of where it starts. A reference is resolved at run time and checked there.</summary>
    public static bool Escape(string path)
    {
        var depth = 0;
        foreach (var part in path.Replace('\\', '/').Split('/'))
        {
            switch (part)
            {
                case "" or ".": continue;
                case "..":
                    if (--depth < 0) return true;
                    break;
                default:
                    depth++;
                    break;
            }
        }

        return false;
    }
}
