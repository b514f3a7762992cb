# Run by session.fish, which holds it as text, where a name that it sets is set already, PATH holds what it adds or is not
# exported. Of a name that is set _workroot_kept gets: the name, how it is set, how many elements it has, and those.
#
# A session whose directories are on PATH no more has ended, as where a login shell began PATH anew: its words are nobody's.
if test -n "$WORKROOT"; and test -n "$VIRTUAL_ENV"
    and not builtin contains -- $WORKROOT/.workroot/bin $PATH; and not builtin contains -- $VIRTUAL_ENV/bin $PATH
    test "$WORKROOT" = __ROOT__; or set -eg REPO
    set -eg VIRTUAL_ENV VIRTUAL_ENV_PROMPT WORKROOT
    __ENDED__
end
set -l gone __ENTRIES__
test -n "$VIRTUAL_ENV"; and set -a gone $VIRTUAL_ENV/bin
test -n "$WORKROOT"; and set -a gone $WORKROOT/.workroot/bin
set _workroot_path __ENTRIES__
for entry in $PATH
    builtin contains -- $entry $gone; or set -a _workroot_path $entry
end
for name in __NAMES__
    # What is universal stays where it is, below the global one.
    if set -qg $name
        set -l how -gu
        set -qgx $name; and set how -gx
        set -a _workroot_kept $name $how (builtin count $$name) $$name
    end
end
if not set -qg PATH
    set _workroot_old_path
    set -a _workroot_path /usr/bin /bin
else if not set -qgx PATH
    set _workroot_old_path[1] -gu
end
