using Actors.Api.Http;
using Actors.Api.Models;

namespace Actors.Api.Events;

/// <summary>Which events a caller wants: topics, and keys of them.</summary>
internal sealed class EventTopics
{
    private const string Any = "*";
    private static readonly string[] Known = [Any, "Job", "Evaluation", "Allocation", "Deployment", "Node", "NodeDrain", "NodePool", "Operator", "Service", "ACLToken", "ACLPolicy", "ACLRole", "CSIVolume", "CSIPlugin", "HostVolume"];

    private readonly Dictionary<string, HashSet<string>> _keys = new(StringComparer.Ordinal);
    private readonly string _namespace;

    private EventTopics(string ns) => _namespace = ns;

    /// <summary>Reads <c>topic=Topic:key</c>, as often as it is given; without any, everything is wanted.</summary>
    /// <exception cref="ApiException">One of them can't be read: 400 naming it.</exception>
    public static EventTopics Read(IEnumerable<string?> texts, string ns)
    {
        var topics = new EventTopics(ns);
        foreach (var text in texts.OfType<string>().Where(t => t.Length > 0).DefaultIfEmpty(Any))
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            var (topic, key) = colon < 0 ? (text, Any) : (text[..colon], text[(colon + 1)..]);
            if (topic.Length == 0 || key.Length == 0)
                throw ApiException.BadRequest($"Invalid key value pair for topic: {text}; expected Topic or Topic:key");
            if (!Known.Contains(topic, StringComparer.Ordinal))
                throw ApiException.BadRequest($"Invalid topic \"{topic}\": there are {string.Join(", ", Known)}");
            if (!topics._keys.TryGetValue(topic, out var keys))
                topics._keys[topic] = keys = new HashSet<string>(StringComparer.Ordinal);
            keys.Add(key);
        }

        return topics;
    }

    /// <summary>Whether events of a topic can be wanted at all.</summary>
    public bool Wants(string topic) => _keys.ContainsKey(topic) || _keys.ContainsKey(Any);

    /// <summary>Whether an event is wanted.</summary>
    public bool Wants(EventModel e) =>
        (_namespace == Any || e.Namespace.Length == 0 || e.Namespace == _namespace) && (Wants(Any, e) || Wants(e.Topic, e));

    private bool Wants(string topic, EventModel e) =>
        _keys.TryGetValue(topic, out var keys) && (keys.Contains(Any) || keys.Contains(e.Key) || e.FilterKeys?.Any(keys.Contains) == true);
}
