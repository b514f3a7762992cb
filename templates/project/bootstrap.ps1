<#
.SYNOPSIS
Gives this PowerShell the session of a workroot:  . ./bootstrap.ps1
.DESCRIPTION
Sets PATH, VIRTUAL_ENV, REPO, WORKROOT, PYTHONDONTWRITEBYTECODE, a prompt, and deactivate, which takes all of it back.
Settings, before: $env:REPO = 'C:\src\pipeline' (makes this directory a workroot for that repo), $env:WORKROOT_QUIET = '1',
$env:WORKROOT_CHECK = '1' (prove it anew), $env:WORKROOT_VENV, $env:WORKROOT_PYTHON, $env:WORKROOT_KIT.
.NOTES
Blocked by policy? Set-ExecutionPolicy -Scope Process Bypass; files from a downloaded archive: Unblock-File ./bootstrap.ps1
#>
& {
    $ErrorActionPreference = 'Stop'
    $PSNativeCommandUseErrorActionPreference = $false
    $kit = 'tools/workroot' # where the kit is, from this file's directory

    # 1 where the workroot is
    if ($PSCommandPath) { } else { throw 'workroot: dot-source this file: . ./bootstrap.ps1' }
    $root = $PSScriptRoot
    try {
        $target = [IO.File]::ResolveLinkTarget($PSCommandPath, $true)
        if ($target) { $root = [IO.Path]::GetDirectoryName($target.FullName) }
    } catch {
        # Windows PowerShell 5.1 has no ResolveLinkTarget
        $target = $PSCommandPath
        while ([IO.File]::GetAttributes($target) -band [IO.FileAttributes]::ReparsePoint) {
            $next = (Get-Item -LiteralPath $target).Target
            if ($next) { $target = [IO.Path]::Combine([IO.Path]::GetDirectoryName($target), "$next") } else { break }
        }
        $root = [IO.Path]::GetDirectoryName($target)
    }
    $here = $ExecutionContext.SessionState.Path.CurrentFileSystemLocation.ProviderPath
    if (-not $kit) { $kit, $root = $root, $here }
    elseif ($env:WORKROOT_KIT) { $kit = [IO.Path]::Combine($here, $env:WORKROOT_KIT) }

    # 2 a session that still holds
    $session = "$root/.workroot/session.ps1"
    $proved = $answer = $false
    if ([IO.File]::Exists($session)) {
        try { $answer = . $session } catch { $answer = $false } # a file that was cut is written anew
    }
    if ($answer -eq $true) { return }

    # 3 prove it anew
    $kit = [IO.Path]::Combine($root, $kit)
    $setup = [IO.Path]::Combine($kit, 'setup.ps1')
    if (-not [IO.File]::Exists($setup)) {
        throw "workroot: no kit at $kit`n  set WORKROOT_KIT to it, or correct the line `$kit = in $PSCommandPath"
    }
    $last = $ExecutionContext.SessionState.PSVariable.Get('global:LASTEXITCODE')
    if ($last) { $before = $last.Value }
    try {
        if ($answer -isnot [string]) {
            & $setup session $root
            $proved = $global:LASTEXITCODE -eq 0
            if ($proved) { $answer = . $session }
        }
        if ($answer -is [string]) { & $setup session $root --refused $answer }
    } finally {
        # Ctrl-C comes through here as well
        if ($last) { $global:LASTEXITCODE = $before }
        else { $ExecutionContext.SessionState.PSVariable.Remove('global:LASTEXITCODE') }
    }

    # 4 the session
    if ($answer -eq $true) { return }
    throw 'workroot: no session; nothing was changed'
}
