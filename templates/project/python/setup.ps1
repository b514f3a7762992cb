<#
.SYNOPSIS
The one command of a clean clone, a worktree and CI: makes python\.venv and all that belongs to it; may be run again.
.EXAMPLE
python\setup.ps1
.EXAMPLE
python\setup.ps1 --check
#>
& {
    $root = [IO.Path]::GetDirectoryName($PSScriptRoot)
    $kit = [IO.Path]::Combine($root, 'tools', 'workroot')
    $setup = [IO.Path]::Combine($kit, 'setup.ps1')
    Push-Location -LiteralPath $root
    try {
        if (-not [IO.File]::Exists($setup) -and [IO.File]::Exists([IO.Path]::Combine($root, '.gitmodules'))) {
            & git submodule update --init tools/workroot
        }
        if (-not [IO.File]::Exists($setup)) {
            [Console]::Error.WriteLine("setup: no kit in $kit")
            [Console]::Error.WriteLine('  restore it from version control')
            $global:LASTEXITCODE = 2
            return
        }
        & $setup @args
    } finally {
        Pop-Location
    }
} @args
exit $global:LASTEXITCODE
