# shellcheck shell=sh
# The user tier for bash, zsh, dash, ksh, mksh and busybox, sourced from their startup files: your own packages first on PATH,
# behind an activated environment. Builtins only; no name is left behind but PATH.
#
# Each name is set by `export`: of a plain assignment zsh's WARN_CREATE_GLOBAL and WARN_NESTED_VAR speak (5.9), where a function
# reads the startup files. The backslash is for whoever has an alias of that name.
# shellcheck disable=SC2154 # export sets them, under quotes
if [ -x "${HOME-}/.local/bin/pyctl" ] || [ -x "${HOME-}/.local/python-packages/venv/bin/python" ]; then
    \export "_pyctl_bin=$HOME/.local/python-packages/venv/bin" "_pyctl_path=:${PATH-}:" _pyctl_more=

    # our entry out of PATH, wherever it stands
    while case $_pyctl_path in (*":$_pyctl_bin:"*) ;; (*) false ;; esac; do
        \export "_pyctl_path=${_pyctl_path%%":$_pyctl_bin:"*}:${_pyctl_path#*":$_pyctl_bin:"}"
    done

    # what comes in: the venv as long as it has a Python; pyctl in any case, as it can make the venv again
    if [ -x "$_pyctl_bin/python" ]; then \export "_pyctl_more=$_pyctl_bin:"; fi
    case $_pyctl_path in
        (*":$HOME/.local/bin:"*) ;;
        (*) \export "_pyctl_more=$_pyctl_more$HOME/.local/bin:" ;;
    esac

    # behind the environment that is active, else in front
    case $_pyctl_path in
        (*":${VIRTUAL_ENV:-/dev/null}/bin:"*)
            \export "_pyctl_path=${_pyctl_path%%":$VIRTUAL_ENV/bin:"*}:$VIRTUAL_ENV/bin:$_pyctl_more${_pyctl_path#*":$VIRTUAL_ENV/bin:"}" ;;
        (*) \export "_pyctl_path=$_pyctl_more${_pyctl_path#:}" ;;
    esac
    \export "_pyctl_path=${_pyctl_path#:}"
    \export "PATH=${_pyctl_path%:}"
    \unset _pyctl_bin _pyctl_path _pyctl_more
fi
