# shellcheck shell=ksh
# What ksh93 and mksh spell in their own way; see dialect.sh. The version of ksh93 begins with V.

#: LIVE
\typeset -f +t deactivate || \alias deactivate >/dev/null 2>&1

#: ODD
# mksh exports it from the start. In ksh93 ${ } is no process, but would export IFS below `set -a`, where PATH is exported anyway.
[[ $KSH_VERSION == V* && ! -o allexport ]] && case ${ \export -p; } in (*" PATH="*) false ;; (*) ;; esac

#: UNEXPORT
\typeset +x PATH

#: SAY
# The printf of mksh is a program.
\print -r --

#: PROMPT
# mksh R59 ends at an error behind `command eval`, not behind `command typeset`.
case $KSH_VERSION in (V*) __SH_PROMPT__ ;; (*) { \command typeset -g PS1="(__NAME__) $PS1"; } 2>/dev/null || : ;; esac
