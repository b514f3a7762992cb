"""An index that has moved on.

Whatever a lock pins is there, and beside each a newer release that a resolver would rather take.
"""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from worlds import wheels

# app asks for an extra of core, as fastmcp does of pydantic: the pip that checks hashes wants a pin
# of `core[mail]` as well, up to 23.2, and looks at whatever the index has newest.
NEEDS = {
    "app": ("core[mail]>=1",),
    "core": ("plain>=1", "helper>=1 ; extra == 'mail'"),
    "helper": (),
    "plain": (),
}
PINNED, NEWER = "1.0", "2.0"


def fill(directory: str) -> None:
    """The wheels of the pinned set, and of everything a newer one whose own needs are newer too."""
    for name, needs in NEEDS.items():
        wheels.make_wheel(directory, name, PINNED, requires=needs)
        newer = tuple(need.replace(">=1", ">=2") for need in needs)
        wheels.make_wheel(directory, name, NEWER, requires=newer)


def lock(directory: str, names: Sequence[str] = tuple(NEEDS)) -> str:
    """A hashed requirements file of the pinned set, without extras, as tools write that strip
    them.
    """
    lines = [f"{name}=={PINNED} --hash=sha256:{_digest(directory, name)}\n" for name in names]
    return "".join(lines)


def _digest(directory: str, name: str) -> str:
    wheel = Path(os.path.join(directory, f"{name}-{PINNED}-py3-none-any.whl"))
    return hashlib.sha256(wheel.read_bytes()).hexdigest()
