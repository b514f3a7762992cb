# The user tier for PowerShell, dot-sourced from the profile: your own packages first on PATH, behind an activated environment.
#
# Read at every start of a PowerShell, where each construct costs at its first use: what most starts need stands first, spelled
# in few of them; the rest is a block that is compiled only where it runs. No cmdlet: the first one of a module costs 0.1 s.
& {
    $separator = ':'
    $local = "$HOME/.local/bin"
    $venv = "$HOME/.local/python-packages/venv/bin"
    $python = "$venv/python"
    $ours = $venv
    if ("$env:OS" -ceq 'Windows_NT') {
        $separator = ';'
        $local = "$HOME\.local\bin"
        $venv = "$HOME\.local\python-packages\venv\Scripts"
        $python = "$venv\python.exe"
        $ours = "$HOME\.local\python-packages\bin;$venv" # the pip of the first one records
    }

    # nothing is active, and the venv has a Python
    if ("$env:VIRTUAL_ENV" -ceq '') {
        if ([IO.File]::Exists($python)) {
            $more = "$separator$local"
            $rest = ''
            foreach ($entry in $env:PATH -split $separator) {
                if ($entry -ceq $venv) { continue }
                if ("$entry$separator$venv" -ceq $ours) { continue }
                if ("$separator$entry" -ceq $more) { $more = '' }
                $rest = "$rest$separator$entry"
            }
            $env:PATH = "$ours$more$rest"
            return
        }
    }

    # else: the venv as long as it has a Python; pyctl in any case, as it can make the venv again
    & {
        $own = @($ours -split $separator)
        $more = @()
        if ([IO.File]::Exists($python)) { $more = $own } elseif (-not [IO.File]::Exists("$local/pyctl")) { return }
        $active = $null
        if ($env:VIRTUAL_ENV) {
            $active = "$env:VIRTUAL_ENV/bin"
            if ($separator -ceq ';') { $active = "$env:VIRTUAL_ENV\Scripts" }
        }
        $first = @()
        $rest = @()
        foreach ($entry in $env:PATH -split $separator) {
            if ($own -contains $entry) { continue }
            $rest += $entry
            if ($entry -eq $active -and $first.Count -eq 0) {
                $first = $rest
                $rest = @()
            }
        }
        if (($first + $rest) -notcontains $local) { $more += $local }
        $env:PATH = ($first + $more + $rest) -join $separator
    }
}
