"""What is installed is compiled: while pip works where its RECORD is there, all of it at the end,
nothing of what failed.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from worlds.lab import BASE

from workroot.pythons import bytecode, venv


@pytest.fixture
def made(tmp_path: Path) -> venv.Venv:
    subprocess.run([BASE, "-m", "venv", "--without-pip", tmp_path / "a venv"], check=True)
    return venv.inspect(str(tmp_path / "a venv"), os.environ)


def put(made: venv.Venv, name: str, text: str = "", record: bool = False) -> Path:
    """A package of one module, as an installer leaves it."""
    module = Path(made.site, name, "module.py")
    module.parent.mkdir()
    module.write_text(text)
    if record:
        info = Path(made.site, f"{name}-1.0.dist-info")
        info.mkdir()
        (info / "new").write_text(f"{name}/module.py,,\n../../../bin/{name},,\n")
        (info / "new").rename(info / "RECORD")
    return module


def compiled(module: Path) -> bool:
    # Not cache_from_source: a PYTHONPYCACHEPREFIX of who runs the tests is not the venv's.
    name = f"{module.stem}.{sys.implementation.cache_tag}.pyc"
    return (module.parent / "__pycache__" / name).exists()


def soon(module: Path) -> bool:
    end = time.monotonic() + 60
    while not compiled(module) and time.monotonic() < end:
        os.sched_yield()
    return compiled(module)


def test_a_distribution_is_compiled_once_its_record_is_there(made: venv.Venv) -> None:
    with bytecode.Following(made, os.environ):
        bare = put(made, "bare")
        assert soon(put(made, "whole", record=True)) and not compiled(bare)


def test_the_rest_is_compiled_at_the_end(made: venv.Venv) -> None:
    with bytecode.Following(made, os.environ):
        modules = [put(made, f"bare{number}") for number in range(9)]
    assert all(map(compiled, modules))


def test_what_a_failing_pip_left_is_not(made: venv.Venv) -> None:
    with pytest.raises(KeyError), bytecode.Following(made, os.environ):
        bare = put(made, "bare")
        raise KeyError
    assert not compiled(bare)


def test_what_is_not_python_is_left_out(made: venv.Venv) -> None:
    broken, sound = put(made, "a", "print 'Python 2'\n", record=True), put(made, "b")
    with bytecode.Following(made, os.environ):
        pass
    assert (compiled(broken), compiled(sound)) == (False, True)


def test_pip_is_compiled_only_when_it_is_asked_for(made: venv.Venv) -> None:
    pip, other = put(made, "pip", record=True), put(made, "other")
    bytecode.compile_all(made, os.environ, made.site)
    assert (compiled(pip), compiled(other)) == (False, True)
    bytecode.compile_all(made, os.environ, str(pip.parent))
    assert compiled(pip)
