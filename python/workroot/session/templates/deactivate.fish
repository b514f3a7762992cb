# The body of `deactivate`, which session.fish holds as text. What was comes back, but over nothing that the person set since.
set -l --path given $_workroot_path # in quotes a path is joined by colons, as PATH is
if test "$PATH" = "$given"
    set -eg PATH
    set -q _workroot_old_path[1]; and set $_workroot_old_path[1] PATH $_workroot_old_path[2..]
else
    set -l rest
    for entry in $PATH
        builtin contains -- $entry __ENTRIES__; or set -a rest $entry
    end
    set -gx PATH $rest
end
set -l ours
__OURS__
set -q ours[1]; and set -eg $ours
while set -q _workroot_kept[1]
    set -l name $_workroot_kept[1]
    set -l how $_workroot_kept[2]
    set -l last (builtin math 3 + $_workroot_kept[3])
    # The number comes along, as a list without an element has no first one.
    set -l elements $_workroot_kept[3..$last]
    builtin contains -- $name $ours; and set $how $name $elements[2..]
    set -e _workroot_kept[1..$last]
end
# Another prompt is the person's own, and may show ours as a part of it: that shows no name from now on.
if string match -q '*_workroot_prompt*' -- "$(builtin functions fish_prompt)"
    builtin functions -e fish_prompt
    builtin functions -c _workroot_prompt fish_prompt
    builtin functions -e _workroot_prompt
end
builtin functions -e _workroot_name deactivate
