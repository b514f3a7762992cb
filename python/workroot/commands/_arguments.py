"""What the commands share: the flags that mean the same everywhere, and the workroot that is meant."""

import argparse
import os

from workroot import root
from workroot.doors import terminal
from workroot.environment.options import Options
from workroot.root import Root

_TEXT = argparse.RawDescriptionHelpFormatter


def parser(
    name: str, summary: str, *examples: str, output: bool = False
) -> argparse.ArgumentParser:
    """A parser with the common flags. output: the command prints data, so it has --json and --output."""
    lines = "\n".join(f"  {example}" for example in examples)
    made = argparse.ArgumentParser(
        prog=f"workroot {name}",
        description=summary,
        epilog=f"examples:\n{lines}",
        formatter_class=_TEXT,
        allow_abbrev=False,
    )
    made.add_argument(
        "-C", "--directory", metavar="DIR", help="the workroot, or a directory below it"
    )
    made.add_argument("-q", "--quiet", action="store_true", help="say errors only")
    if output:
        made.add_argument(
            "--json",
            action="store_const",
            const="json",
            dest="output",
            help="one document, the same as --output json",
        )
        made.add_argument("--output", choices=("text", "json"), default="text")
    return made


def the_root(given: argparse.Namespace) -> Root:
    """The workroot that the flags and the environment mean; --quiet takes effect here. Raises WorkrootError."""
    terminal.quiet = terminal.quiet or given.quiet
    return root.find(given.directory, os.environ.get("WORKROOT"))


def options(**more: object) -> Options:
    """How this person, on this terminal, wants setup to run."""
    show = not terminal.quiet and os.isatty(2)
    return Options(
        environ=os.environ,
        venv_name=os.environ.get("WORKROOT_VENV", ""),
        say=terminal.step,
        show=show,
        **more,
    )
