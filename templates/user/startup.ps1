# The user tier for PowerShell, dot-sourced from the profile: your own packages first on PATH, behind an activated environment.
& {
    $windows = $PSVersionTable.PSVersion.Major -lt 6 -or $IsWindows
    $packages = [IO.Path]::Combine($HOME, '.local', 'python-packages')
    $scripts = 'bin'
    if ($windows) { $scripts = 'Scripts' }
    $venvBin = [IO.Path]::Combine($packages, 'venv', $scripts)
    if (-not [IO.Directory]::Exists($venvBin)) { return }
    $ours = @($venvBin)
    if ($windows) { $ours = @([IO.Path]::Combine($packages, 'bin'), $venvBin) }
    $local = [IO.Path]::Combine($HOME, '.local', 'bin')
    $separator = [string][IO.Path]::PathSeparator
    $entries = @(foreach ($entry in "$env:PATH".Split([char]$separator)) { if ($ours -notcontains $entry) { $entry } })
    $more = @()
    if ($entries -notcontains $local) { $more = @($local) }
    $active = ''
    if ($env:VIRTUAL_ENV) { $active = [IO.Path]::Combine($env:VIRTUAL_ENV, $scripts) }
    $path = @()
    if (-not $active -or $entries -notcontains $active) { $path = $ours + $more; $active = '' }
    foreach ($entry in $entries) {
        $path += $entry
        if ($active -and $entry -eq $active) { $path += $ours + $more; $active = '' }
    }
    $env:PATH = $path -join $separator
}
