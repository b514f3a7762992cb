"""JSON documents on disk, read and written without json, which costs a third of a Python start;
the one reader of TOML.

JSON is pure ASCII, for people as well: one key a line, and one item a line in a list of
objects.
"""

import time
from _collections_abc import Callable  # collections.abc would cost a tenth of a start

from workroot.doors import files
from workroot.errors import WorkrootError

_SPACE = " \t\r\n"


def load(path: str, version: int) -> dict | None:
    """The object in a file; None where there is no file.

    Args:
        version: The highest that the caller knows.

    Raises Damaged: when it is no object with a version. Raises Newer: when its version is higher.
    """
    data = files.read_bytes(path)
    if data is None:
        return None
    try:
        document = parse(data.decode("utf-8"))
    except ValueError as error:
        raise Damaged(path) from error
    if not isinstance(document, dict) or not isinstance(document.get("version"), int):
        raise Damaged(path)
    if document["version"] > version:
        raise Newer(path, document["version"])
    return document


class Damaged(WorkrootError):
    """A file of ours that does not say what we wrote."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is damaged", None)
        self.path = path


class Newer(WorkrootError):
    """A file that a newer kit wrote: to be left as it is."""

    def __init__(self, path: str, version: int) -> None:
        super().__init__(
            f"{path} was written by a newer kit (format {version})",
            "update this kit, then type the same command again",
        )
        self.path = path


def parse(text: str) -> object:
    """The value of a JSON text. Raises ValueError."""
    try:
        scan = _in_c().make_scanner(_Rules())
    except (ImportError, AttributeError):
        return _whole().loads(text)
    start = len(text) - len(text.lstrip(_SPACE))
    try:
        value, end = scan(text, start)
    except (StopIteration, RecursionError, SystemError) as error:
        # SystemError: json.decoder is not imported, so there is no JSONDecodeError to raise.
        raise ValueError("not a JSON text") from error
    if text[end:].strip(_SPACE):
        raise ValueError("more than one JSON value")
    return value


def _in_c():
    """The part of json that is written in C.

    Its use is the json module's own secret: where it is not as it was, that module is asked.
    Raises ImportError where a Python has none.
    """
    import _json  # a library of its own in most Pythons; who finds no document needs none of it

    return _json


def _whole():
    """The json module itself."""
    import json  # a third of a Python start

    return json


def parse_toml(text: str) -> dict:
    """The tables of a TOML text. Raises ValueError, a tomllib.TOMLDecodeError."""
    import tomllib  # two thirds of a start, and most commands remember what was read

    return tomllib.loads(text)


class _Rules:
    """What the scanner written in C asks of the json module's decoder."""

    strict = True
    object_hook = object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float


def text(document: dict) -> str:
    """The JSON text of an object, to be read by people too."""
    compact = _writer()
    lines = [f"  {compact(key)}: {_item(value, compact)}" for key, value in document.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def indented(document: dict, indent: int, sort_keys: bool = False) -> str:
    """The same as other programs write it, for who may have to compare: one value a line."""
    return _whole().dumps(document, indent=indent, sort_keys=sort_keys)


def _item(value: object, compact: Callable[[object], str]) -> str:
    of_objects = isinstance(value, list) and value and isinstance(value[0], dict)
    if not of_objects:
        return compact(value)
    return "[\n    " + ",\n    ".join(map(compact, value)) + "\n  ]"


def moment(seconds: float) -> str:
    """A time since the epoch as documents say it: UTC, ISO 8601."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def _writer() -> Callable[[object], str]:
    """What gives the JSON text of a value on one line."""
    try:
        made_in_c = _in_c()
        quoted = made_in_c.encode_basestring_ascii
        # No check for circles, no way to write other objects; the rest as json.dumps has it.
        encoder = made_in_c.make_encoder(None, None, quoted, None, ": ", ", ", False, False, True)
    except (ImportError, AttributeError, TypeError):
        return _whole().dumps
    return lambda value: "".join(encoder(value, 0))
