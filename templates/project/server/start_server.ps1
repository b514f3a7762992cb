<#
.SYNOPSIS
Starts the server in the project's one environment, from any directory, nothing activated.
.EXAMPLE
server/start_server.ps1 --port 8000
#>
if (-not $PSCommandPath) { throw 'start_server: run this file: server/start_server.ps1' }
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
    $python = [IO.Path]::Combine($root, 'python', '.venv', 'bin', 'python3')
    if ($PSVersionTable.PSVersion.Major -lt 6 -or $IsWindows) {
        $python = [IO.Path]::Combine($root, 'python', '.venv', 'Scripts', 'python.exe')
    }
    if (-not [IO.File]::Exists($python)) {
        [Console]::Error.WriteLine("start_server: no Python environment in $root")
        [Console]::Error.WriteLine('  run python/setup.ps1')
        $global:LASTEXITCODE = 2
        return
    }

    # the words as they were typed
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
    # A variable's text is globbed on Unix when it is handed to a program; what stands in quotes is left alone.
    $quoted = @(foreach ($word in @($python, '-I', '-B', '-m', 'example_server') + $words) {
        "'" + ($word -replace "['\u2018-\u201b]", '$0$0') + "'"
    })
    $call = '& ' + ($quoted -join ' ')
    if ($piped) { $lines | & ([scriptblock]::Create('$input | ' + $call)) } else { & ([scriptblock]::Create($call)) }
} $args $MyInvocation.ExpectingInput $input
exit $global:LASTEXITCODE
