# shellcheck shell=sh
# The body of `deactivate`, which session.sh holds as text.
if [ "${PATH-}" = "${_WORKROOT_OLD_PATH_SET-}" ]; then
    case ${_WORKROOT_OLD_PATH-} in (x*) PATH=${_WORKROOT_OLD_PATH#x} ;; (*) \unset PATH ;; esac
else
    __REMOVE__
fi
for _WORKROOT_OLD_PATH in __PAIRS__; do
    _WORKROOT_OLD_PATH_SET=${_WORKROOT_OLD_PATH%%=*}
    if \eval "[ \"x=\${$_WORKROOT_OLD_PATH_SET-}\${$_WORKROOT_OLD_PATH_SET+x}\" = \"x=\${_WORKROOT_OLD_PATH#*=}\" ]"; then
        \unset "$_WORKROOT_OLD_PATH_SET" || :
        \eval "case \${_WORKROOT_OLD_$_WORKROOT_OLD_PATH_SET-} in
            (x*) $_WORKROOT_OLD_PATH_SET=\${_WORKROOT_OLD_$_WORKROOT_OLD_PATH_SET#x}; \export $_WORKROOT_OLD_PATH_SET ;;
            (-*) $_WORKROOT_OLD_PATH_SET=\${_WORKROOT_OLD_$_WORKROOT_OLD_PATH_SET#-} ;; esac"
    fi
done
case ${PS1-} in (*"(__NAME__) "*) PS1=${PS1%%"(__NAME__) "*}${PS1#*"(__NAME__) "} ;; esac
\unset __OLD_NAMES__ || :
\unset -f deactivate
