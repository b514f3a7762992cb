# shellcheck shell=sh
# Gives the shell that sources it the session of a workroot:  . ./bootstrap.sh
# PATH, VIRTUAL_ENV, REPO, WORKROOT, PYTHONDONTWRITEBYTECODE, a prompt, and `deactivate`, which takes all of it back.
# Settings, each on a line of its own before: export REPO=~/src/pipeline (makes this directory a workroot for that repo),
# WORKROOT_QUIET=1, WORKROOT_CHECK=1 (prove it anew), WORKROOT_VENV=name, WORKROOT_PYTHON=python, WORKROOT_KIT=directory.
_workroot_kit= # where the kit is; empty in the kit itself, whose workroot is the current directory

# 1 where the workroot is; where the shell can tell at once and the session holds, nothing further is read
_workroot_answer=
_workroot_self=${BASH_SOURCE-}
case ${ZSH_EVAL_CONTEXT-}:$0 in (*file:*/bootstrap.sh) _workroot_self=$0 ;; (":$_workroot_self") _workroot_self= ;; (*) ;; esac
if [ -z "$_workroot_self" ] && [ ./bootstrap.sh -ef /proc/self/fd/11 ]; then _workroot_self=./bootstrap.sh; fi # dash
_workroot_root=${_workroot_kit:+${_workroot_self%/*}}
_workroot_root=${_workroot_root:-.}
case $_workroot_self in
    ([./]*/bootstrap.sh)
        _workroot_path=$_workroot_root/.workroot/session.${ZSH_VERSION+z}${BASH_VERSION+ba}sh
        if [ -r "$_workroot_path" ] && [ ! -L "$_workroot_self" ]; then . "$_workroot_path"; fi ;;
    (*) ;;
esac
if [ "$_workroot_answer" = applied ]; then
    \unset _workroot_self _workroot_kit _workroot_root _workroot_answer
    \return 0
fi
_workroot_self=${BASH_SOURCE-}
if [ -n "${ZSH_VERSION-}" ]; then
    \eval '_workroot_self=${(%):-%x}' # which spells control characters out
    if [ ! -e "$_workroot_self" ]; then _workroot_self=$0; fi
elif [ "${KSH_VERSION-}" != "${KSH_VERSION+${KSH_VERSION#V}}" ]; then
    \eval '_workroot_self=${.sh.file}'
elif [ -z "$_workroot_self" ] && [ ! "$0" -ef ./bootstrap.sh ]; then # dash, mksh, busybox: the running file is an open one
    for _workroot_root in 11 10 12 3 13 4 14 5 15 24 25 26; do
        if [ ./bootstrap.sh -ef "/proc/self/fd/$_workroot_root" ]; then _workroot_self=./bootstrap.sh && \break; fi
    done
fi
if [ -z "$_workroot_self" ] || [ -L "$_workroot_self" ]; then
    _workroot_self=$(\command sh -c 'for file in "$1" /proc/$PPID/fd/*; do
        case $(readlink -f -- "$file") in (*/bootstrap.sh) self=$file ;; esac
        [ "$file" != "$1" ] || [ -z "$1" ] || break
    done; readlink -f -- "${self-./bootstrap.sh}"' sh "$_workroot_self" 2>/dev/null)
fi
case $_workroot_self in (/*) ;; (*) _workroot_self=./$_workroot_self ;; esac
if [ -n "$_workroot_kit" ]; then
    _workroot_root=${_workroot_self%/*}
    case $_workroot_kit in (/* | ?:*) ;; (*) _workroot_kit=$_workroot_root/$_workroot_kit ;; esac
    _workroot_kit=${WORKROOT_KIT:-$_workroot_kit}
else
    _workroot_root=.
    _workroot_kit=${_workroot_self%/*}
fi
if [ "${0##*/}${ZSH_EVAL_CONTEXT-toplevel}" = bootstrap.shtoplevel ] && [ "$0" -ef "$_workroot_self" ]; then
    \echo 'workroot: source this file: . ./bootstrap.sh' >&2
    \exit 2
fi

# 2 a session that still holds
if [ -z "$_workroot_answer" ] && [ -r "$_workroot_root/.workroot/session.sh" ]; then . "$_workroot_root/.workroot/session.sh"; fi
if [ "$_workroot_answer" = applied ]; then
    \unset _workroot_self _workroot_kit _workroot_root _workroot_answer
    \return 0
fi

# 3 prove it anew; Ctrl-C ends this subshell only (ksh93 does so by itself, and hangs where there is a trap)
if [ -n "$_workroot_answer" ]; then
    :
elif [ ! -r "$_workroot_kit/setup.sh" ]; then
    (\command printf 'workroot: no kit at %s\n  set WORKROOT_KIT to it, or correct the line _workroot_kit= in %s\n' "$_workroot_kit" "$_workroot_self" >&2)
elif (case ${KSH_VERSION-} in (V*) ;; (*) \trap 'exit 130' INT ;; esac; \command sh "$_workroot_kit/setup.sh" session "$_workroot_root"); then
    _workroot_answer=proved
    . "$_workroot_root/.workroot/session.sh"
fi

# 4 the session
case $_workroot_answer in
    (applied | '') ;;
    (*) (\command sh "$_workroot_kit/setup.sh" session "$_workroot_root" --refused "$_workroot_answer") || : ;;
esac
case $_workroot_answer in
    (applied) \unset _workroot_self _workroot_kit _workroot_root _workroot_path _workroot_answer ;;
    (*)
        \unset _workroot_self _workroot_kit _workroot_root _workroot_path _workroot_answer
        # shellcheck disable=SC2317 # under set -e a plain return ends dash, whoever asks, and this one goes unseen in ksh93
        case ${KSH_VERSION-} in (V*) \return 1 ;; (*) \return 1 || : ;; esac ;;
esac
