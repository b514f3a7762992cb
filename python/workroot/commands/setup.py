"""setup: make it so: venv, link, requirements, editables, import checks; only what is missing."""

import os

from workroot import root
from workroot.commands._call import Call, the_venv
from workroot.doors import terminal
from workroot.session import proof

_TIERS = ("user", "system", "remove")
_QUIET = (["-q"], ["--quiet"])


def main(call: Call) -> int:
    words = call.words
    quiet = words in _QUIET
    # What a script or a prompt asks all day, known by its words before argparse is there to read.
    asked = quiet or words in ([], ["--check"])
    if asked and _nothing_to_do(call):
        terminal.speak(quiet=quiet, verbose=False, color=None)
        terminal.step("nothing to do")
        return 0
    if _is_tier(words):
        from workroot.commands import _tier

        return _tier.main(call)
    # argparse and all of setup: four Python starts, for which "nothing to do" need not wait.
    from workroot.commands import _setting_up

    return _setting_up.main(call)


def _nothing_to_do(call: Call) -> bool:
    """The answer for the price of a Python start, before anything dear is imported."""
    found = root.find(None, os.environ.get("WORKROOT"), call.own)
    return proof.holds(found.proof, the_venv()) and _can_be_typed(found)


def _can_be_typed(found: root.Root) -> bool:
    """Whether the commands of the workroot are there and may be run: no proof looks at them."""
    ending = ".cmd" if os.name == "nt" else ""
    commands = [found.command + ending, os.path.join(found.bin, "pip" + ending)]
    return all(os.access(path, os.X_OK) for path in commands)


def _is_tier(words: list[str]) -> bool:
    """Whether this is not about a workroot. PowerShell's -User is --user."""
    own = words
    if "--test" in words:
        own = words[: words.index("--test")]  # the rest is pytest's
    options = [word.lower().lstrip("-") for word in own if word.startswith("-")]
    return any(option in _TIERS for option in options)
