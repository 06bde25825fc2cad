using System.Diagnostics;

namespace Actors.Testing;

/// <summary>Waits for a condition instead of for a time.</summary>
public static class Eventually
{
    /// <summary>Looks again and again until the answer is right.</summary>
    /// <typeparam name="T">What is looked at.</typeparam>
    /// <param name="look">Looks once. What it throws counts as "not yet", and is told if the time runs out.</param>
    /// <param name="right">Whether the answer is right.</param>
    /// <param name="what">What is waited for, for the failure's message.</param>
    /// <param name="within">How long at most; 30 s by default.</param>
    /// <exception cref="TimeoutException">It did not become right in time; the message has the last answer.</exception>
    public static async Task<T> BecomesAsync<T>(Func<Task<T>> look, Func<T, bool> right, string what, TimeSpan? within = null)
    {
        var limit = within ?? TimeSpan.FromSeconds(30);
        var watch = Stopwatch.StartNew();
        var last = "nothing was seen";
        Exception? problem = null;
        while (true)
        {
            try
            {
                var answer = await look();
                if (right(answer))
                    return answer;

                (last, problem) = (answer?.ToString() ?? "null", null);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                (last, problem) = ($"{e.GetType().Name}: {e.Message}", e);
            }

            if (watch.Elapsed > limit)
                throw new TimeoutException($"{what}: not within {limit.TotalSeconds:0.#} s; last seen: {last}", problem);

            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(20 + watch.ElapsedMilliseconds / 20, 200)));
        }
    }

    /// <summary>Looks again and again until it is so.</summary>
    /// <inheritdoc cref="BecomesAsync{T}"/>
    public static Task IsSoAsync(Func<Task<bool>> look, string what, TimeSpan? within = null) => BecomesAsync(look, so => so, what, within);
}
