"""What this process has to be before a command runs, and how it ends."""

import gc
import os
import sys


def run(engine: str) -> None:
    """Run the command of this process, and end with its status."""
    _open_streams()
    gc.disable()  # a command ends before there is anything to collect
    if sys.getfilesystemencoding() != "utf-8":
        _leave(_again())
    sys.meta_path.insert(0, Finder(engine))
    from workroot.commands import dispatch

    _leave(dispatch(sys.argv[1:]))


def _open_streams() -> None:
    """The three streams of a program, where whoever started it closed one.

    Else the next file that is opened takes its number, and what is printed goes into it.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
        if getattr(sys, name) is None:
            mode = "w" if number else "r"
            setattr(sys, name, open(number, mode, closefd=False))  # noqa: SIM115


def _again() -> int:
    """Start over in UTF-8.

    A locale that cannot spell a path must not decide which repo workroot.toml names.
    """
    from workroot.doors import process

    argv = [sys.executable, "-X", "utf8", *sys.orig_argv[1:]]
    return process.replace(argv, env=dict(os.environ))


class Finder:
    """Finds the engine's modules where they are.

    Python's own way asks three finders, and each directory for its time: a hundred calls of the
    system in `undo`, a twentieth of a start.
    """

    def __init__(self, engine: str) -> None:
        self.engine = engine
        self.machinery = sys.modules[
            "_frozen_importlib_external"
        ]  # importlib's own, loaded already

    def find_spec(self, name: str, path=None, target=None):
        top, _, below = name.partition(".")
        if top != "workroot":
            return None
        place = self.engine + os.sep + below.replace(".", os.sep)
        file = place + ".py"
        package = None
        try:
            os.stat(file)
        except OSError:
            package = [place]
            file = place + os.sep + "__init__.py"
            if not os.path.isfile(file):
                return None  # Python says which name there is not
        loader = self.machinery.SourceFileLoader(name, file)
        return self.machinery.spec_from_file_location(
            name, loader=loader, submodule_search_locations=package
        )


def _leave(status: int) -> None:
    """End at once.

    Taking the interpreter down costs a third of a start, and a tenth of a second after pip ran in
    this process.
    """
    if "atexit" in sys.modules:
        sys.modules["atexit"]._run_exitfuncs()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue  # closed, or nobody reads it any more
    os._exit(status or 0)
