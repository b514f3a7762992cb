"""Does an active conda environment come before this one?

With CONDA_PREFIX set and its bin before the venv's, `python` is conda's; conda's hook may put it
first again at each prompt.
"""

import os
from collections.abc import Iterator

from workroot.doctor.context import ANYTHING, Context
from workroot.doctor.finding import Finding, warning, well
from workroot.root import venv_bin

NEEDS = ANYTHING


def check(context: Context) -> Iterator[Finding]:
    prefix = context.environ.get("CONDA_PREFIX")
    path = context.environ.get("PATH", "").split(os.pathsep)
    theirs, ours = os.path.join(prefix or "", "bin"), venv_bin(context.venv_path)
    # Outside of a session conda may well come first: that is what its user wants.
    first = bool(prefix) and theirs in path and context.in_session
    if first and (ours not in path or path.index(theirs) < path.index(ours)):
        evidence = f"CONDA_PREFIX is {prefix}, and its bin is on PATH before {ours}"
        cause = "conda was activated after this session, or its hook renews PATH"
        yield warning(
            "conda",
            evidence,
            cause,
            "conda deactivate, then source bootstrap again",
        )
    else:
        yield well("conda", "no conda environment comes before this one")
