# Gives the fish that sources it the session of a workroot:  . ./bootstrap.fish
# PATH, VIRTUAL_ENV, REPO, WORKROOT, PYTHONDONTWRITEBYTECODE, a prompt, and `deactivate`, which takes all of it back.
# Settings, each on a line of its own before: set -gx REPO ~/src/pipeline (makes this directory a workroot for that repo),
# WORKROOT_QUIET 1, WORKROOT_CHECK 1 (prove it anew), WORKROOT_VENV name, WORKROOT_PYTHON python, WORKROOT_KIT directory.
# For fish 3.4 and newer; before 3.6 `test` compares no times, and each session is proved anew.
set -l _workroot_kit '' # where the kit is; empty in the kit itself, whose workroot is the current directory

# 1 where the workroot is; a function of the person's may be called as a builtin is, but for those that fish reserves
if not status is-block
    builtin echo 'workroot: source this file: . ./bootstrap.fish' >&2
    exit 2
end
set -l _workroot_self "$(status filename)"
if test -L $_workroot_self
    set _workroot_self "$(builtin realpath $_workroot_self)"
end
set -l _workroot_root
switch $_workroot_self
    case bootstrap.fish ./bootstrap.fish
        set _workroot_root .
    case '*' # no command substitution, which would make two of a name with a line end; without a slash ahead it may begin with -
        string match -q '/*' -- $_workroot_self; or set _workroot_self ./$_workroot_self
        string match -qr '(?s)^(?<_workroot_root>.*)/' -- $_workroot_self
end
if test -z "$_workroot_kit"
    set _workroot_kit $_workroot_root
    set _workroot_root .
else if test -n "$WORKROOT_KIT"
    set _workroot_kit $WORKROOT_KIT
else if string match -qv '/*' -- $_workroot_kit
    set _workroot_kit $_workroot_root/$_workroot_kit
end

# 2 a session that still holds
set -l _workroot_answer ''
set -l _workroot_session $_workroot_root/.workroot/session.fish
if test -r $_workroot_session
    builtin source $_workroot_session
    if test "$_workroot_answer" = applied
        return 0
    end
end

# 3 prove it anew; the engine writes its hints for the shell that it is told of
if test -z "$_workroot_answer"; and not test -r $_workroot_kit/setup.sh
    builtin printf 'workroot: no kit at %s\n  set WORKROOT_KIT to it, or correct the line set -l _workroot_kit in %s\n' \
        $_workroot_kit $_workroot_self >&2
else if test -z "$_workroot_answer"; and WORKROOT_SHELL=fish command sh $_workroot_kit/setup.sh session $_workroot_root
    set _workroot_answer proved
    builtin source $_workroot_session
end

# 4 the session
switch "$_workroot_answer"
    case applied
        return 0
    case '' # the engine has said why
    case '*' # what the shell forbids; from fish 4 on a ? stands for itself
        WORKROOT_SHELL=fish command sh $_workroot_kit/setup.sh session . --refused $_workroot_answer
end
return 1
