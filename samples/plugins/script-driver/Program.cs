using Actors.Drivers.Config;
using Actors.Plugins;
using Actors.Samples.ScriptDriver;

// The whole of a driver plugin: its name, its operator's keys, and how the driver is made of them.
return await PluginServer.RunAsync(new PluginDefinition
{
    Name = "script",
    Version = "1.0.0",
    Options = new ConfigSchema(new ConfigField("shell", ConfigKind.Text)),
    Create = (options, time) => new ScriptDriver(new ConfigReader(options).Text("shell") ?? "/bin/sh", time),
});
