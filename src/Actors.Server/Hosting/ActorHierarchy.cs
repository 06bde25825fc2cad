using Akka.Actor;

namespace Actors.Server.Hosting;

/// <summary>The tree of a system's actors, as lines.</summary>
internal static class ActorHierarchy
{
    /// <summary>More would drown the reader: a busy server has tens of thousands of entities.</summary>
    private const int MaxLines = 500;

    /// <summary>The actors below a path, one a line, indented by depth.</summary>
    /// <param name="system">The system.</param>
    /// <param name="under">Only what is below this path, such as <c>/user/leader</c>; null: all.</param>
    public static IReadOnlyList<string> Describe(ExtendedActorSystem system, string? under)
    {
        var lines = new List<string>();
        Walk((IInternalActorRef)system.Provider.RootGuardian, 0, under, lines);
        if (lines.Count == 0)
            throw new ArgumentException($"expected the path of an actor such as /user/leader, found \"{under}\"");
        if (lines.Count >= MaxLines)
            lines.Add($"... more than {MaxLines}: name a path with -s");
        return lines;
    }

    private static void Walk(IActorRef actor, int depth, string? under, List<string> lines)
    {
        if (lines.Count >= MaxLines)
            return;

        var path = actor.Path.ToStringWithoutAddress();
        var inside = under is null || path.StartsWith(under, StringComparison.Ordinal);
        if (inside)
            lines.Add(new string(' ', depth * 2) + path);
        if (!inside && !under!.StartsWith(path, StringComparison.Ordinal))
            return;

        if (actor is ActorRefWithCell parent)
        {
            foreach (var child in parent.Children.OrderBy(c => c.Path.Name, StringComparer.Ordinal))
                Walk(child, depth + 1, under, lines);
        }
    }
}
