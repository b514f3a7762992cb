"""The one marked block of the user tier in a startup file: put in once, taken out to the byte.

It says in itself whether it ended the line before it, or made the file. It stands where a shell
reads it: a `return` that ends the file comes after it.
"""

import os
import re
from typing import NamedTuple

from workroot.doors import files
from workroot.errors import WorkrootError

_START, _END = "# >>> pyctl >>>", "# <<< pyctl <<<"
_PLAIN = "# put here by workroot; `setup.sh --user --remove` takes it away"
_MADE, _ENDED = " (it made this file)", " (it ended the line above)"
_NO_CODE = re.compile(r"\s*(#.*)?$")
# At the start of a line: what is indented belongs to a condition or a function. `exec 2>log` is no
# last word, the shell goes on.
_LAST_WORD = re.compile(r"((return|exit)(?![\w=-])|exec\s+[^\s<>{\d&])(?!.*(&&|\|\|))")
_COMMENT = re.compile(r"(^|\s)#.*")


class _Nesting(NamedTuple):
    """What opens and closes a part of a script. A rough count is enough for a warning."""

    opened: re.Pattern
    closed: re.Pattern


_SH = _Nesting(
    re.compile(r"(?<![\w-])(if|case|do)(?![\w-])|\{"),
    re.compile(r"(?<![\w-])(fi|esac|done)(?![\w-])|\}"),
)
_NESTING = {
    ".fish": _Nesting(
        re.compile(r"(?<![\w-])(if|for|while|begin|switch|function)(?![\w-])"),
        re.compile(r"(?<![\w-])end(?![\w-])"),
    ),
    ".ps1": _Nesting(re.compile(r"\{"), re.compile(r"\}")),
}


class _Content(NamedTuple):
    """What a file holds around our block. note: what that says of itself; None: there is none."""

    before: bytes
    after: bytes
    note: str | None


def put(path: str, line: str) -> bool:
    """Have the block in a file once. Says whether that changed anything. Raises WorkrootError."""
    path = os.path.realpath(path)
    old = _read(path)
    data = old or b""
    newline = _encoded(data, "\n")
    content = _split(path, data)
    before, after = content.before, content.after
    # Where a person has put lines behind the block it stays: they may need what it sets.
    if not _has_code(data, after):
        at = _end_of_what_is_read(data, before)
        before, after = before[:at], before[at:] + after

    note = content.note or ""
    if old is None:
        note = _MADE
    elif before and not before.endswith(newline):
        note = _ENDED
        before += newline
    new = before + _block(data, line, note) + after
    if new == data:
        return False

    if old is not None and not os.access(path, os.W_OK):
        # A rename could replace it, where the directory is ours: but that it is read-only, or
        # somebody else's, says that another tool looks after it (home-manager, chezmoi, root).
        raise WorkrootError(f"{path} is read-only: it is managed by something else")
    _write(path, new, None if old is None else os.stat(path).st_mode & 0o7777)
    return True


def take(path: str) -> bool:
    """Take the block out again; a file that it made and that holds nothing else goes too.

    Says whether there was one. Raises WorkrootError.
    """
    path = os.path.realpath(path)
    data = None if os.path.isdir(path) else _read(path)
    if data is None:
        return False
    content = _split(path, data)
    if content.note is None:
        return False
    if not os.access(path, os.W_OK):
        raise WorkrootError(f"{path} is read-only: it is managed by something else")
    rest = content.before + content.after
    if not rest and content.note == _MADE:
        files.discard(path)
    else:
        _write(path, rest, os.stat(path).st_mode & 0o7777)
    return True


def there(path: str) -> bool:
    """Whether a file has our block. Raises WorkrootError where it cannot be read."""
    data = _read(path) or b""
    return _encoded(data, _START) in data


def reads(path: str, line: str) -> bool:
    """Whether a file has that line, in our block or by its owner's hand. Raises WorkrootError."""
    data = _read(path) or b""
    return _encoded(data, line) in data


def behind(path: str, line: str) -> str:
    """What a shell may stop at above our line: 'line 12: return 0'; '' for nothing.

    Raises WorkrootError.
    """
    data = _read(path) or b""
    above = data.partition(_encoded(data, line))[0]
    nesting = _NESTING.get(os.path.splitext(path)[1], _SH)
    depth = 0
    for number, words in enumerate(_lines(data, above), 1):
        if depth <= 0 and _LAST_WORD.match(words):
            return f"line {number}: {words.strip()}"
        code = _COMMENT.sub("", words)
        depth += len(nesting.opened.findall(code)) - len(nesting.closed.findall(code))
    return ""


def _read(path: str) -> bytes | None:
    try:
        return files.read_bytes(path)
    except OSError as error:
        raise WorkrootError(
            f"cannot read {path}: {(error.strerror or str(error)).lower()}"
        ) from error


def _write(path: str, data: bytes, mode: int | None) -> None:
    try:
        files.make_directory(os.path.dirname(path))
        files.write(path, data, mode)
    except WorkrootError as error:
        raise WorkrootError(error.message) from error  # its hint speaks of a workroot


def _end_of_what_is_read(data: bytes, before: bytes) -> int:
    """Where the `return`, `exit` or `exec` begins that ends a file; the length of all without one.

    Only the last commands are looked at: there no condition is open any more.
    """
    end = at = len(before)
    for words in reversed(_lines(data, before)):
        at -= len(_encoded(data, words))
        if _LAST_WORD.match(words):
            end = at
        elif not _NO_CODE.match(words):
            break
    return end


def _has_code(data: bytes, part: bytes) -> bool:
    return not all(_NO_CODE.match(words) for words in _lines(data, part))


def _split(path: str, data: bytes) -> _Content:
    """Raises WorkrootError where the end of a block is gone."""
    start, end = _encoded(data, _START), _encoded(data, _END)
    at = data.find(start)
    if at < 0:
        return _Content(data, b"", None)
    before, rest = data[:at], data[at:]
    if end not in rest:
        raise WorkrootError(
            f"{path} has the start of pyctl's block and not its end",
            f"remove the lines from {_START} on by hand",
        )
    inside, _, after = rest.partition(end)
    note = ""
    for one in (_MADE, _ENDED):
        if _encoded(data, one) in inside:
            note = one
    for newline in ("\r\n", "\n"):
        if after.startswith(_encoded(data, newline)):
            after = after.removeprefix(_encoded(data, newline))
            break
    if start in after:  # two copies of a startup file put together
        more = _split(path, after)
        after = more.before + more.after
    if note == _ENDED and not after:
        before = before.removesuffix(_encoded(data, "\n"))
    return _Content(before, after, note)


def _block(data: bytes, line: str, note: str) -> bytes:
    return _encoded(data, f"{_START}\n{_PLAIN}{note}\n{line}\n{_END}\n")


def _lines(data: bytes, part: bytes) -> list[str]:
    """The lines of a part, each with its end; bytes that are no text come back as they were."""
    text = part.decode(_codec(data), _errors(data))
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _encoded(data: bytes, text: str) -> bytes:
    """Text as that file spells it."""
    return text.encode(_codec(data), _errors(data))


def _codec(data: bytes) -> str:
    """Windows PowerShell writes UTF-16."""
    return {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(data[:2], "utf-8")


def _errors(data: bytes) -> str:
    return "surrogateescape" if _codec(data) == "utf-8" else "replace"
