# shellcheck shell=ksh
# What zsh spells in its own way; see dialect.sh. Its parameters can be asked for their type, and `command` runs programs only.

#: LIVE
# See dialect.bash; the parameter `aliases` would load a module.
\functions +t deactivate || \alias deactivate

#: ODD
# Nothing survives an assignment to a readonly name, so all of them are asked for.
[[ ${(t)PATH-} != *export* || __TYPES__ == *readonly* ]]

#: EXPORT
\builtin export PATH="$_WORKROOT_OLD_PATH_SET" __ASSIGNMENTS__

#: UNEXPORT
\builtin typeset -g +x PATH

#: PROMPT
[[ ${(t)PS1-} == *readonly* ]] || PS1="(__NAME__) $PS1"
