# Tab for workroot and pyctl. Written by `workroot completion powershell`; into the profile with it:
#   workroot completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName @(__PROGRAMS__) -ScriptBlock {
    param($word, $line, $at)
    $commands = @{
        __COMMANDS__
    }
    $summaries = @{
        __SUMMARIES__
    }
    $options = @{
        __OPTIONS__
    }
    # what stands before the word that is completed
    $before = @(foreach ($element in $line.CommandElements) { if ($element.Extent.EndOffset -lt $at) { "$element" } })
    $program = [IO.Path]::GetFileNameWithoutExtension($before[0])
    $offered = @()
    if ($before.Count -eq 1 -or ($before.Count -eq 2 -and $before[1] -ceq 'help')) {
        $offered = $commands[$program] -split ' '
    } elseif ("$word".StartsWith('-')) {
        $offered = $options[$before[1]] -split ' '
    }
    # where nothing is offered PowerShell completes names of files
    foreach ($name in $offered) {
        if (-not $name -or -not $name.StartsWith("$word", [StringComparison]::Ordinal)) { continue }
        $said = $name
        if ($summaries[$name]) { $said = $summaries[$name] }
        [Management.Automation.CompletionResult]::new($name, $name, 'ParameterValue', $said)
    }
}
