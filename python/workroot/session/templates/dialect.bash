# shellcheck shell=bash
# What bash spells in its own way; see dialect.sh.

#: LIVE
# Turning off what is off for a function asks for it without a word; a redirection would cost as much as ten files looked at.
\declare -f +t deactivate || [[ $BASH_VERSION < 4 || -n ${BASH_ALIASES[deactivate]-} ]]

#: ODD
# x is exported, r readonly. What cannot tell (3.2 is what macOS has) takes the way that costs a fork.
[[ $BASH_VERSION < 4.4 || ${PATH+${PATH@a}} != x ]]

#: EXPORT
# `export NAME=...` of a readonly name would leave it marked as exported.
{ \command eval __ASSIGNING__ && \command export PATH __GIVEN__; } 2>/dev/null

#: UNEXPORT
\export -n PATH
