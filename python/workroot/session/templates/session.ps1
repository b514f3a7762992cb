# Written by workroot and replaced whole whenever the session is proved anew. bootstrap.ps1 dot-sources it with $root and
# $proved set; it answers $true (applied), $false (stale) or the name of what forbids it.
#
# No cmdlet, as the first one of a module costs 0.1 s, and one that changes something obeys -WhatIf and -Confirm as preferences
# of the person's. The rest is spelled with what is cheap at its first use in a PowerShell: no -not, few variables.
& {
    # 1 is the proof still true? what it looked at bears its exact time
    if ($proved) {
    } elseif ($env:WORKROOT_CHECK -or "${env:WORKROOT_VENV}/${env:PYTHONPATH}" -cne __ASKED__ -or
        $root __DIFFERS__ __ROOT__ -or
        __STALE__) {
        return $false
    }

    # 2 leave another session
    if ($alias:deactivate) { return 'alias deactivate' }
    if ($function:deactivate) {
        try { $function:global:deactivate = $function:deactivate } catch { return 'read-only function deactivate' }
        try { $null = deactivate } catch { $null = $_ } # what it leaves on PATH is taken out below
    }

    # 3 apply
    $rest = $env:PATH
    if ($env:VIRTUAL_ENV -or $env:WORKROOT -or $rest __MATCHES__ __PRESENT__) {
        # a session that a parent has, or what stands on PATH for good: each entry once
        $rest = & {
            $gone = @(__ENTRIES__)
            $entries = $rest -split '__SEPARATOR__'
            # A session whose directories are on PATH no more has ended, as where a login shell began PATH anew: its words are
            # nobody's.
            if ($env:VIRTUAL_ENV -and $env:WORKROOT -and $entries __HOLDS_NOT__ "${env:WORKROOT}__STATE_BIN__" -and
                $entries __HOLDS_NOT__ "${env:VIRTUAL_ENV}__VENV_BIN__") {
                if ($env:WORKROOT __DIFFERS__ __ROOT__) { $env:REPO = $null }
                $env:VIRTUAL_ENV = $null
                $env:VIRTUAL_ENV_PROMPT = $null
                $env:WORKROOT = $null
                __ENDED__
            }
            if ($env:VIRTUAL_ENV) { $gone += "${env:VIRTUAL_ENV}__VENV_BIN__" }
            if ($env:WORKROOT) { $gone += "${env:WORKROOT}__STATE_BIN__" }
            @(foreach ($entry in $entries) { if ($gone __HOLDS_NOT__ $entry) { $entry } }) -join '__SEPARATOR__'
        }
    }
    $path = __PATH__
    if ($rest) { $path = "${path}__SEPARATOR__$rest" }
    $old = __OLD__
    $env:PATH = $path
    __SET__

    # 4 prompt and the way back, in one closure: a second one would cost as much as everything else
    $prompt = $null
    if ($env:VIRTUAL_ENV_DISABLE_PROMPT) { } else { $prompt = $function:prompt }
    & {
        $script:shown = { '(__NAME__) ' + (& $prompt) }
        if ($prompt) {
            try { $function:global:prompt = $shown } catch { $script:prompt = $null } # read-only: it stays as it is
        }
        $function:global:deactivate = {
            if ($env:PATH -ceq $path) {
                $env:PATH = $old[0]
            } else {
                $gone = @(__ENTRIES__)
                $env:PATH = @(foreach ($entry in $env:PATH -split '__SEPARATOR__') {
                    if ($gone __HOLDS_NOT__ $entry) { $entry }
                }) -join '__SEPARATOR__'
            }
            __RESTORE__
            if ($prompt -and "$function:prompt" -ceq "$shown") {
                try { $function:global:prompt = $prompt } catch { $null = $_ }
            }
            $ExecutionContext.InvokeProvider.Item.Remove(@('function:deactivate'), $false, $true, $true)
        }
    }.GetNewClosure()
    if ($env:WORKROOT_QUIET) {
    } elseif ([Console]::IsErrorRedirected) {
    } else {
        [Console]::Error.WriteLine(__READY__)
    }
    return $true
}
