# shellcheck shell=sh
# Written by workroot; session.sh sources it where there is a function or alias named deactivate.
if \alias deactivate >/dev/null 2>&1; then
    _workroot_answer='alias deactivate'
elif (__PROBE__) 2>/dev/null; then
    deactivate || :
    _workroot_path=${PATH-}
else
    _workroot_answer=readonly
fi
