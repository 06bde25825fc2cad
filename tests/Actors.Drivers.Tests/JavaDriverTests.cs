using System.Diagnostics;
using Actors.Contracts.Collections;
using Actors.Drivers.Java;
using Xunit;

namespace Actors.Drivers.Tests;

/// <summary>A Java program that does what a script of the shell says, so that Java's tasks pass the one specification.</summary>
public sealed class JavaDriverTests : DriverSpecification
{
    private static readonly Lazy<string> Classes = new(Compile);

    protected override ITaskDriver NewDriver() => new JavaDriver(options: null, TimeProvider.System);

    // The launcher starts the shell in its own place as far as a task can tell: its streams, its signals, its exit code.
    protected override EquatableMap<ConfigValue> Script(string script) => EquatableMap.Of(
        ("class", ConfigValue.Of("Main")),
        ("class_path", ConfigValue.Of("/local")),
        ("jvm_options", ConfigValue.Of([ConfigValue.Of("-Xshare:auto"), ConfigValue.Of("-XX:TieredStopAtLevel=1"), ConfigValue.Of("-Xmx32m")])),
        ("args", ConfigValue.Of([ConfigValue.Of(script)])));

    protected override string Visible(TaskConfig config, string name) => $"/alloc/{name}";

    protected override string UnknownKey => "clas_path";

    protected override string NearestKey => "class_path";

    protected override void Furnish(TaskConfig config)
    {
        foreach (var file in Directory.EnumerateFiles(Classes.Value)) File.Copy(file, Path.Combine(config.Paths.Local, Path.GetFileName(file)));
    }

    public override Task InitializeAsync()
    {
        File.SetUnixFileMode(Root, (UnixFileMode)0b111_101_101);
        return base.InitializeAsync();
    }

    [Fact]
    public async Task Its_fingerprint_tells_the_version()
    {
        await foreach (var fingerprint in Driver().FingerprintAsync(Soon))
        {
            Assert.Matches("^[0-9]+\\.", fingerprint.Attributes["driver.java.version"]);
            Assert.Contains("VM", fingerprint.Attributes["driver.java.vm"]);
            return;
        }
    }

    [Fact]
    public async Task A_jar_runs_with_its_options_and_arguments()
    {
        var config = NewTask("");
        Run("jar", "--create", "--file", Path.Combine(config.Paths.Local, "app.jar"), "--main-class", "Main", "-C", Classes.Value, ".");
        config = config with
        {
            Config = EquatableMap.Of(
                ("jar_path", ConfigValue.Of("local/app.jar")), ("jvm_options", ConfigValue.Of([ConfigValue.Of("-Dgreeting=hello")])),
                ("args", ConfigValue.Of([ConfigValue.Of("--property"), ConfigValue.Of("greeting")]))),
        };
        await Exit(await Start(Driver(), config));

        Assert.Equal("hello\n", Log(config, "stdout"));
    }

    [Theory]
    [InlineData(false, "neither")]
    [InlineData(true, "both")]
    public void It_wants_a_jar_or_a_class(bool both, string found)
    {
        var config = both ? Script("").SetItem("jar_path", ConfigValue.Of("a.jar")) : EquatableMap.Of(("class_path", ConfigValue.Of("/local")));

        Assert.Contains(found, Assert.Single(Driver().Validate(config)).Message);
    }

    private static string Compile()
    {
        var directory = Directory.CreateTempSubdirectory("actors-java-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(directory, recursive: true);
        var source = Path.Combine(directory, "Main.java");
        File.WriteAllText(source, """
            import java.util.concurrent.CompletableFuture;
            import sun.misc.Signal;

            public class Main {
                public static void main(String[] args) throws Exception {
                    if (args[0].equals("--property")) {
                        System.out.println(System.getProperty(args[1]));
                        return;
                    }
                    // A signal may come as soon as the script has said a word, which can be before its process is known here.
                    CompletableFuture<Process> child = new CompletableFuture<>();
                    for (String name : new String[] { "TERM", "INT", "HUP" }) {
                        Signal.handle(new Signal(name), s -> {
                            try {
                                new ProcessBuilder("kill", "-" + s.getName(), Long.toString(child.get().pid())).start().waitFor();
                            } catch (Exception e) {
                                throw new RuntimeException(e);
                            }
                        });
                    }
                    child.complete(new ProcessBuilder("/bin/sh", "-c", args[0]).inheritIO().start());
                    Runtime.getRuntime().halt(child.get().waitFor());
                }
            }
            """);
        Run("javac", "-XDignore.symbol.file", "-nowarn", "-d", directory, source);
        File.Delete(source);
        return directory;
    }

    private static void Run(string program, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
    }
}
