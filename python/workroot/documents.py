"""JSON documents on disk, read and written without importing json, which costs a third of a Python start.

The text is pure ASCII, for people as well: one key a line, and one item a line in a list of objects.
"""

from workroot import files
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
        super().__init__(f"{path} was written by a newer kit (format {version})", "update this kit, then type the same command again")
        self.path = path


def parse(text: str) -> object:
    """The value of a JSON text. Raises ValueError."""
    try:
        from _json import make_scanner
    except ImportError:
        return _parse_slowly(text)
    try:
        value, end = make_scanner(_Rules())(text, len(text) - len(text.lstrip(" \t\r\n")))
    except (StopIteration, RecursionError) as error:
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
    memo: dict = {}


def text(document: dict) -> str:
    """The JSON text of an object, to be read by people too."""
    return "{\n" + ",\n".join(f"  {_string(key)}: {_item(value)}" for key, value in document.items()) + "\n}\n"


def _item(value: object) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n    " + ",\n    ".join(map(_compact, value)) + "\n  ]"
    return _compact(value)


def _compact(value: object) -> str:
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_string(key)}: {_compact(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_compact, value)) + "]"
    return {None: "null", True: "true", False: "false"}[value] if value is None or isinstance(value, bool) else repr(value)


def _quoted(value: str) -> str:
    import json

    return json.dumps(value)


try:
    from _json import encode_basestring_ascii as _string
except ImportError:
    _string = _quoted
