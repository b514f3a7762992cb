# The user tier for fish, sourced from config.fish: your own packages first on PATH, behind an activated environment.
if test -x "$HOME/.local/bin/pyctl"; or test -x "$HOME/.local/python-packages/venv/bin/python"
    set -l venv "$HOME/.local/python-packages/venv/bin"

    # what comes in: the venv as long as it has a Python; pyctl in any case, as it can make the venv again
    set -l bin
    test -x "$venv/python"; and set bin "$venv"
    contains -- "$HOME/.local/bin" $PATH; or set -a bin "$HOME/.local/bin"

    # behind the environment that is active, else in front
    set -l path
    set -l active
    if set -q VIRTUAL_ENV; and contains -- "$VIRTUAL_ENV/bin" $PATH; and test "$VIRTUAL_ENV/bin" != "$venv"
        set active "$VIRTUAL_ENV/bin"
    else
        set path $bin
    end
    for entry in $PATH
        test "$entry" = "$venv"; or set -a path "$entry"
        if test -n "$active"; and test "$entry" = "$active"
            set -a path $bin
            set active
        end
    end
    set -gx PATH $path
end
