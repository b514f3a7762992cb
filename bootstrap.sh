# shellcheck shell=sh
# Gives the shell that sources it the session of a workroot:  . ./bootstrap.sh
# PATH, VIRTUAL_ENV, REPO, WORKROOT, PYTHONDONTWRITEBYTECODE, a prompt, and `deactivate`, which takes all of it back.
# Settings, each on a line of its own before: export REPO=~/src/pipeline (makes this directory a workroot for that repo),
# WORKROOT_QUIET=1, WORKROOT_CHECK=1 (prove it anew), WORKROOT_VENV=name, WORKROOT_PYTHON=python, WORKROOT_KIT=directory.
_workroot_kit= # where the kit is; empty in the kit itself, whose workroot is the current directory
_workroot_forget='\unset _workroot_kit _workroot_self _workroot_root _workroot_session _workroot_path _workroot_answer _workroot_forget'

# 1 where the workroot is; each shell tells the path of this file in its own way
case ${BASH_VERSION:+bash}${ZSH_VERSION:+zsh}${KSH_VERSION-} in
    (bash*) _workroot_session=session.bash _workroot_self=${BASH_SOURCE-} ;;
    (zsh*) _workroot_session=session.zsh _workroot_self=$0 ;; # under some options that is zsh itself: see below
    (V*) \eval '_workroot_session=session.ksh _workroot_self=${.sh.file}' ;; # ksh93; the version of mksh begins with @
    (*) # dash, mksh and busybox do not tell, but hold the file open: at the first free number from 10 on, after a terminal,
        # the script that they run and what is redirected. Where that script has this name as well: see below.
        _workroot_session=session.${KSH_VERSION+k}sh _workroot_self=
        for _workroot_path in 11 12 13 14 15 10; do
            if [ ./bootstrap.sh -ef "/proc/self/fd/$_workroot_path" ]; then _workroot_self=./bootstrap.sh && \break; fi
        done
        case ${0##*/} in (bootstrap.sh) _workroot_self= ;; (*) ;; esac ;;
esac
case $_workroot_kit in ('') _workroot_root=. ;; (*) _workroot_root=${_workroot_self%/*}/. ;; esac

# 2 a session that still holds
_workroot_answer=
case ${ZSH_EVAL_CONTEXT-${0##*/}}:$_workroot_self in
    (toplevel:* | bootstrap.sh:*) ;; # executed, it may be
    (*/bootstrap.sh) _workroot_path=$_workroot_root/.workroot/$_workroot_session
        if [ -r "$_workroot_path" ] && [ ! -L "$_workroot_self" ]; then . "$_workroot_path"; fi ;;
    (*) ;;
esac
if [ "$_workroot_answer" = applied ]; then \eval "$_workroot_forget"; \return 0; fi
case $_workroot_session:$_workroot_self in # there is none, or the shell did not tell; from here on it costs processes
    (*.zsh:*) # right under every option, but with control characters spelled out, which $0 has as they are
        \eval '_workroot_path=${(%):-%x}' && if [ -e "$_workroot_path" ]; then _workroot_self=$_workroot_path; fi ;;
    (*:) # the last open file of this name
        _workroot_self=$(\command sh -c 'for file in /proc/$PPID/fd/*; do
            case $(readlink -- "$file") in (*/bootstrap.sh) self=$(readlink -f -- "$file") ;; esac
        done; printf %s "${self-./bootstrap.sh}"' 2>/dev/null) || : ;;
    (*) ;;
esac
if [ -L "$_workroot_self" ]; then _workroot_self=$(\command readlink -f -- "$_workroot_self") || :; fi
case $_workroot_self in (*/*) ;; (*) _workroot_self=./$_workroot_self ;; esac
if [ "${0##*/}${ZSH_EVAL_CONTEXT-toplevel}" = bootstrap.shtoplevel ] && [ "$0" -ef "$_workroot_self" ]; then
    \echo 'workroot: source this file: . ./bootstrap.sh' >&2
    \exit 2
fi
case $_workroot_kit in (/* | ?:*) ;; (*) _workroot_kit=${_workroot_self%/*}/$_workroot_kit ;; esac
if [ "$_workroot_root" != . ]; then _workroot_root=${_workroot_self%/*}/. _workroot_kit=${WORKROOT_KIT:-$_workroot_kit}; fi
_workroot_session=$_workroot_root/.workroot/$_workroot_session
if [ -z "$_workroot_answer" ] && [ -r "$_workroot_session" ]; then . "$_workroot_session"; fi

# 3 prove it anew; Ctrl-C ends this subshell only (ksh93 does so by itself, and hangs where there is a trap)
if [ -z "$_workroot_answer" ] && [ ! -r "$_workroot_kit/setup.sh" ]; then
    (\command printf 'workroot: no kit at %s\n  set WORKROOT_KIT to it, or correct the line _workroot_kit= in %s\n' \
        "$_workroot_kit" "$_workroot_self" >&2)
elif [ -z "$_workroot_answer" ] && (case ${KSH_VERSION-} in (V*) ;; (*) \trap 'exit 130' INT ;; esac
    \command sh "$_workroot_kit/setup.sh" session "$_workroot_root"); then
    _workroot_answer=proved
    . "$_workroot_session"
fi

# 4 the session
case $_workroot_answer in
    (applied) \eval "$_workroot_forget" ;;
    (*) [ -z "$_workroot_answer" ] || (\command sh "$_workroot_kit/setup.sh" session . --refused "$_workroot_answer") || :
        \eval "$_workroot_forget"
        # shellcheck disable=SC2317 # under set -e a plain return ends dash, whoever asks, and this one goes unseen in ksh93
        case ${KSH_VERSION-} in (V*) \return 1 ;; (*) \return 1 || : ;; esac ;;
esac
