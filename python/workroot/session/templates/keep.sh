# shellcheck shell=sh
# Written by workroot; session.sh sources it where a name that it sets is set already, or PATH holds what it adds. What is kept
# of a variable is x and its value when `export -p` lists it, in any of the six shells' spellings, else - and its value.
if [ -n "$_workroot_answer" ]; then
    :
elif _workroot_answer=$(\exec 2>/dev/null; __PROBE__ && \export -p); then
    __REMOVE__
    for _WORKROOT_OLD_PATH in __NAMES__; do
        if \eval "[ -n \"\${$_WORKROOT_OLD_PATH+x}\" ]"; then
            case $_workroot_answer in
                (*" $_WORKROOT_OLD_PATH=_workroot_"* | *" $_WORKROOT_OLD_PATH=\"_workroot_"* | *" $_WORKROOT_OLD_PATH='_workroot_"*)
                    \eval "_WORKROOT_OLD_$_WORKROOT_OLD_PATH=x\$$_WORKROOT_OLD_PATH" ;;
                (*) \eval "_WORKROOT_OLD_$_WORKROOT_OLD_PATH=-\$$_WORKROOT_OLD_PATH" ;;
            esac
        fi
    done
    _workroot_answer=
else
    _workroot_answer=readonly
fi
