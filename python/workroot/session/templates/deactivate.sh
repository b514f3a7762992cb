# shellcheck shell=sh
# The body of `deactivate`, which session.sh holds as text and in few words, as a shell reads them at each start. It needs no
# variables but its own arguments: NAME and VALUEx (or '' for unset), again and again. It asks first whether all of it can be
# taken back; where a session could not be applied (_workroot_answer is readonly) it takes back what was.
\set -- __PAIRS__
if [ "${_workroot_answer-}" != readonly ] && ! (
    while [ $# -gt 0 ]; do \eval "$1= _WORKROOT_OLD_$1=" && \shift 2 || \exit; done
    PATH= _WORKROOT_OLD_PATH= _WORKROOT_OLD_PATH_SET= && case ${PS1-} in (*"(__NAME__) "*) PS1= ;; esac && \unset -f deactivate
) 2>/dev/null; then
    \echo "__READONLY__" >&2
    \return 1
fi
while [ $# -gt 0 ]; do
    if \eval "[ \"\${$1-}\${$1+x}\" = \"\$2\" ]"; then
        \unset "$1"
        \eval "case \${_WORKROOT_OLD_$1-} in
            (x*) $1=\${_WORKROOT_OLD_$1#x} && \export $1 ;;
            (-*) $1=\${_WORKROOT_OLD_$1#-} ;; esac"
    fi
    \unset "_WORKROOT_OLD_$1"
    \shift 2
done
if [ "${PATH-}" = "${_WORKROOT_OLD_PATH_SET-}" ]; then
    case ${_WORKROOT_OLD_PATH-} in ('') \unset PATH ;; (*) PATH=${_WORKROOT_OLD_PATH#?} ;; esac
elif [ "${_workroot_answer-}" != readonly ]; then
    \set -- __ENTRIES__
    PATH=:$PATH:
    while [ $# -gt 0 ]; do
        case $PATH in (*":$1:"*) PATH=${PATH%%":$1:"*}:${PATH#*":$1:"} ;; (*) \shift ;; esac
    done
    PATH=${PATH#:}
    PATH=${PATH%:}
fi
case ${_WORKROOT_OLD_PATH-} in (-*) __UNEXPORT__ ;; esac
case ${PS1-} in (*"(__NAME__) "*) PS1=${PS1%%"(__NAME__) "*}${PS1#*"(__NAME__) "} ;; esac
\unset _WORKROOT_OLD_PATH _WORKROOT_OLD_PATH_SET
\unset -f deactivate
