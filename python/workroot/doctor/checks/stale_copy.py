"""Is a copy of the repo's own package installed?

`pip install .` in the repo leaves a copy in site-packages, which comes before the repo: edits
have no effect. An editable install, or none, is what is meant: the repo is on sys.path anyway.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import DIRECTORY, Context
from workroot.doctor.finding import Finding, failure, well
from workroot.doors import documents, files
from workroot.standards.names import normalized

NEEDS = DIRECTORY


def check(context: Context) -> Iterator[Finding]:
    names = {name: repo for repo in context.repos if (name := _project(repo))}
    found = False
    for one in context.packages:
        # A copy comes first on sys.path: site-packages stands before every line of a .pth file.
        if one.name in names and not one.editable:
            found = True
            evidence = f"{one} is installed as a copy of {names[one.name]}"
            cause = "somebody typed `pip install .` there, or a requirement names it"
            yield failure(
                "stale-copy",
                evidence,
                cause,
                f"python -m pip uninstall {one.name}",
            )
    if not found:
        yield well("stale-copy", "no copy of the repo is installed")


def _project(repo: str) -> str:
    """The name that the repo's pyproject.toml gives it."""
    text = files.text_by_hand(os.path.join(repo, "pyproject.toml"))
    try:
        name = documents.parse_toml(text or "").get("project", {}).get("name", "")
    except (ValueError, AttributeError):
        return ""
    return normalized(name) if isinstance(name, str) else ""
