using Actors.Server.Hosting;

namespace Actors.Server.Scheduler;

/// <summary>An operator wants everything forgotten that nobody needs, however young. Answered with <see cref="GarbageCollected"/>.</summary>
internal sealed record CollectGarbage : IServerMessage;

/// <summary>It is done.</summary>
/// <param name="Count">How many things were found to be of no more use.</param>
/// <param name="Problem">Why not all of them could be forgotten, or "".</param>
internal sealed record GarbageCollected(int Count, string Problem) : IServerMessage;
