"""Is this Python new enough, and which command is meant.

This file parses on every Python 3; all that follows it is imported once the Python is known.
"""

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
    find_engine(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    # The engine's own bytecode is kept, whatever the session says of the repo's. A doctor that only
    # looks leaves no byte behind: the kit may lie in the project, or in the person's home.
    looking = "doctor" in sys.argv[1:3] and "--fix" not in sys.argv
    sys.dont_write_bytecode = looking
    sys.pycache_prefix = None
    if sys.getfilesystemencoding() != "utf-8":
        return again(dict(os.environ))
    from workroot.commands import dispatch

    return dispatch(sys.argv[1:])


def find_engine(directory):
    """Have `workroot` be found, and nothing else by the names of its modules.

    Python puts the directory of a script first, and also with -I that of a directory that is run:
    there `import config` would find the engine's. It may be spelled otherwise than __file__.
    """
    script = __spec__ is None
    if not script or not sys.flags.safe_path:
        del sys.path[0]
    sys.path.insert(0, directory)


def opened():
    """The three streams of a program, where whoever started it closed one.

    Else the next file that is opened takes its number, and what is printed goes into it.
    """
    import os

    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
        if getattr(sys, name) is None:
            mode = "w" if number else "r"
            setattr(sys, name, open(number, mode, closefd=False))  # noqa: SIM115


def again(environ):
    """Start over in UTF-8.

    A locale that cannot spell a path must not decide which repo workroot.toml names.
    """
    from workroot.doors import process

    return process.replace([sys.executable, "-X", "utf8", *sys.orig_argv[1:]], env=environ)


def leave(status):
    """End at once.

    Taking the interpreter down costs a third of a start, and a tenth of a second after pip ran in
    this process.
    """
    import os

    if "atexit" in sys.modules:
        sys.modules["atexit"]._run_exitfuncs()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue  # closed, or nobody reads it any more
    os._exit(status or 0)


if __name__ == "__main__":
    leave(start())
