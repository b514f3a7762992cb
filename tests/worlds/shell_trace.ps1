# What this PowerShell is now, for shell_trace.py: sections of lines, in the order of the names. No cmdlet and no module, which a
# preference of the person's may forbid; what this file itself has is left out by its names.
param([string] $To)
$seen_lines = [Collections.Generic.List[string]]::new()
$seen_mine = 'seen_lines', 'seen_mine', 'seen_drive', 'seen_item', 'seen_name', 'seen_text', 'To', 'PSBoundParameters', 'MyInvocation',
    'PSScriptRoot', 'PSCommandPath', 'Error', 'StackTrace', 'args', 'input', '_', '?', '^', '$', 'foreach', 'switch', 'Matches', 'this',
    'ExecutionContext', 'NestedPromptLevel', 'PSItem', 'failed'
foreach ($seen_drive in 'variable', 'function', 'alias') {
    foreach ($seen_item in $ExecutionContext.InvokeProvider.ChildItem.Get("${seen_drive}:", $false)) {
        $seen_name = $seen_item.Name
        if ($seen_drive -ceq 'variable' -and $seen_mine -ccontains $seen_name) { continue }
        if ($seen_drive -ceq 'variable') { $seen_text = "$($seen_item.Value)" } else { $seen_text = $seen_item.Definition }
        $seen_text += " $($seen_item.Options)"
        $seen_lines.Add("$seen_drive $seen_name=" + $seen_text.Replace("`r", '').Replace("`n", '\n'))
    }
    $seen_lines.Add('@@')
}
foreach ($seen_name in [Environment]::GetEnvironmentVariables().Keys) {
    $seen_lines.Add("$seen_name=" + [Environment]::GetEnvironmentVariable($seen_name).Replace("`n", '\n'))
}
$seen_lines.Add('@@')
try { $null = $seen_nowhere; $seen_lines.Add('strict off') } catch { $seen_lines.Add('strict on') }
$seen_lines.Add("at $PWD")
$seen_lines.Add("process at $([Environment]::CurrentDirectory)")
$seen_lines.Add("reads $([Console]::InputEncoding.WebName) writes $([Console]::OutputEncoding.WebName)")
$seen_lines.Add("culture $([Threading.Thread]::CurrentThread.CurrentCulture.Name)")
[IO.File]::WriteAllLines($To, $seen_lines)
