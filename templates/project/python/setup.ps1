<#
.SYNOPSIS
The one command of a clean clone, a worktree and CI: makes python/.venv and all that belongs to it; may be run again.
.EXAMPLE
python/setup.ps1
.EXAMPLE
python/setup.ps1 --check
#>
if (-not $PSCommandPath) { throw 'setup: run this file: python/setup.ps1' }
& {
    param($typed, $piped, $lines)
    $ErrorActionPreference = 'Continue'
    $PSNativeCommandUseErrorActionPreference = $false
    $here = $PSScriptRoot
    try {
        $target = [IO.File]::ResolveLinkTarget($PSCommandPath, $true)
        if ($target) { $here = [IO.Path]::GetDirectoryName($target.FullName) }
    } catch {
        # Windows PowerShell 5.1 has no ResolveLinkTarget
        $target = $PSCommandPath
        while ([IO.File]::GetAttributes($target) -band [IO.FileAttributes]::ReparsePoint) {
            $next = (Get-Item -LiteralPath $target).Target
            if ($next) { $target = [IO.Path]::Combine([IO.Path]::GetDirectoryName($target), "$next") } else { break }
        }
        $here = [IO.Path]::GetDirectoryName($target)
    }
    $root = [IO.Path]::GetDirectoryName($here)
    $kit = [IO.Path]::Combine($root, 'tools', 'workroot')
    $setup = [IO.Path]::Combine($kit, 'setup.ps1')
    $place = $ExecutionContext.SessionState.Path
    $place.PushCurrentLocation('workroot')
    try {
        $null = $place.SetLocation([WildcardPattern]::Escape($root))
        if (-not [IO.File]::Exists($setup) -and [IO.File]::Exists([IO.Path]::Combine($root, '.gitmodules'))) {
            # inside of a hook these name another repository
            $given = $env:GIT_DIR, $env:GIT_WORK_TREE, $env:GIT_INDEX_FILE, $env:GIT_PREFIX
            $env:GIT_DIR, $env:GIT_WORK_TREE, $env:GIT_INDEX_FILE, $env:GIT_PREFIX = $null
            try {
                & git submodule update --init '--' tools/workroot
            } finally {
                $env:GIT_DIR, $env:GIT_WORK_TREE, $env:GIT_INDEX_FILE, $env:GIT_PREFIX = $given
            }
        }
        if (-not [IO.File]::Exists($setup)) {
            [Console]::Error.WriteLine("setup: no kit in $kit")
            [Console]::Error.WriteLine('  restore it from version control')
            $global:LASTEXITCODE = 2
            return
        }
        if ($piped) { $lines | & $setup @typed } else { & $setup @typed }
    } finally {
        $null = $place.PopLocation('workroot')
    }
} $args $MyInvocation.ExpectingInput $input
exit $global:LASTEXITCODE
