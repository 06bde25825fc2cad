using System.Diagnostics;
using System.Text.Json;
using Docker.DotNet.Models;

namespace Actors.Drivers.Docker;

/// <summary>Asks a program for a registry's credentials, in the way of Docker's credential helpers.</summary>
internal static class AuthHelper
{
    private const string Prefix = "docker-credential-";
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(30);

    /// <summary>The credentials; null when the program has none for the registry.</summary>
    /// <param name="helper">The program, without its <c>docker-credential-</c>, or its path.</param>
    /// <param name="registry">The registry's host.</param>
    /// <exception cref="DriverException">It can't be asked.</exception>
    public static AuthConfig? Ask(string helper, string registry)
    {
        var program = Path.IsPathRooted(helper) ? helper : Prefix + helper;
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, ["get"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })
                ?? throw new DriverException($"the credential helper {program} could not be started", recoverable: true);
            process.StandardInput.Write(registry == "docker.io" ? "https://index.docker.io/v1/" : registry);
            process.StandardInput.Close();
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            if (!process.WaitForExit(AnswerWithin))
            {
                process.Kill();
                throw new DriverException($"the credential helper {program} did not answer within {AnswerWithin.TotalSeconds:0} s", recoverable: true);
            }

            var text = output.GetAwaiter().GetResult();
            if (process.ExitCode != 0)
            {
                // This is how helpers say that they know nothing of a registry.
                if (text.Contains("credentials not found", StringComparison.OrdinalIgnoreCase)) return null;
                throw new DriverException($"the credential helper {program} failed: {(text.Length > 0 ? text : errors.GetAwaiter().GetResult()).Trim()}", recoverable: true);
            }

            using var answer = JsonDocument.Parse(text);
            var (user, secret) = (answer.RootElement.GetProperty("Username").GetString(), answer.RootElement.GetProperty("Secret").GetString());
            // A helper that has a token instead of a password says so by this name.
            return user == "<token>" ? new AuthConfig { IdentityToken = secret, ServerAddress = registry } : new AuthConfig { Username = user, Password = secret, ServerAddress = registry };
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException or JsonException or KeyNotFoundException)
        {
            throw new DriverException($"the credential helper {program} can't be asked: {e.Message}", recoverable: true, e);
        }
    }
}
