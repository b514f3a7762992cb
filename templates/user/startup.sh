# shellcheck shell=sh
# The user tier for bash, zsh, dash, ksh, mksh and busybox, sourced from their startup files: your own packages first on PATH,
# behind an activated environment. Builtins only; no name is left behind but PATH.
if [ -x "${HOME-}/.local/python-packages/venv/bin/python" ]; then
    _pyctl_bin=$HOME/.local/python-packages/venv/bin
    _pyctl_path=:${PATH-}:
    while case $_pyctl_path in (*":$_pyctl_bin:"*) ;; (*) false ;; esac; do
        _pyctl_path=${_pyctl_path%%":$_pyctl_bin:"*}:${_pyctl_path#*":$_pyctl_bin:"}
    done
    case $_pyctl_path in
        (*":$HOME/.local/bin:"*) ;;
        (*) _pyctl_bin=$_pyctl_bin:$HOME/.local/bin ;;
    esac
    case $_pyctl_path in
        (*":${VIRTUAL_ENV:-/dev/null}/bin:"*)
            _pyctl_path=${_pyctl_path%%":$VIRTUAL_ENV/bin:"*}:$VIRTUAL_ENV/bin:$_pyctl_bin:${_pyctl_path#*":$VIRTUAL_ENV/bin:"} ;;
        (*) _pyctl_path=$_pyctl_bin$_pyctl_path ;;
    esac
    _pyctl_path=${_pyctl_path#:}
    PATH=${_pyctl_path%:}
    \export PATH
    \unset _pyctl_bin _pyctl_path
fi
