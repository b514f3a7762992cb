# The user tier for PowerShell, dot-sourced from the profile: your own packages first on PATH, behind an activated environment.
#
# Read at every start of a PowerShell, where each construct costs at its first use: what most starts need stands first, spelled
# in the fewest (a variable, -split and a loop were half of it); the rest is a block that is compiled only where it runs. No
# cmdlet: the first one of a module costs 0.1 s.
& {
    # nothing is active, the venv has a Python, and PATH has no entry of it yet
    if ($env:VIRTUAL_ENV) {
    } elseif ([IO.File]::Exists("$HOME/.local/python-packages/venv/bin/python")) {
        if (":${env:PATH}:".Contains(":$HOME/.local/python-packages/venv/bin:")) {
        } elseif (":${env:PATH}:".Contains(":$HOME/.local/bin:")) {
            $env:PATH = "$HOME/.local/python-packages/venv/bin:${env:PATH}"
            return
        } else {
            $env:PATH = "$HOME/.local/python-packages/venv/bin:$HOME/.local/bin:${env:PATH}"
            return
        }
    }

    # else: the venv as long as it has a Python; pyctl in any case, as it can make the venv again
    & {
        $separator = ':'
        $local = "$HOME/.local/bin"
        $own = @("$HOME/.local/python-packages/venv/bin")
        $python = "$HOME/.local/python-packages/venv/bin/python"
        $active = "$env:VIRTUAL_ENV/bin"
        if ("$env:OS" -ceq 'Windows_NT') {
            $separator = ';'
            $local = "$HOME\.local\bin"
            # the pip of the first one records
            $own = @("$HOME\.local\python-packages\bin", "$HOME\.local\python-packages\venv\Scripts")
            $python = "$HOME\.local\python-packages\venv\Scripts\python.exe"
            $active = "$env:VIRTUAL_ENV\Scripts"
        }
        $more = @()
        if ([IO.File]::Exists($python)) { $more = $own } elseif (-not [IO.File]::Exists("$local/pyctl")) { return }
        $first = @()
        $rest = @()
        foreach ($entry in $env:PATH -split $separator) {
            if ($own -contains $entry) { continue }
            $rest += $entry
            if ($env:VIRTUAL_ENV -and $entry -eq $active -and $first.Count -eq 0) {
                $first = $rest
                $rest = @()
            }
        }
        if (($first + $rest) -notcontains $local) { $more += $local }
        $env:PATH = ($first + $more + $rest) -join $separator
    }
}
