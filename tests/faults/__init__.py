"""The corpus: each function breaks a real environment the way it happens in life.

What must be found is its id; nothing unrelated may be spoken of. test_faults.py plays each one:
healthy before, found, healed by `doctor --fix --yes` or said why not, and clean at the second
look.
"""

from collections.abc import Callable
from typing import NamedTuple

from faults.world import World


class Fault(NamedTuple):
    """id: of the finding.

    also: ids that the same fault may rightly have. by_hand: why no heal is right.

    breaks: does it; what it gives are variables of the shell that looks, from then on.
    """

    name: str
    id: str
    also: tuple[str, ...]
    by_hand: str
    breaks: Callable[[World], dict[str, str] | None]


CORPUS: list[Fault] = []


def fault(id: str, also: tuple[str, ...] = (), by_hand: str = "") -> Callable:
    """Put a function into the corpus."""

    def take(function: Callable) -> Callable:
        name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
        CORPUS.append(Fault(name, id, also, by_hand, function))
        return function

    return take
