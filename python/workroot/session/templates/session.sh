# shellcheck shell=__SHELL__
# Written by workroot, replaced whole when the session is proved anew; bootstrap.sh sources it with _workroot_root set and
# _workroot_answer '' or 'proved'. Always returns 0 and leaves there '' (stale), 'applied', or what the shell forbids.

# 1 is the proof still true? each letter leads to what it looked at, the same with a point bears that one's exact time
_workroot_path=$_workroot_root/.workroot/proof/__PROOF__
if __STALE__; then
    \unset _workroot_path
    \return 0
fi

# 2 leave another session
_workroot_answer=
_workroot_path=${PATH-}
if PATH=/dev/null \command -v deactivate >/dev/null; then
    if [ ! -r __LEAVE__ ]; then \return 0; fi
    . __LEAVE__
fi
case __ANY_SET__:$_workroot_path: in (x* | __PRESENT__)
    if [ ! -r __KEEP__ ]; then \return 0; fi
    . __KEEP__ ;;
esac
if [ -n "$_workroot_answer" ]; then
    \unset _workroot_path
    \return 0
fi

# 3 apply
_WORKROOT_OLD_PATH=${PATH+x$PATH}
PATH=__PATH__${_workroot_path:+:$_workroot_path}
_WORKROOT_OLD_PATH_SET=$PATH
__SET__
\unset _workroot_path

# 4 prompt and the way back, which stays text until it is called: a shell parses all that it reads
if [ -n "${PS1+x}" ] && [ -z "${VIRTUAL_ENV_DISABLE_PROMPT-}" ]; then PS1="(__NAME__) $PS1"; fi
deactivate() { \eval __DEACTIVATE__; }
_workroot_answer=applied
case $-:${WORKROOT_QUIET-} in (*i*:) \echo '__READY__' >&2 ;; esac
