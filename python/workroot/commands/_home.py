"""What the commands of the history share: which home is meant, and what is said once it changed. No argparse here: it is dear."""

import os
import sys
from _collections_abc import Mapping

from workroot import root
from workroot.doors import locks, terminal
from workroot.errors import WorkrootError
from workroot.history import home as homes
from workroot.history.home import Home

_HINTS = ("history", "list-snapshots", "restore")

user = False  # whether this is pyctl


def program() -> str:
    """What a person typed."""
    return "pyctl" if user else "workroot"


def named(tier: str, top: str, name: str) -> Home:
    """The home that a shim names."""
    if tier == "user":
        use_user_tier()
        return homes.of_user(root.UserTier(os.path.dirname(os.path.dirname(top))))
    return homes.of_root(root.Root(top), name)


def use_user_tier() -> None:
    global user
    user, terminal.name = True, "pyctl"


def of(environ: Mapping[str, str], directory: str | None = None) -> Home:
    """The home that is meant: the user tier's for pyctl, else that of the workroot. Raises WorkrootError where there is no venv."""
    found = _found(environ, directory)
    if not os.path.lexists(found.venv):
        _put_back(found)
    if not os.path.isfile(os.path.join(found.venv, "pyvenv.cfg")):
        raise WorkrootError(
            f"there is no venv at {found.venv}", "pyctl init" if user else "workroot setup"
        )
    return found


def _put_back(home: Home) -> None:
    """The old venv, where a kill interrupted a clean."""
    from workroot.environment import fresh

    if not os.path.isdir(home.path):
        return
    with locks.held(home.lock, waiting):
        if not os.path.lexists(home.venv) and fresh.swept(home):
            terminal.say(f"put {home.venv} back, as a clean was interrupted")


def _found(environ: Mapping[str, str], directory: str | None) -> Home:
    if user:
        return homes.of_user(user_places(environ))
    return homes.of_root(
        root.find(directory, environ.get("WORKROOT")), environ.get("WORKROOT_VENV", "")
    )


def looked_at(given) -> Home:
    """Like meant, for a command that has something to say of a home without a venv as well."""
    terminal.quiet = terminal.quiet or given.quiet
    return _found(os.environ, given.directory)


def user_places(environ: Mapping[str, str]) -> root.UserTier:
    directory = environ.get("HOME") or (environ.get("USERPROFILE") if os.name == "nt" else "")
    if not directory or not os.path.isabs(directory):
        raise WorkrootError(
            "HOME is not set to a directory, so there is no place for your packages",
            "export HOME=/home/you",
        )
    return root.UserTier(os.path.realpath(directory))


def waiting() -> None:
    terminal.say("another command is changing this environment; waiting for it to end")


def ignore_interrupts() -> None:
    """For the moments in which a command writes down what it did."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def base() -> str:
    """The Python that the shims run the engine with."""
    from workroot.pythons.interpreter import running

    return running().path


def ended(home: Home, recording, status: int) -> None:
    """Record the end of an installer's run and show what it changed. What goes wrong here is said; the status is the installer's."""
    try:
        generation = recording.end(status)
        renew(home)
    except WorkrootError as error:
        terminal.error(
            WorkrootError(f"what was done could not be recorded: {error.message}", error.hint)
        )
        return
    changes = generation.changes() if generation else []
    if changes and home.settings["show_diff_after_install"] and not terminal.quiet:
        show_changes(home, changes, sys.stderr)
        terminal.next_line(f"{home.program} undo{_elsewhere(home)}")


def _elsewhere(home: Home) -> str:
    """What leads a command to this home where the current directory is another workroot's."""
    try:
        here = root.find(None, home.top).path if home.tier == "workroot" else home.top
    except WorkrootError:  # the directory that this was typed in is gone
        return ""
    if here == home.top:
        return ""
    from workroot.standards.quoting import quote_sh

    return f" -C {quote_sh(home.top)}"


def renew(home: Home) -> None:
    """The user tier's venv/bin/pip, where something overwrote it."""
    if home.tier == "user":
        from workroot.installers import shim

        if shim.overwritten(home):
            shim.renew(home, base())


def show_changes(home: Home, changes: list, stream) -> None:
    """One line a change, coloured on a terminal."""
    colours = {"+": "\033[32m", "-": "\033[31m", "~": "\033[33m"} if _coloured(home, stream) else {}
    for change in changes:
        line = terminal.printable(str(change))
        start = colours.get(line[0], "")
        terminal.data(f"{start}{line}{start and chr(27) + '[0m'}", stream)
    terminal.flush()


def _coloured(home: Home, stream) -> bool:
    if os.environ.get("NO_COLOR") or home.settings["color"] is False:
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


def seen(home: Home, look):
    """What look finds in the history: caught up, or where nothing can be written as it was last recorded."""
    from workroot.history import recording

    if home.begun and not os.access(home.path, os.W_OK):
        terminal.say(f"{home.path} cannot be written: this is what was recorded last")
        return look(home.history())
    with locked(home):
        history = recording.caught_up(home, terminal.say)
        found = look(history)
        recording.noticed(home, history, None, terminal.say)
        return found


class locked:
    """Hold the home's lock; says so when it has to wait."""

    def __init__(self, home: Home) -> None:
        self.home, self.lock = home, locks.held(home.lock, waiting)

    def __enter__(self) -> None:
        self.lock.__enter__()
        renew(self.home)

    def __exit__(self, *error) -> None:
        self.lock.__exit__(*error)


class Given:
    """What was typed when it was nothing, or one number: the common case, known without argparse."""

    def __init__(self, number: int | None) -> None:
        self.number, self.directory, self.output = number, None, "text"
        self.quiet = self.dry_run = False


def given(argv: list[str], make_parser, number: bool = False):
    """The arguments. make_parser: gives the command's parser. number: its one positional is `number`."""
    if not argv or (number and len(argv) == 1 and argv[0].isdecimal() and len(argv[0]) < 10):
        return Given(int(argv[0]) if argv else None)
    return make_parser().parse_args(argv)


def parser(name: str, summary: str, *examples: str, changes: bool = False, destroys: bool = False):
    """A parser with the common flags. changes: it has --dry-run; destroys: and --yes. Examples leave the program's name out."""
    from workroot.commands import _arguments

    made = _arguments.parser(
        name, summary, *(f"{program()} {example}" for example in examples), output=True
    )
    made.prog = f"{program()} {name}"
    if changes:
        made.add_argument(
            "-n", "--dry-run", action="store_true", help="change nothing, say what would be done"
        )
    if destroys:
        made.add_argument("-y", "--yes", action="store_true", help="do not ask")
    return made


def meant(given) -> Home:
    """The home that the flags and the environment mean; --quiet takes effect here."""
    terminal.quiet = terminal.quiet or given.quiet
    return of(os.environ, given.directory)


def typed(name: str, argv: list[str]) -> list[str]:
    """The command as the history keeps it."""
    return [program(), name, *argv]


class spelled:
    """Give the hints of the history, which are names of commands, the program's name."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind, error, trace) -> None:
        if (
            isinstance(error, WorkrootError)
            and error.hint
            and error.hint.partition(" ")[0] in _HINTS
        ):
            error.hint = f"{program()} {error.hint}"


class spelled_for_a_person:
    """What is said of a person's own environment does not speak of a workroot's place."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind, error, trace) -> None:
        if isinstance(error, WorkrootError) and error.hint:
            error.hint = error.hint.replace(", or put the workroot elsewhere", "")


def nothing(kind: str, given) -> int:
    """There is none of that kind to take back."""
    if given.output == "json":
        terminal.json({"operation": None, "kind": kind, **described([])})
    terminal.say(f"there is nothing to {kind}")
    return 1


def carry_out(home: Home, history, plan, words: list[str], given) -> int:
    """Do what was planned, or say what would be done, and end with the next command."""
    if given.dry_run:
        return show_plan(home, plan, given)
    from workroot.errors import some
    from workroot.history import transaction

    generation = transaction.carry_out(history, plan, words, lambda missing: _fetch(home, missing))
    renew(home)
    if plan.lost:
        terminal.say(f"not brought back, as the store no longer has it: {some(plan.lost)}")
    if plan.edited:
        terminal.say(f"came back as somebody had changed it: {some(plan.edited)}")
    if given.output == "json":
        terminal.json(
            {
                "operation": generation and generation.number,
                "kind": plan.kind,
                **described(generation.changes() if generation else []),
            }
        )
    elif generation is None:
        terminal.step("nothing to do: that is what is installed")
    else:
        show_changes(home, generation.changes(), sys.stdout)
        terminal.step(f"{plan.what.removeprefix('the ')}: done, as operation {generation.number}")
        terminal.next_line(f"{program()} {'redo' if plan.kind == 'undo' else 'undo'}")
    return 0


def _fetch(home: Home, missing: list) -> bool:
    from workroot.installers.exact import fetching

    return fetching(home, os.environ, terminal.say)(missing)


def show_plan(home: Home, plan, given) -> int:
    if given.output == "json":
        missing = [one.requirement for one in plan.missing]
        terminal.json(
            {
                "dry_run": True,
                "kind": plan.kind,
                **described(plan.changes),
                "fetch": missing,
                "lost": plan.lost,
            }
        )
        return 0
    show_changes(home, plan.changes, sys.stdout)
    for one in plan.missing:
        terminal.step(f"would fetch {one.requirement}: the store does not have it as it was")
    terminal.step(f"would be {plan.what.removeprefix('the ')}; nothing was changed")
    return 0


def described(changes: list) -> dict:
    return {"changes": [change.document() for change in changes]}


def confirmed(given, question: str) -> bool:
    """Whether the person says yes: by --yes, or on a terminal. Raises WorkrootError without either."""
    if given.yes:
        return True
    if not (os.isatty(0) and os.isatty(2)):
        raise WorkrootError(f"{question} needs --yes where there is no terminal to ask on")
    sys.stderr.write(f"{program()}: {question}? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
