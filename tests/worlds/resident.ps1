<#
.SYNOPSIS
Plays scripts one after another, each in a runspace of its own: its variables, functions, aliases, preferences and modules are new.
.DESCRIPTION
Reads from a pipe a directory a line, which holds `script`, `environ` (NAME=VALUE, each ended by a zero byte) and `cwd`. What is
played writes to this process' stdout and stderr; then $env:WORKROOT_TEST_MARK and the status, and the mark, are written there.
.NOTES
The environment is the process' own, so it is made anew for each. A script that says `exit` would end this process.
#>
param([string] $Pipe, [string] $Mark)
$own = [IO.Path]::GetDirectoryName([Environment]::ProcessPath)
foreach ($directory in [IO.File]::ReadLines($Pipe)) {
    # 1 the environment that a new process would have
    foreach ($name in @([Environment]::GetEnvironmentVariables().Keys)) {
        [Environment]::SetEnvironmentVariable($name, [NullString]::Value)
    }
    foreach ($pair in [IO.File]::ReadAllText("$directory/environ").Split([char]0, [StringSplitOptions]::RemoveEmptyEntries)) {
        $name, $value = $pair.Split([char]'=', 2)
        [Environment]::SetEnvironmentVariable($name, $value)
    }
    $env:PATH = "${own}:${env:PATH}" # as it does itself when it starts
    $env:PSModulePath = [IO.Path]::Combine($own, 'Modules')
    [Environment]::CurrentDirectory = [IO.File]::ReadAllText("$directory/cwd")

    # 2 play, as `pwsh -Command` does
    $status = 0
    $runspace = [RunspaceFactory]::CreateRunspace($Host, [InitialSessionState]::CreateDefault2())
    $runspace.Open()
    $shell = [PowerShell]::Create()
    $shell.Runspace = $runspace
    $null = $shell.AddScript([IO.File]::ReadAllText("$directory/script"), $false)
    $shell.Commands.Commands[0].MergeMyResults('Error', 'Output')
    $null = $shell.AddCommand('Out-Default')
    try {
        $null = $shell.Invoke()
    } catch {
        $status = 1
        [Console]::Error.WriteLine("$($_.Exception.InnerException.ErrorRecord)")
    }
    $shell.Dispose()
    $runspace.Dispose()

    # 3 the end of what it said
    [Console]::Out.Write("$Mark$status`n")
    [Console]::Error.Write("$Mark`n")
}
