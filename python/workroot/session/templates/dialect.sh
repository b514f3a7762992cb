# shellcheck shell=sh
# What shells spell in their own way: here dash, busybox and whatever else there is. A line `#: NAME` begins the command that
# stands for __NAME__ in session.sh and deactivate.sh; what bash, zsh and ksh have no own spelling for, they take from here.

#: LIVE
# Is there a function or alias called deactivate? A program of that name is none, and a PATH of slow directories is not searched
# for it. An assignment to a readonly PATH ends dash 0.5, but not behind `command eval`: 2 then, 127 where there is none.
{ \command eval 'PATH=/dev/null \command -v deactivate' >/dev/null 2>&1; case $? in (0 | 2) ;; (*) false ;; esac; }

#: ODD
# Is PATH a variable of this shell only, as below `env -i`, or is a name readonly? Where that costs a fork keep.sh finds out, or
# EXPORT does. Of PATH nothing would come of the answer: busybox exports it from the start, and dash 0.5, which does not, keeps
# it exported through all that it has (unset, local, another value), so that it stays so after deactivate.
false

#: EXPORT
# All or a failure, and the shell lives: an assignment to a readonly name ends dash and mksh, one behind `command export` does not.
{ \command export PATH="$_WORKROOT_OLD_PATH_SET" __ASSIGNMENTS__; } 2>/dev/null

#: UNEXPORT
:

#: SAY
# `echo` would read the backslashes in a path.
\printf '%s\n'

#: PROMPT
# Where PS1 is readonly the session has none, and that is all.
{ \command eval 'PS1="(__NAME__) $PS1"'; } 2>/dev/null || :
