"""No module of the engine is found by the name of a distribution's, wherever the kit lies."""

from pathlib import Path

import pytest
from worlds import wheels
from worlds.lab import BASE, KIT, PATH, cache, run
from worlds.workbench import alone

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("linked", [".local", ".local/share"])
def test_pip_is_the_venvs_own_where_a_link_leads_to_the_kit(tmp_path: Path, linked: str) -> None:
    """A home whose .local lies elsewhere, and a package that is called as an engine's module."""
    home, elsewhere, local = tmp_path / "home", tmp_path / "elsewhere", tmp_path / "wheels"
    for directory in (home, elsewhere, local):
        directory.mkdir()
    (home / linked).parent.mkdir(exist_ok=True)
    (home / linked).symlink_to(elsewhere)
    wheels.make_wheel(str(local), "config", "1.0")
    environ = {"HOME": str(home), "PATH": PATH, "LANG": "C.UTF-8", "XDG_CACHE_HOME": cache()}
    environ |= alone(local)
    run(["sh", str(KIT / "setup.sh"), "--user"], environ, home, timeout=120).must()
    pip = str(home / ".local" / "python-packages" / "venv" / "bin" / "pip")
    run([pip, "install", "config"], environ, home, timeout=120).must()
    assert "config" in run([pip, "list"], environ, home, timeout=60).must().out


@pytest.mark.parametrize("spelled", ["real", "link"])
@pytest.mark.parametrize("flags", [[], ["-I"], ["-I", "-S"]], ids=" ".join)
def test_the_engines_directory_is_not_on_the_path(
    tmp_path: Path, spelled: str, flags: list[str]
) -> None:
    """Seen from a distribution that is called as one of its modules: `import doors` is none."""
    kit = KIT
    if spelled == "link":
        kit = tmp_path / "kit"
        kit.symlink_to(KIT)
    engine = kit / "python" / "workroot"
    ask = (
        "import atexit, runpy, sys\n"
        "def show():\n"
        "    print([p for p in sys.path if p.rstrip('/').endswith('python/workroot')])\n"
        "atexit.register(show)\n"
    )
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(ask)
    environ = {"HOME": str(tmp_path), "PATH": PATH, "PYTHONPATH": str(tmp_path / "site")}
    for script in (engine, engine / "__main__.py"):
        done = run([BASE, *flags, str(script), "--version"], environ, tmp_path).must()
        assert done.out.startswith("workroot ")
        if not flags:
            assert done.out.splitlines()[-1] == "[]"
