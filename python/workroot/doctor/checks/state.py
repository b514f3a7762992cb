"""Can be read what setup noted when it was done?

.workroot/state.json says which Python, link and requirements were set up. A file that was cut
makes the next setup do all of it again; the fix is that setup.
"""

import json
from collections.abc import Iterator

from workroot.doctor.context import ANYTHING, Context
from workroot.doctor.finding import HEALED, Finding, warning, well
from workroot.doors import files

NEEDS = ANYTHING


def check(context: Context) -> Iterator[Finding]:
    if context.root is None:
        return
    path = context.root.state_json
    data = files.read_bytes(path)
    try:
        # None: this workroot was never set up, or its state was removed; setup begins anew.
        sound = data is None or "venvs" in json.loads(data)
    except (ValueError, TypeError):
        sound = False
    if sound:
        yield well("state", path if data else "this workroot was not set up yet")
        return
    cause = "a disk that was full, or an edit"
    yield warning(
        "state",
        f"{path} cannot be read",
        cause,
        f"rm {path}, then workroot setup",
        HEALED,
    )
