# Written by workroot and replaced whole whenever the session is proved anew. bootstrap.ps1 dot-sources it with $proved set;
# it answers $true (applied), $false (stale) or the name of what forbids it.
& {
    # 1 is the proof still true?
    if (-not $proved) {
        if ($env:WORKROOT_CHECK -or "$env:WORKROOT_VENV" -cne __VENV_NAME__) { return $false }
        if ([IO.Path]::GetDirectoryName($PSScriptRoot) __DIFFERS__ __ROOT__) { return $false }
__STALE__
    }

    # 2 leave another session
    if ($alias:deactivate) { return 'alias deactivate' }
    if ($function:deactivate) { $null = deactivate }

    # 3 apply
    $separator = [string][IO.Path]::PathSeparator
    $ours = @(__ENTRIES__)
    $inherited = @("$env:VIRTUAL_ENV" + __VENV_BIN__, "$env:WORKROOT" + __STATE_BIN__)
    $rest = @(foreach ($entry in "$env:PATH".Split([IO.Path]::PathSeparator)) {
        if ($entry -and ($ours + $inherited) __HOLDS_NOT__ $entry) { $entry }
    })
    $path = ($ours + $rest) -join $separator
    $names = @(__NAMES__)
    $values = @(__VALUES__)
    $saved = @(foreach ($name in @('PATH') + $names) {
        $value = [Environment]::GetEnvironmentVariable($name)
        if ($null -eq $value) { [NullString]::Value } else { $value }
    })
    $env:PATH = $path
    for ($i = 0; $i -lt $names.Count; $i++) { [Environment]::SetEnvironmentVariable($names[$i], $values[$i]) }

    # 4 prompt and the way back
    $prompt = $null
    $shown = $null
    if (-not $env:VIRTUAL_ENV_DISABLE_PROMPT) {
        $prompt = $function:prompt
        $shown = { '(__NAME__) ' + (& $prompt) }.GetNewClosure()
        $function:global:prompt = $shown
    }
    $function:global:deactivate = {
        if ($env:PATH -ceq $path) {
            [Environment]::SetEnvironmentVariable('PATH', $saved[0])
        } else {
            $env:PATH = @(foreach ($entry in "$env:PATH".Split([IO.Path]::PathSeparator)) {
                if ($ours __HOLDS_NOT__ $entry) { $entry }
            }) -join $separator
        }
        for ($i = 0; $i -lt $names.Count; $i++) {
            $given = $values[$i]
            if ($given -is [NullString]) { $given = $null }
            if ([Environment]::GetEnvironmentVariable($names[$i]) -ceq $given) { [Environment]::SetEnvironmentVariable($names[$i], $saved[$i + 1]) }
        }
        if ($null -ne $prompt -and "$function:prompt" -ceq "$shown") { $function:global:prompt = $prompt }
        Remove-Item -LiteralPath function:deactivate
    }.GetNewClosure()
    if (-not $env:WORKROOT_QUIET -and [Environment]::UserInteractive -and -not [Console]::IsErrorRedirected) {
        [Console]::Error.WriteLine('__READY__')
    }
    return $true
}
