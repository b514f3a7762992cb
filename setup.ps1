<#
.SYNOPSIS
Runs the kit's engine under the first Python that can; with no command it is setup.
.EXAMPLE
.\setup.ps1
Makes the workroot of this directory ready: venv, link, requirements.
.EXAMPLE
.\setup.ps1 new C:\lab --repo C:\src\pipeline
.EXAMPLE
.\setup.ps1 -Test
The kit's own tests.
.EXAMPLE
.\setup.ps1 --help
.NOTES
WORKROOT_PYTHON names the Python to try first.
#>
& {
    $ErrorActionPreference = 'Continue'
    $PSNativeCommandUseErrorActionPreference = $false

    # 1 where the kit is
    $kit = $PSScriptRoot
    $link = (Get-Item -LiteralPath $PSCommandPath).Target
    if ($link) { $kit = [IO.Path]::GetDirectoryName("$link") }
    $engine = [IO.Path]::Combine($kit, 'python', 'workroot', '__main__.py')

    # 2 what to run
    $words = @($args)
    if ($words.Count -eq 0) {
        $words = @('setup')
    } elseif ("$($words[0])".StartsWith('-') -and @('-h', '--help', '--version') -cnotcontains $words[0]) {
        $flag = "$($words[0])"
        if (-not $flag.StartsWith('--')) { $words[0] = '--' + $flag.Substring(1).ToLowerInvariant() }
        $words = @('setup') + $words
    }

    # 3 the first Python that can run it
    $directory = $ExecutionContext.SessionState.Path.CurrentFileSystemLocation.ProviderPath
    if ($words[0] -ceq 'session' -and $words.Count -gt 1) { $directory = $words[1] }
    $recorded = [IO.Path]::Combine($directory, '.workroot', 'python')
    $last = ''
    if ([IO.File]::Exists($recorded)) { $last = [IO.File]::ReadAllText($recorded).TrimEnd([char]10) }
    $numbered = @(foreach ($minor in 20..11) { "python3.$minor" })
    $before = $env:PYTHON_MANAGER_AUTOMATIC_INSTALL
    foreach ($name in @($env:WORKROOT_PYTHON, $last, 'python3', 'python', 'py') + $numbered) {
        if (-not $name) { continue }
        foreach ($command in @(Get-Command -Name $name -CommandType Application -TotalCount 1 -ErrorAction Ignore)) {
            $env:PYTHON_MANAGER_AUTOMATIC_INSTALL = 'false'
            $null = & $command.Source -I -S $engine --ran 2>$null
            $ran = $global:LASTEXITCODE
            if ($null -eq $before) { Remove-Item -LiteralPath env:PYTHON_MANAGER_AUTOMATIC_INSTALL } else { $env:PYTHON_MANAGER_AUTOMATIC_INSTALL = $before }
            if ($ran -ne 93) { continue }
            & $command.Source -I -S $engine $words
            return
        }
    }

    # 4 no Python
    $install = 'install Python 3.11 or newer'
    if (Get-Command -Name uv -CommandType Application -TotalCount 1 -ErrorAction Ignore) { $install = 'uv python install' }
    $tried = ''
    if ($env:WORKROOT_PYTHON) { $tried = 'WORKROOT_PYTHON, ' }
    [Console]::Error.WriteLine("workroot: no Python 3.11 or newer runs here; tried ${tried}python3, python, py and python3.N on PATH")
    [Console]::Error.WriteLine("  $install, or set WORKROOT_PYTHON to one")
    $global:LASTEXITCODE = 2
} @args
exit $global:LASTEXITCODE
