"""Is repo.pth, the link to the repo, just as setup writes it?

One file of site-packages names the import paths of the repo: plain ASCII lines, and nothing else.
An editor or PowerShell may have written it anew (UTF-16, a byte order mark), macOS may have
hidden it. The fix writes it again.
"""

from collections.abc import Iterator

from workroot.doctor import healthy
from workroot.doctor.context import START, Context
from workroot.doctor.finding import HEALED, Finding

NEEDS = START


def check(context: Context) -> Iterator[Finding]:
    cause = "something else wrote, hid or removed that file"
    yield from healthy.part(context, "link", cause, HEALED)
