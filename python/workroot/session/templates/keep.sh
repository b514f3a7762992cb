# shellcheck shell=sh
# Written by workroot; session.sh sources it where a name that it sets is set already, PATH holds what it adds or is not
# exported. No program is run here, so a probe may lead PATH nowhere.
if [ -n "$_workroot_answer" ]; then
    :
elif _workroot_answer=$(\exec 2>/dev/null; __PROBE__ && \unset __OLD_NAMES__ && \export -p); then
    \unset __OLD_NAMES__ # an environment that inherited them has them from nobody
    # A session whose directories are on PATH no more has ended, as where a login shell began PATH anew: its words are nobody's.
    case ${WORKROOT:+w}${VIRTUAL_ENV:+v}:$_workroot_path: in
        (wv*:"${WORKROOT-}/.workroot/bin":* | wv*:"${VIRTUAL_ENV-}/bin":*) ;;
        (wv*)
            if [ "$WORKROOT" != __ROOT__ ]; then \unset REPO; fi
            \unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT WORKROOT
            __ENDED__ ;;
        (*) ;;
    esac
    _workroot_path=:$_workroot_path:
    for _WORKROOT_OLD_PATH_SET in "${VIRTUAL_ENV:+$VIRTUAL_ENV/bin}" "${WORKROOT:+$WORKROOT/.workroot/bin}" __ENTRIES__; do
        while case $_WORKROOT_OLD_PATH_SET:$_workroot_path in (:*) false ;; (*:*":$_WORKROOT_OLD_PATH_SET:"*) ;; (*) false ;; esac; do
            _workroot_path=${_workroot_path%%":$_WORKROOT_OLD_PATH_SET:"*}:${_workroot_path#*":$_WORKROOT_OLD_PATH_SET:"}
        done
    done
    _workroot_path=${_workroot_path#:}
    _workroot_path=${_workroot_path%:}
    # What is kept of a variable is x and its value when `export -p` lists it, in the spelling of any of the six shells (zsh: -T for
    # PATH), else - and it.
    for _WORKROOT_OLD_PATH_SET in PATH __NAMES__; do
        if \eval "[ -n \"\${$_WORKROOT_OLD_PATH_SET+x}\" ]"; then
            case $_workroot_answer in
                (*" $_WORKROOT_OLD_PATH_SET=_workroot_"* | *" $_WORKROOT_OLD_PATH_SET=\"_workroot_"* | \
                    *" $_WORKROOT_OLD_PATH_SET='_workroot_"* | *" -T $_WORKROOT_OLD_PATH_SET "*"( _workroot_ "*)
                    \eval "_WORKROOT_OLD_$_WORKROOT_OLD_PATH_SET=x\$$_WORKROOT_OLD_PATH_SET" ;;
                (*) \eval "_WORKROOT_OLD_$_WORKROOT_OLD_PATH_SET=-\$$_WORKROOT_OLD_PATH_SET" ;;
            esac
        fi
    done
    _workroot_answer=
else
    _workroot_answer=readonly
fi
