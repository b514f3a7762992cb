"""One file a command: its help, its arguments, what it prints. The listing of this directory is the list of commands."""

import os
import sys

from workroot.commands._listing import names
from workroot.doors import terminal
from workroot.errors import WorkrootError

INTERRUPTED = 130


def dispatch(argv: list[str]) -> int:
    """Run the command that argv names and give its exit status: 0 done, 1 the answer is no, 2 could not, 130 Ctrl-C."""
    try:
        if argv[:2] != ["pip", "--of"]:  # pip's own output is left to pip
            sys.stdout.reconfigure(errors="backslashreplace")
            sys.stderr.reconfigure(errors="backslashreplace")
        status = _status(argv)
        terminal.flush()
        return status
    except WorkrootError as error:
        terminal.error(error)
        return 2
    except KeyboardInterrupt:
        terminal.say("interrupted; nothing is half done, the same command goes on from here")
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        terminal.error(_unusable(error))
        return 2


def _status(argv: list[str]) -> int:
    try:
        return _run(argv)
    except SystemExit as stop:  # argparse has said it
        return stop.code


def _unusable(error: OSError) -> WorkrootError:
    reason = (error.strerror or str(error)).lower()
    return WorkrootError(
        f"cannot read {error.filename}: {reason}" if error.filename else reason,
        "give yourself permission there" if isinstance(error, PermissionError) else None,
    )


def _run(argv: list[str]) -> int:
    name = argv[0] if argv else "--help"
    if name in ("-h", "--help", "help"):
        from workroot.commands.help import main
    elif name == "--version":
        from workroot.commands.version import main
    elif name.replace("-", "_") in names():
        main = __import__(f"workroot.commands.{name.replace('-', '_')}", fromlist=["main"]).main
    else:
        raise WorkrootError(
            f"no command {name!r}{_nearest(name)}", "workroot --help lists the commands"
        )
    return main(argv[1:])


def _nearest(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name.replace("-", "_"), names(), 1)
    return f"; did you mean {near[0].replace('_', '-')}?" if near else ""
