# shellcheck shell=__SHELL__
# Written by workroot, replaced whole when the session is proved anew; bootstrap.sh sources it with _workroot_root set and
# _workroot_answer '' or 'proved'. Always returns 0 and leaves there '' (stale), 'applied', or what the shell forbids.

# 1 is the proof still true? each letter leads to what it looked at, the same with a point bears that one's exact time
_workroot_path=$_workroot_root/.workroot/proof/__PROOF__
if __STALE__; then \return 0; fi

# 2 leave another session, and keep what was
_workroot_answer=
if __LIVE__; then
    if [ ! -r __LEAVE__ ]; then \return 0; fi
    . __LEAVE__
fi
_workroot_path=${PATH-/usr/bin:/bin}
if __ODD__ || case __ANY_SET__:$_workroot_path: in (x* | __PRESENT__) ;; (*) false ;; esac; then
    if [ ! -r __KEEP__ ]; then \return 0; fi
    . __KEEP__
fi
if [ -n "$_workroot_answer" ]; then \return 0; fi

# 3 apply, all or nothing; the way back stays text until it is called: a shell parses all that it reads
_WORKROOT_OLD_PATH=${_WORKROOT_OLD_PATH-${PATH+x$PATH}}
_WORKROOT_OLD_PATH_SET=__PATH__${_workroot_path:+:$_workroot_path}
deactivate() { \eval __DEACTIVATE__; }
if __EXPORT__; then
    _workroot_answer=applied
else
    _workroot_answer=readonly
    deactivate
    \return 0
fi
__UNSET__

# 4 prompt and the way back, whose text was put down above
if [ -n "${PS1+x}" ] && [ -z "${VIRTUAL_ENV_DISABLE_PROMPT-}" ]; then __PROMPT__; fi
case $-:${WORKROOT_QUIET-} in (*i*:) __SAY__ __READY__ >&2 ;; esac
