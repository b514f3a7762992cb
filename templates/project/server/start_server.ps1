<#
.SYNOPSIS
Starts the server in the project's one environment, from any directory, nothing activated.
.EXAMPLE
server\start_server.ps1 --port 8000
#>
& {
    $root = [IO.Path]::GetDirectoryName($PSScriptRoot)
    $python = [IO.Path]::Combine($root, 'python', '.venv', 'bin', 'python3')
    if ($PSVersionTable.PSVersion.Major -lt 6 -or $IsWindows) { $python = [IO.Path]::Combine($root, 'python', '.venv', 'Scripts', 'python.exe') }
    if (-not [IO.File]::Exists($python)) {
        [Console]::Error.WriteLine("start_server: no Python environment in $root")
        [Console]::Error.WriteLine('  run python\setup.ps1')
        $global:LASTEXITCODE = 2
        return
    }
    & $python -I -B -m example_server $args
} @args
exit $global:LASTEXITCODE
