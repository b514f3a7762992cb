# The user tier for fish, sourced from config.fish: your own packages first on PATH, behind an activated environment.
if test -x "$HOME/.local/python-packages/venv/bin/python"
    set -l bin "$HOME/.local/python-packages/venv/bin"
    contains -- "$HOME/.local/bin" $PATH; or set -a bin "$HOME/.local/bin"
    set -l path
    set -l active
    if set -q VIRTUAL_ENV; and contains -- "$VIRTUAL_ENV/bin" $PATH; and test "$VIRTUAL_ENV/bin" != "$bin[1]"
        set active "$VIRTUAL_ENV/bin"
    else
        set path $bin
    end
    for entry in $PATH
        test "$entry" = "$bin[1]"; or set -a path "$entry"
        if test -n "$active"; and test "$entry" = "$active"
            set -a path $bin
            set active
        end
    end
    set -gx PATH $path
end
