"""Venvs that virtualenv made, of every Python of this machine: adopted, linked and healthy in every
locale.
"""

from pathlib import Path

import pytest
from worlds import index
from worlds.interpreters import every, label, locales
from worlds.lab import BASE, Lab, run
from worlds.proving import healthy, session, workroot

pytestmark = pytest.mark.real
PINNED = """
virtualenv==20.26.6 --hash=sha256:7345cc5b25405607a624d8418154577459c3e0277f5466dd79c49d5e492995f2
distlib==0.3.9 --hash=sha256:47f8c22fd27c27e25a65601af709b38e4f0a45ea4fc2e710f65755fa8caaaf87
filelock==3.16.1 --hash=sha256:2082e5703d51fbf98ea75855d9d5527e33d8ff23099bec374a134febee6946b0
platformdirs==4.3.6 --hash=sha256:73e575e1408ab8103900836b97580d5307456908a03e92031bab39e4554cc3fb
"""


@pytest.fixture(scope="module")
def virtualenv(tmp_path_factory: pytest.TempPathFactory) -> str:
    """virtualenv, installed from the index into a venv of its own."""
    place = tmp_path_factory.mktemp("virtualenv")
    (place / "pinned.txt").write_text(PINNED)
    run([BASE, "-m", "venv", str(place / "v")], {"PATH": "/usr/bin:/bin"}, "/").must()
    pip = [
        str(place / "v" / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "-q",
        "--require-hashes",
        "-r",
        str(place / "pinned.txt"),
    ]
    run(pip, index.environ(str(place)), "/", timeout=300).must()
    return str(place / "v" / "bin" / "virtualenv")


@pytest.mark.parametrize("python", every(), ids=label)
def test_a_venv_of_virtualenv_is_adopted_linked_and_healthy_in_every_locale(
    tmp_path: Path, virtualenv: str, python: str
) -> None:
    lab = workroot(Lab(tmp_path, repo="répo-日本"))
    run(
        [
            virtualenv,
            "-q",
            "--no-download",
            "--app-data",
            str(tmp_path.parent / "data"),
            "--python",
            python,
            str(lab.venv),
        ],
        lab.environ,
        "/",
        timeout=300,
    ).must()
    for name, environ in locales().items():
        assert session(lab, **environ).status == 0, name
        healthy(lab, **environ)
