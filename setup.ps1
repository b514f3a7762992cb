<#
.SYNOPSIS
Runs the kit's engine under the first Python that can; with no command it is setup.
.EXAMPLE
./setup.ps1
Makes the workroot of this directory ready: venv, link, requirements.
.EXAMPLE
./setup.ps1 new ~/lab --repo ~/src/pipeline
.EXAMPLE
./setup.ps1 -Test
The kit's own tests.
.EXAMPLE
./setup.ps1 --help
.NOTES
WORKROOT_PYTHON names the Python to try first. Quote what PowerShell keeps for itself: '--', '-k: v', '1.0,2.0'.
#>
if (-not $PSCommandPath) { throw 'workroot: run this file: ./setup.ps1' }
& {
    param($typed, $piped, $lines)
    $ErrorActionPreference = 'Continue'
    $PSNativeCommandUseErrorActionPreference = $false

    # 1 where the kit is
    $kit = $PSScriptRoot
    try {
        $target = [IO.File]::ResolveLinkTarget($PSCommandPath, $true)
        if ($target) { $kit = [IO.Path]::GetDirectoryName($target.FullName) }
    } catch {
        # Windows PowerShell 5.1 has no ResolveLinkTarget
        $target = $PSCommandPath
        while ([IO.File]::GetAttributes($target) -band [IO.FileAttributes]::ReparsePoint) {
            $next = (Get-Item -LiteralPath $target).Target
            if ($next) { $target = [IO.Path]::Combine([IO.Path]::GetDirectoryName($target), "$next") } else { break }
        }
        $kit = [IO.Path]::GetDirectoryName($target)
    }
    $engine = [IO.Path]::Combine($kit, 'python', 'workroot', '__main__.py')
    if (-not [IO.File]::Exists($engine)) {
        [Console]::Error.WriteLine("workroot: the kit in $kit is not whole: python/workroot is missing")
        [Console]::Error.WriteLine('  restore it from version control')
        $global:LASTEXITCODE = 2
        return
    }

    # 2 what to run, in the words that were typed
    $words = @()
    $parted = $false
    foreach ($word in $typed) {
        # A bare a,b is an array here; of a number [string] knows the spelling, "$word" does not.
        $text = [string]$word
        if ($word -is [array]) { $text = @(foreach ($part in $word) { [string]$part }) -join ',' }
        if ($parted) { $words[-1] += $text } else { $words += $text }
        # -k:v arrives as -k: and v
        $parted = $text.EndsWith(':') -and $word.PSObject.Properties['<CommandParameterName>']
    }
    if ($words.Count -eq 0) {
        $words = @('setup')
    } elseif ($words[0].StartsWith('-') -and @('-h', '--help', '--version') -cnotcontains $words[0]) {
        # -Test is --test, as PowerShell's own are spelled
        if ($words[0] -cmatch '^-[A-Za-z]{2,}$') { $words[0] = '-' + $words[0].ToLowerInvariant() }
        $words = @('setup') + $words
    }

    # 3 the first Python that can run it
    $directory = $ExecutionContext.SessionState.Path.CurrentFileSystemLocation.ProviderPath
    if ($words[0] -ceq 'session' -and $words.Count -gt 1) { $directory = [IO.Path]::Combine($directory, $words[1]) }
    $last = ''
    try {
        $last = [IO.File]::ReadAllText([IO.Path]::Combine($directory, '.workroot', 'python')).TrimEnd([char]10)
    } catch {
        $last = '' # none was recorded
    }
    # A variable's text is globbed on Unix when it is handed to a program; what stands in quotes is left alone.
    $quoted = @(foreach ($word in @($engine) + $words) { "'" + ($word -replace "['\u2018-\u201b]", '$0$0') + "'" })
    $numbered = @(foreach ($minor in 20..11) { "python3.$minor" })
    $before = $env:PYTHON_MANAGER_AUTOMATIC_INSTALL
    foreach ($name in @($env:WORKROOT_PYTHON, $last, 'python3', 'python', 'py') + $numbered) {
        if (-not $name) { continue }
        $python = $ExecutionContext.InvokeCommand.GetCommand($name, 'Application')
        if (-not $python) { continue }
        $call = "& '" + ($python.Source -replace "['\u2018-\u201b]", '$0$0') + "' -I -S -X workroot=powershell "
        $global:LASTEXITCODE = 0
        try {
            $env:PYTHON_MANAGER_AUTOMATIC_INSTALL = 'false'
            $null = & ([scriptblock]::Create($call + $quoted[0] + ' --ran 2>$null'))
        } catch {
            continue # not a program for this machine
        } finally {
            $env:PYTHON_MANAGER_AUTOMATIC_INSTALL = $before
        }
        if ($global:LASTEXITCODE -ne 93) { continue }
        if ($piped) { $call = '$input | ' + $call }
        $run = [scriptblock]::Create($call + ($quoted -join ' '))
        if ($piped) { $lines | & $run } else { & $run }
        return
    }

    # 4 no Python
    $install = 'install Python 3.11 or newer'
    if ($ExecutionContext.InvokeCommand.GetCommand('uv', 'Application')) { $install = 'uv python install' }
    $tried = ''
    if ($env:WORKROOT_PYTHON) { $tried = 'WORKROOT_PYTHON, ' }
    [Console]::Error.WriteLine("workroot: no Python 3.11 or newer runs here; tried ${tried}python3, python, py and python3.N on PATH")
    [Console]::Error.WriteLine("  $install, or set WORKROOT_PYTHON to one")
    $global:LASTEXITCODE = 2
} $args $MyInvocation.ExpectingInput $input
exit $global:LASTEXITCODE
