using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Actors.Contracts.Collections;
using Actors.Contracts.Text;

namespace Actors.Contracts.Allocations;

/// <summary>
/// The states of an allocation's tasks in a third of a dictionary's memory: the names are one array for all allocations of a group, and few
/// enough to be searched one by one.
/// </summary>
public sealed class TaskStateMap : IReadOnlyDictionary<string, TaskState>
{
    // Of the group that was read last: reports of one group's allocations come together.
    private static string[] lastNames = [];

    [ThreadStatic]
    private static List<KeyValuePair<string, TaskState>>? scratch;

    private readonly string[] names;
    private readonly TaskState[] states;

    private TaskStateMap(string[] names, TaskState[] states) => (this.names, this.states) = (names, states);

    /// <summary>Of no task.</summary>
    public static TaskStateMap None { get; } = new([], []);

    /// <inheritdoc/>
    public int Count => names.Length;

    /// <inheritdoc/>
    public IEnumerable<string> Keys => names;

    /// <inheritdoc/>
    public IEnumerable<TaskState> Values => states;

    /// <inheritdoc/>
    public TaskState this[string key] => TryGetValue(key, out var state) ? state : throw new KeyNotFoundException($"there is no task '{key}'");

    /// <summary>The same states, as small as they can be.</summary>
    /// <param name="reported">As the client said.</param>
    /// <param name="groupNames">The names of the group's tasks, in ordinal order.</param>
    public static TaskStateMap Compact(IReadOnlyDictionary<string, TaskState> reported, string[] groupNames)
    {
        ArgumentNullException.ThrowIfNull(reported);
        ArgumentNullException.ThrowIfNull(groupNames);
        if (reported.Count == 0) return None;
        if (reported is TaskStateMap small && small.names.AsSpan().SequenceEqual(groupNames)) return ReferenceEquals(small.names, groupNames) ? small : new TaskStateMap(groupNames, small.states);

        var names = reported.Count == groupNames.Length && Array.TrueForAll(groupNames, reported.ContainsKey)
            ? groupNames
            : [.. reported.Keys.Order(StringComparer.Ordinal)];
        return new TaskStateMap(names, Array.ConvertAll(names, name => Compact(reported[name])));
    }

    /// <summary>Reads what <see cref="Write"/> wrote: an object with a state for each name. A name that comes twice counts with what is said last.</summary>
    /// <param name="reader">Stands at the object.</param>
    /// <exception cref="JsonException">It can't be read.</exception>
    internal static TaskStateMap Read(ref Utf8JsonReader reader)
    {
        JsonPlace.ExpectObject(ref reader);
        var read = scratch ??= [];
        read.Clear();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = Texts.Read(ref reader);
            reader.Read();
            try
            {
                Put(read, name, TaskStateConverter.Read(ref reader));
            }
            catch (Exception e) when (JsonPlace.IsOfReading(e))
            {
                throw JsonPlace.At($".{name}", e);
            }
        }

        if (read.Count == 0) return None;

        var states = new TaskState[read.Count];
        for (var i = 0; i < states.Length; i++) states[i] = read[i].Value;
        return new TaskStateMap(NamesOf(read), states);
    }

    /// <summary>Writes states as an object.</summary>
    internal static void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, TaskState> states)
    {
        writer.WriteStartObject();
        if (states is TaskStateMap small)
        {
            for (var i = 0; i < small.names.Length; i++)
            {
                writer.WritePropertyName(small.names[i]);
                TaskStateConverter.Write(writer, small.states[i]);
            }
        }
        else
        {
            foreach (var (name, state) in states)
            {
                writer.WritePropertyName(name);
                TaskStateConverter.Write(writer, state);
            }
        }

        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    public bool ContainsKey(string key) => Array.IndexOf(names, key) >= 0;

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out TaskState value)
    {
        var at = Array.IndexOf(names, key);
        value = at >= 0 ? states[at] : null;
        return at >= 0;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, TaskState>> GetEnumerator()
    {
        for (var i = 0; i < names.Length; i++) yield return KeyValuePair.Create(names[i], states[i]);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // Kept in ordinal order.
    private static void Put(List<KeyValuePair<string, TaskState>> states, string name, TaskState state)
    {
        var at = states.Count;
        while (at > 0 && string.CompareOrdinal(states[at - 1].Key, name) > 0) at--;
        if (at > 0 && states[at - 1].Key == name) states[at - 1] = KeyValuePair.Create(name, state);
        else states.Insert(at, KeyValuePair.Create(name, state));
    }

    private static string[] NamesOf(List<KeyValuePair<string, TaskState>> states)
    {
        var last = Volatile.Read(ref lastNames);
        var same = last.Length == states.Count;
        for (var i = 0; same && i < last.Length; i++) same = last[i] == states[i].Key;
        if (same) return last;

        var names = new string[states.Count];
        for (var i = 0; i < names.Length; i++) names[i] = states[i].Key;
        Volatile.Write(ref lastNames, names);
        return names;
    }

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
}
