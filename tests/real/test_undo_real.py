"""Real distributions from the index: installed, upgraded and downgraded, undone step by step to the
baseline and redone to the end.
"""

import os
from pathlib import Path

import pytest
from worlds.environment import difference
from worlds.lab import run
from worlds.workbench import Workbench

pytestmark = pytest.mark.real

FIRST = [
    "attrs",
    "certifi",
    "charset-normalizer",
    "click==8.1.7",
    "colorama",
    "docutils==0.20.1",
    "idna==3.6",
    "iniconfig",
    "itsdangerous",
    "jinja2==3.1.2",
    "markdown-it-py",
    "markupsafe",
    "mdurl",
    "more-itertools",
    "packaging==23.2",
    "pathspec",
    "platformdirs==4.0.0",
    "pluggy",
    "pygments==2.16.1",
    "pyyaml",
    "requests==2.31.0",
    "rich==13.6.0",
    "six==1.16.0",
    "sortedcontainers",
    "tabulate",
    "toml",
    "toolz",
    "tqdm",
    "typing-extensions==4.8.0",
    "urllib3==2.0.7",
    "wcwidth",
    "zipp",
]
STEPS = [
    ["install", *FIRST],
    ["install", "-U", "click", "packaging", "requests", "rich", "six"],
    ["install", "pygments==2.15.1", "jinja2==3.1.1"],
    ["uninstall", "-y", "rich", "tqdm", "six"],
    ["install", "numpy"],
    ["install", "-U", "pip"],
    ["install", "flask", "black"],
    ["install", "--force-reinstall", "--no-deps", "pyyaml", "markupsafe"],
]


def index() -> dict[str, str]:
    """What says which index is used, from whoever runs the tests: the one thing that only they can
    know.
    """
    named = (
        "PIP_INDEX_URL",
        "PIP_EXTRA_INDEX_URL",
        "PIP_CERT",
        "PIP_TRUSTED_HOST",
        "PIP_CONFIG_FILE",
        "SSL_CERT_FILE",
        "REQUESTS_CA_BUNDLE",
        "HTTPS_PROXY",
        "https_proxy",
    )
    return {name: os.environ[name] for name in named if os.environ.get(name)}


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    bench = Workbench(tmp_path)
    for name in ("PIP_NO_INDEX", "PIP_FIND_LINKS"):
        del bench.environ[name]
    bench.environ |= index()
    return bench.make()


def test_every_step_is_undone_and_redone_to_the_byte(bench: Workbench) -> None:
    pictures = [bench.picture()]
    for step in STEPS:
        run(
            [f"{bench.root}/.workroot/bin/pip", *step, "-q"], bench.session, bench.root, timeout=600
        ).must()
        pictures.append(bench.picture())
    assert len(bench.packages()) >= 30
    offline = {"PIP_NO_INDEX": "1"}
    for number in range(len(STEPS), 0, -1):
        bench.workroot("undo", **offline).must()
        assert difference(pictures[number - 1], bench.picture()) == [], (
            f"undo of {STEPS[number - 1]}"
        )
    for number, step in enumerate(STEPS, 1):
        bench.workroot("redo", **offline).must()
        assert difference(pictures[number], bench.picture()) == [], f"redo of {step}"
    bench.workroot("undo", str(len(STEPS)), **offline).must()
    assert difference(pictures[0], bench.picture()) == []
    bench.workroot("redo", **offline).must()
    assert (
        difference(pictures[-1], bench.picture()) == []
        and bench.run("python", "-c", "import numpy, requests, yaml, flask").status == 0
    )
