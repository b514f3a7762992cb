# shellcheck shell=sh
# Takes entries out of a value like PATH's; part of keep.sh and deactivate.sh.
__VARIABLE__=:$__VARIABLE__:
for _WORKROOT_OLD_PATH_SET in __ENTRIES__; do
    while case $_WORKROOT_OLD_PATH_SET:$__VARIABLE__ in (:*) false ;; (*:*":$_WORKROOT_OLD_PATH_SET:"*) ;; (*) false ;; esac; do
        __VARIABLE__=${__VARIABLE__%%":$_WORKROOT_OLD_PATH_SET:"*}:${__VARIABLE__#*":$_WORKROOT_OLD_PATH_SET:"}
    done
done
__VARIABLE__=${__VARIABLE__#:}
__VARIABLE__=${__VARIABLE__%:}
