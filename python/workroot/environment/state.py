"""state.json: what setup last finished, written last, so its presence means that it did."""

import os

from workroot.doors import documents, files
from workroot.errors import WorkrootError
from workroot.pythons.venv import Venv, born
from workroot.root import Root

_VERSION = 1


def read(root: Root) -> dict:
    """The recorded state; empty where nothing was finished yet, or where it is damaged.

    Setup makes it again.

    Raises WorkrootError: when another kit wrote it, whose form is not known.
    """
    data = files.read_bytes(root.state_json)
    if data is None:
        return {}
    try:
        document = documents.parse(data.decode("utf-8"))
        version = document["version"]
    except (ValueError, TypeError, KeyError):
        return {}
    if version != _VERSION:
        raise WorkrootError(
            f"{root.state_json} was written by another kit (version {version})",
            "use that kit, or remove that file",
        )
    return document


def recorded(root: Root, name: str) -> dict:
    """What is recorded of one of the virtual environments; empty where nothing is."""
    return read(root).get("venvs", {}).get(name, {})


def write(
    root: Root,
    venv_name: str,
    said: dict,
) -> None:
    """Record what holds for one of the virtual environments."""
    venvs = {**read(root).get("venvs", {}), venv_name: said}
    document = {"version": _VERSION, "venvs": venvs}
    files.write_if_changed(
        root.state_json,
        documents.indented(document, 1, sort_keys=True) + "\n",
    )


def venv(said: dict, path: str) -> Venv | None:
    """The virtual environment as it was recorded, when it still stands where and as it did.

    Args:
        said: What `recorded` gave.
        path: Where workroot.toml has it by now.
    """
    facts = said.get("venv")
    if not facts or facts["path"] != path:
        return None
    found = Venv(
        path,
        facts["site"],
        facts["base"],
        tuple(facts["version"]),
        facts["made"],
    )
    whole = (
        os.path.isfile(os.path.join(path, "pyvenv.cfg"))
        and os.access(found.python, os.X_OK)
        and os.path.isdir(found.site)
    )
    if not whole:
        return None
    # Another venv at the same place was born at another time, or runs another interpreter.
    if os.path.realpath(found.python) != facts["interpreter"]:
        return None
    return found if born(path) == facts.get("born") else None


def facts(found: Venv) -> dict:
    """What is recorded of a virtual environment: itself, and by what it is known again."""
    return {
        **found._asdict(),
        "interpreter": os.path.realpath(found.python),
        "born": born(found.path),
    }
