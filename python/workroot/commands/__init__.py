"""One file a command: its help, its arguments, what it prints. The list of them is in _listing.

A command is imported when it is asked for, and only then: help and a typo import none.
"""

import os
import sys

from workroot.commands._call import PYCTL, WORKROOT, Call
from workroot.commands._listing import GROUPS, INTERNAL, SUMMARIES, names
from workroot.commands._listing import PYCTL as OF_PYCTL
from workroot.doors import terminal
from workroot.errors import Command, WorkrootError, did_you_mean

INTERRUPTED = 130
_SHIM = ["pip", "--of"]  # what a `pip` of ours calls, with four more words before those of pip
_SHIM_WORDS = 6
_AT = "at"  # what the command in a workroot's .workroot/bin puts first, with the workroot
_ALSO = {"-h": "help", "--help": "help", "--version": "version"}


def dispatch(argv: list[str]) -> int:
    """Run the command that argv names and give its exit status.

    0 done, 1 the answer is no, 2 could not, 130 Ctrl-C.
    """
    try:
        if argv[:2] != _SHIM:  # pip's own output is left to pip
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
        # Who reads has enough. What Python flushes at its end must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        if os.environ.get("WORKROOT_DEBUG"):
            _of_bugs().show(error)
        terminal.error(_unusable(error))
        return 2
    except Exception as error:  # of ours: whatever it is, a person can do nothing but report it
        _of_bugs().report(error, argv)
        return 2


def _of_bugs():
    from workroot.commands import _crash  # traceback and platform: two starts, and seldom wanted

    return _crash


def _status(argv: list[str]) -> int:
    try:
        return _run(argv)
    except SystemExit as stop:  # argparse has printed the help
        return stop.code


def _unusable(error: OSError) -> WorkrootError:
    reason = (error.strerror or str(error)).lower()
    message = f"cannot read {error.filename}: {reason}" if error.filename else reason
    denied = isinstance(error, PermissionError)
    return WorkrootError(message, "give yourself permission there" if denied else None)


def _run(argv: list[str]) -> int:
    own, argv = (argv[1], argv[2:]) if argv[:1] == [_AT] and argv[1:] else (None, argv)
    program = _program(argv)
    words = argv[1:] if argv[:1] == [PYCTL] else argv
    terminal.introduce(program, _shown(program, words))
    name = words[0] if words else "help"
    call = Call(program, _known(_ALSO.get(name, name), program), words[1:], own)
    if call.name == "help" and call.words and not call.asks_for_help:
        call = Call(program, _known(call.words[0], program), ["--help"])
    module = f"workroot.commands.{call.name.replace('-', '_')}"
    main = __import__(module, fromlist=["main"]).main
    return main(call)


def _program(argv: list[str]) -> str:
    """What a person typed, or whose `pip` calls: pyctl's is that of one's own environment."""
    of_pyctl = argv[:1] == [PYCTL] or argv[:3] == [*_SHIM, "user"]
    return PYCTL if of_pyctl else WORKROOT


def _known(word: str, program: str) -> str:
    """The name of the command that a word is. Raises WorkrootError."""
    name = word.replace("_", "-")
    offered = names(OF_PYCTL if program == PYCTL else GROUPS)
    if name in offered or (program == WORKROOT and name in INTERNAL):
        return name
    if name in SUMMARIES:
        raise WorkrootError(f"{word} is for workroots", f"{WORKROOT} {name} --help")
    raise WorkrootError(f"no command {word!r}{did_you_mean(name, offered)}", Command("--help"))


def _shown(program: str, words: list[str]) -> str:
    """The command as others may see it, who wait for it or read of it."""
    shown = [program, *words]
    if words[:2] == _SHIM:
        shown = ["pip", *words[_SHIM_WORDS:]]
    if any("@" in word for word in shown):  # else there is no password, and nothing to import
        from workroot.doors import credentials

        shown = credentials.masked(shown)
    return " ".join(shown)
