using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Actors.Contracts.Allocations;
using Actors.Contracts.Text;

namespace Actors.State.Jobs;

/// <summary>
/// The states of an allocation's tasks in a third of a dictionary's memory: the names are one array for all allocations of a group, and few
/// enough to be searched one by one.
/// </summary>
internal sealed class TaskStates : IReadOnlyDictionary<string, TaskState>
{
    private readonly string[] names;
    private readonly TaskState[] states;

    private TaskStates(string[] names, TaskState[] states) => (this.names, this.states) = (names, states);

    public int Count => names.Length;

    public IEnumerable<string> Keys => names;

    public IEnumerable<TaskState> Values => states;

    public TaskState this[string key] => TryGetValue(key, out var state) ? state : throw new KeyNotFoundException($"there is no task '{key}'");

    /// <summary>The same states, as small as they can be.</summary>
    /// <param name="reported">As the client said.</param>
    /// <param name="groupNames">The names of the group's tasks, in ordinal order.</param>
    public static IReadOnlyDictionary<string, TaskState> Compact(IReadOnlyDictionary<string, TaskState> reported, string[] groupNames)
    {
        if (reported.Count == 0) return None;

        var names = reported.Count == groupNames.Length && Array.TrueForAll(groupNames, reported.ContainsKey)
            ? groupNames
            : [.. reported.Keys.Order(StringComparer.Ordinal)];
        return new TaskStates(names, Array.ConvertAll(names, name => Compact(reported[name])));
    }

    public bool ContainsKey(string key) => Array.IndexOf(names, key) >= 0;

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out TaskState value)
    {
        var at = Array.IndexOf(names, key);
        value = at >= 0 ? states[at] : null;
        return at >= 0;
    }

    public IEnumerator<KeyValuePair<string, TaskState>> GetEnumerator()
    {
        for (var i = 0; i < names.Length; i++) yield return KeyValuePair.Create(names[i], states[i]);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static TaskState Compact(TaskState state)
    {
        var events = new TaskEvent[state.Events.Count];
        for (var i = 0; i < events.Length; i++) events[i] = Compact(state.Events[i]);
        return state with { Events = events };
    }

    private static TaskEvent Compact(TaskEvent told)
    {
        var (type, message) = (Texts.Share(told.Type), Texts.Share(told.DisplayMessage));
        return ReferenceEquals(type, told.Type) && ReferenceEquals(message, told.DisplayMessage) && told.Details is not { Count: 0 }
            ? told
            : told with { Type = type, DisplayMessage = message, Details = told.Details is { Count: > 0 } ? told.Details : null };
    }

    private static readonly TaskStates None = new([], []);
}
