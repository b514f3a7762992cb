# Written by workroot, replaced whole when the session is proved anew; bootstrap.fish sources it with _workroot_root set and
# _workroot_answer '' or 'proved'. Leaves there '' (stale), 'applied', or what the shell forbids. What it sets by -l goes with it.

# 1 is the proof still true? each letter leads to what it looked at, the same with a point bears that one's exact time
set -l _workroot_path $_workroot_root/.workroot/proof/__PROOF__
if test "$_workroot_answer" != proved; and not test __HOLDS__ 2>/dev/null
    return 0
end

# 2 leave another session, and keep what was; of PATH that is how it is set, and its entries
__PROBE__
set _workroot_answer ''
if builtin functions -q deactivate
    deactivate
end
set -l _workroot_old_path -gx $PATH
set -l _workroot_kept
set _workroot_path __ENTRIES__ $PATH
set -qg __NAMES__
if test $status -lt __COUNT__; or __PRESENT__; or not set -qgx PATH
    eval __KEEP__
end

# 3 apply, all or nothing; the way back stays text until it is called: a shell parses all that it reads
set -gx PATH $_workroot_path
__SET__
function deactivate -d 'End the session of a workroot' -V _workroot_path -V _workroot_old_path -V _workroot_kept
    eval __DEACTIVATE__
end
set _workroot_answer applied

# 4 prompt and the way back, whose text was put down above; a script shows none, as it has no PS1 in sh
if not status is-interactive
    return 0
end
if test -z "$VIRTUAL_ENV_DISABLE_PROMPT"
    function _workroot_name
        builtin echo '__NAME__'
    end
    if builtin functions -c fish_prompt _workroot_prompt 2>/dev/null
        or begin
            # The name is taken where the person has changed the prompt since. It stays where theirs shows ours as a part.
            builtin functions -q fish_prompt _workroot_prompt
            and not string match -q '*(__NAME__) *' -- "$(fish_prompt)"
            and builtin functions -e _workroot_prompt
            and builtin functions -c fish_prompt _workroot_prompt
        end
        function fish_prompt
            # Before anything else is run, as it may show the status of what was typed last.
            set -l prompt "$(_workroot_prompt)"
            builtin functions -q _workroot_name; and set prompt "($(_workroot_name)) $prompt"
            builtin printf %s $prompt
        end
    end
end
if test -z "$WORKROOT_QUIET"
    builtin printf '%s\n' __READY__ >&2
end
