"""JSON documents on disk, read and written without importing json, which costs a third of a Python start.

The text is pure ASCII, for people as well: one key a line, and one item a line in a list of objects.
"""

from _collections_abc import Callable

from workroot.doors import files
from workroot.errors import WorkrootError


def load(path: str, version: int) -> dict | None:
    """The object in a file; None where there is no file. Raises Damaged, or Newer when its version is higher."""
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
        from _json import make_scanner
    except ImportError:
        return _parse_slowly(text)
    try:
        value, end = make_scanner(_Rules())(text, len(text) - len(text.lstrip(" \t\r\n")))
    except (
        StopIteration,
        RecursionError,
        SystemError,
    ) as error:  # the last where json.decoder has no JSONDecodeError to raise
        raise ValueError("not a JSON text") from error
    if text[end:].strip(" \t\r\n"):
        raise ValueError("more than one JSON value")
    return value


def _parse_slowly(text: str) -> object:
    import json

    return json.loads(text)


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
    return (
        "{\n"
        + ",\n".join(
            f"  {compact(key)}: {_item(value, compact)}" for key, value in document.items()
        )
        + "\n}\n"
    )


def _item(value: object, compact: Callable[[object], str]) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n    " + ",\n    ".join(map(compact, value)) + "\n  ]"
    return compact(value)


def moment(seconds: float) -> str:
    """A time since the epoch as documents say it: UTC, ISO 8601."""
    from time import gmtime, strftime

    return strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(seconds))


def _writer() -> Callable[[object], str]:
    """What gives the JSON text of a value on one line."""
    try:
        from _json import encode_basestring_ascii, make_encoder

        encoder = make_encoder(
            None, None, encode_basestring_ascii, None, ": ", ", ", False, False, True
        )
    except (ImportError, TypeError):
        from json import dumps

        return dumps
    return lambda value: "".join(encoder(value, 0))
