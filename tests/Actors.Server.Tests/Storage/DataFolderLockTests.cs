using System.Globalization;
using Actors.Server.Storage;
using Actors.Testing;
using Xunit;

namespace Actors.Server.Tests.Storage;

public sealed class DataFolderLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_that_is_in_use_is_refused_and_its_user_named()
    {
        using var held = DataFolderLock.Take(_folder.At("data"));
        var refused = Assert.Throws<StorageException>(() => DataFolderLock.Take(_folder.At("data")));
        Assert.Contains("in use by another agent", refused.Message, StringComparison.Ordinal);
        Assert.Contains(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_was_let_go_is_free()
    {
        DataFolderLock.Take(_folder.Path).Dispose();
        DataFolderLock.Take(_folder.Path).Dispose();
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_refused_with_its_name()
    {
        File.WriteAllText(_folder.At("file"), "");
        Assert.Contains(_folder.At("file"), Assert.Throws<StorageException>(() => DataFolderLock.Take(_folder.At("file", "data"))).Message, StringComparison.Ordinal);
    }
}
