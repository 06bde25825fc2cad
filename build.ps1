<#
.SYNOPSIS
Builds, tests and packs Actors. Every target does what anyone could type: it calls dotnet, or tests/run.

.EXAMPLE
./build.ps1 -Target test

.EXAMPLE
./build.ps1 -Target publish -Runtime linux-arm64
#>
[CmdletBinding()]
param(
    [ValidateSet('restore', 'build', 'test', 'pack', 'publish', 'quickstart')]
    [string] $Target = 'build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release',

    # Where pack and publish leave what they make.
    [string] $Output = 'artifacts',

    # The machine that publish builds for, by .NET's runtime identifier.
    [string] $Runtime = 'linux-x64'
)

$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot
$solution = "$root/Actors.sln"
$cli = "$root/src/Actors.Cli"

function Invoke-Step([string] $Program, [string[]] $Arguments) {
    [Console]::Out.WriteLine("==> $Program $($Arguments -join ' ')")
    & $Program @Arguments
    if ($LASTEXITCODE -ne 0) { throw "$Program $($Arguments[0]) ended with $LASTEXITCODE" }
}

switch ($Target) {
    'restore' { Invoke-Step 'dotnet' @('restore', $solution) }
    'build' { Invoke-Step 'dotnet' @('build', $solution, '-c', $Configuration) }
    'test' { Invoke-Step 'bash' @("$root/tests/run") }
    'pack' { Invoke-Step 'dotnet' @('pack', $solution, '-c', $Configuration, '-o', "$Output/packages") }
    'publish' { Invoke-Step 'dotnet' @('publish', $cli, '-c', $Configuration, '-r', $Runtime, '--self-contained', 'false', '-p:PublishReadyToRun=true', '-o', "$Output/pbm-$Runtime") }
    'quickstart' { Invoke-Step 'dotnet' @('run', '-c', $Configuration, '--project', $cli, '--', 'quickstart') }
}
