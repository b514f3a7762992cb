"""Version gate and dispatch: this file parses on every Python 3 and imports the one command that was asked for."""

import sys

RAN = 93  # what the bootstraps look for: this Python can run the engine


def start():
    if sys.version_info < (3, 11):
        sys.stderr.write(
            "workroot: the kit runs on Python 3.11 or newer, this is %s\n" % sys.version.split()[0]
        )
        return 2
    if sys.argv[1:] == ["--ran"]:
        return RAN
    import gc
    import os

    opened()
    gc.disable()  # a command ends before there is anything to collect
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [os.path.dirname(here), *(path for path in sys.path if path != here)]
    # The engine's own bytecode, whatever the session says of the repo's. A doctor that only looks
    # leaves no byte behind: the kit may lie in the project, or in the person's home.
    looking = "doctor" in sys.argv[1:3] and "--fix" not in sys.argv
    sys.dont_write_bytecode, sys.pycache_prefix = looking, None
    if sys.getfilesystemencoding() != "utf-8":
        return again(dict(os.environ))
    from workroot.commands import dispatch

    return dispatch(sys.argv[1:])


def opened():
    """The three streams of a program, where whoever started it closed one: else the next file takes its number."""
    import os

    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, "w" if number else "r", closefd=False))


def again(environ):
    """Start over in UTF-8: a locale that cannot spell a path must not decide which repo workroot.toml names."""
    from workroot.doors import process

    return process.replace([sys.executable, "-X", "utf8", *sys.orig_argv[1:]], env=environ)


def leave(status):
    """End at once: taking the interpreter down costs a third of a start, and a tenth of a second after pip ran in this process."""
    import os

    if "atexit" in sys.modules:
        sys.modules["atexit"]._run_exitfuncs()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except (OSError, ValueError):
            pass
    os._exit(status or 0)


if __name__ == "__main__":
    leave(start())
