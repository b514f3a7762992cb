# shellcheck shell=sh
# Written by workroot; session.sh sources it where there is, or may be, a function or alias named deactivate.
if \alias deactivate >/dev/null 2>&1; then
    _workroot_answer='alias deactivate'
elif ! (__PROBE__ && \unset -f deactivate && \unset __OLD_NAMES__) 2>/dev/null; then
    _workroot_answer=readonly
elif [ -n "${_WORKROOT_OLD_PATH_SET+x}" ]; then
    deactivate 2>/dev/null || _workroot_answer=readonly # of a session of ours, which says no where it cannot leave whole
elif PATH=/dev/null \command -v deactivate >/dev/null; then
    deactivate || :
fi
