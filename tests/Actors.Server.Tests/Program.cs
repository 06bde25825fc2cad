using System.Globalization;
using Actors.Server.Hosting;
using Actors.Server.Tests.RegionLog;

// A process that a test kills: it writes as fast as it can, and says what was acknowledged.
if (args is not ["write-until-killed", var dataDir])
{
    Console.Error.WriteLine("expected: write-until-killed <data folder>");
    return 1;
}

await using var server = await LogServer.StartAsync(new StorageOptions(), dataDir);
var output = Console.Out;
await Task.WhenAll(Enumerable.Range(1, 50).Select(async number =>
{
    var node = server.Node(number);
    await node.RegisterAsync();
    for (var i = 0; ; i++)
    {
        var written = await node.WriteAsync(node.Status($"{i}"));
        lock (output)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{number} {i} {written.Index}"));
    }
}));
return 0;
