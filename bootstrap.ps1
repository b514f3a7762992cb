<#
.SYNOPSIS
Gives this PowerShell the session of a workroot.
.DESCRIPTION
Sets PATH, VIRTUAL_ENV, REPO, WORKROOT, PYTHONDONTWRITEBYTECODE, a prompt, and deactivate, which takes all of it back.
Settings, before: $env:REPO = 'C:\src\pipeline' (makes this directory a workroot for that repo), $env:WORKROOT_QUIET = '1',
$env:WORKROOT_CHECK = '1' (prove it anew), $env:WORKROOT_VENV, $env:WORKROOT_PYTHON, $env:WORKROOT_KIT.
.EXAMPLE
. .\bootstrap.ps1
.NOTES
Blocked by policy? Set-ExecutionPolicy -Scope Process Bypass; files from a downloaded archive: Unblock-File .\bootstrap.ps1
#>
& {
    $ErrorActionPreference = 'Stop'
    $PSNativeCommandUseErrorActionPreference = $false
    $kit = '' # where the kit is; empty in the kit itself, whose workroot is the current directory

    # 1 where the workroot is
    if ($kit) {
        $root = $PSScriptRoot
        $kit = [IO.Path]::Combine($root, $kit)
        if ($env:WORKROOT_KIT) { $kit = $env:WORKROOT_KIT }
    } else {
        $root = $ExecutionContext.SessionState.Path.CurrentFileSystemLocation.ProviderPath
        $kit = $PSScriptRoot
    }

    # 2 a session that still holds
    $session = [IO.Path]::Combine($root, '.workroot', 'session.ps1')
    $proved = $false
    $answer = $false
    if ([IO.File]::Exists($session)) { $answer = . $session }

    # 3 prove it anew
    $setup = [IO.Path]::Combine($kit, 'setup.ps1')
    if ($false -eq $answer) {
        if (-not [IO.File]::Exists($setup)) {
            throw "workroot: no kit at $kit; set WORKROOT_KIT to it, or correct the line that sets kit in $PSCommandPath"
        }
        $before = @(if (Test-Path -LiteralPath variable:global:LASTEXITCODE) { $global:LASTEXITCODE })
        & $setup session $root
        $proved = $global:LASTEXITCODE -eq 0
        if ($before.Count) { $global:LASTEXITCODE = $before[0] } else { Remove-Item -LiteralPath variable:global:LASTEXITCODE }
        if ($proved) { $answer = . $session }
    }

    # 4 the session
    if ($answer -is [bool] -and $answer) { return }
    if ($answer) { & $setup session $root --refused $answer }
    throw 'workroot: no session; nothing was changed'
}
