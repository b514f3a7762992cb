"""The first pip of a machine without one, from an index.

Whole, the newest for its Python, recorded, and kept for the next venv.
"""

from pathlib import Path

import pytest
from worlds import pips
from worlds.interpreters import bare, every, label, minor
from worlds.lab import BASE, Lab, Outcome, run
from worlds.proving import session, workroot
from worlds.wheels import make_wheel

from workroot.installers import pinned


@pytest.fixture(params=every(), ids=label)
def lab(request: pytest.FixtureRequest, tmp_path: Path) -> Lab:
    """A workroot on a Python without pip; its index is a directory with the pip of that Python."""
    lab = workroot(Lab(tmp_path))
    python = bare(tmp_path / "bare", request.param)
    lab.config.write_text(f"repo = '{lab.repo}'\n[venv]\npython = '{python}'\ninstaller = 'pip'\n")
    make_wheel(str(tmp_path / "wheels"), "gadget")
    wheel = pips.wheel(pip_of(request.param))
    (tmp_path / "wheels" / wheel.name).symlink_to(wheel)
    lab.environ |= {
        "PATH": "/usr/bin:/bin",
        "WORKROOT_PYTHON": BASE,
        "PIP_FIND_LINKS": str(tmp_path / "wheels"),
        "PIP_NO_INDEX": "1",
    }
    session(lab).must()
    lab.version = pip_of(request.param)
    return lab


def pip_of(python: str) -> str:
    return pinned.for_python((3, minor(python))).version


def typed(lab: Lab, line: str, **environ: str) -> Outcome:
    words = ["bash", "-c", f". ./bootstrap.sh && {line}"]
    return run(words, lab.environ | environ, lab.root, timeout=120)


def test_the_first_pip_fetches_one_says_so_and_goes_on(lab: Lab) -> None:
    done = typed(lab, "pip install -q gadget && pip --version").must()
    first, *rest = done.err.splitlines()
    assert first.endswith(f"fetching pip {lab.version} from {lab.directory / 'wheels'}")
    assert rest == ["+ gadget 1.0", "  workroot undo"]
    assert done.out.startswith(f"pip {lab.version} from {lab.site}/pip ")
    assert "no pip" not in typed(lab, "workroot doctor").out


def test_the_second_venv_takes_it_from_the_cache(lab: Lab) -> None:
    typed(lab, "pip --version").must()
    lab.engine("create", "-C", str(lab.root), "--force").must()
    done = typed(lab, "pip --version", PIP_FIND_LINKS="").must()
    assert f"taking pip {lab.version} from {lab.home}/.cache/workroot/wheels" in done.err


def test_without_a_cache_it_is_put_all_the_same(lab: Lab) -> None:
    (lab.home / ".cache").write_text("a file, where the cache should be")
    done = typed(lab, "workroot install -q gadget && python -c 'import gadget'").must()
    assert "fetching" in done.err and not list(lab.venv.glob("*.whl"))
