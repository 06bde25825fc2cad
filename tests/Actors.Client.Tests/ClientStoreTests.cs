using Actors.Client.State;
using Actors.Testing;
using Xunit;

namespace Actors.Client.Tests;

/// <summary>What a client remembers on disk.</summary>
public sealed class ClientStoreTests
{
    [Fact]
    public async Task A_purged_job_is_not_taken_for_a_later_one_of_its_name_and_version()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "state.db");
        var purged = Given.Job(Given.Shell("main", "echo purged"));
        var later = purged with { TaskGroups = Given.Job(Given.Shell("main", "echo later")).TaskGroups };
        var written = new[] { purged, later, purged, later }.Select(job => (Allocation: Given.Allocation(job), Job: job)).ToList();
        await using (var store = ClientStore.Open(path))
        {
            foreach (var (allocation, job) in written)
                await store.SaveAllocationAsync(allocation, job);
        }

        await using var again = ClientStore.Open(path);
        var read = again.ReadAllocations().ToDictionary(record => record.Allocation.Id, record => record.Job);

        Assert.All(written, one => Assert.Equal(one.Job, read[one.Allocation.Id]));
    }
}
