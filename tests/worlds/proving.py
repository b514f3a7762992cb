"""A workroot that has no venv yet, one whose session is proved, and what shows from outside that it
works, or why it does not.
"""

import ast
import os
from pathlib import Path

from worlds.again import again
from worlds.lab import Lab, Outcome, make_repo, run

IMPORT = (
    "import os, pipeline, repo_marker, sys; "
    "print([os.fsencode(sys.prefix), os.fsencode(pipeline.__file__)])"
)


def workroot(lab: Lab) -> Lab:
    make_repo(lab.repo)
    lab.engine("new", str(lab.root), "--repo", str(lab.repo)).must()
    return lab


def proved() -> Lab:
    """A lab whose session has a proof that lasts; the engine is asked for it once in a run."""
    return again(_proved)


def _proved(directory: Path) -> Lab:
    return Lab(directory).make().prove()


def session(lab: Lab, **environ: str) -> Outcome:
    return lab.engine("session", str(lab.root), **environ)


def healthy(lab: Lab, **environ: str) -> None:
    """The health check finds nothing, and a plain start of the venv's Python imports the repo."""
    said = lab.engine("check", "-C", str(lab.root), **environ).must()
    assert "warn  " not in said.out.replace("0 warn", "") and said.err == ""
    imported = run([str(lab.python), "-B", "-c", IMPORT], lab.environ | environ, "/").must()
    assert imported.err == ""
    prefix, module = ast.literal_eval(imported.out)
    assert os.path.samefile(prefix, lab.venv) and os.path.samefile(
        module, os.fsencode(lab.repo / "pipeline" / "__init__.py")
    )


def refused(outcome: Outcome, *words: str) -> None:
    """One sentence with these words, one line to type, and a status that says no."""
    assert outcome.status in (1, 2) and "Traceback" not in outcome.err
    sentences = [line for line in outcome.err.splitlines() if line.startswith("workroot: ")]
    assert all(any(word in line for line in sentences) for word in words), outcome


def litter(lab: Lab) -> list[str]:
    """What a killed run may leave and the next one must take away."""
    return [str(path) for path in lab.directory.rglob("*.tmp*")]
