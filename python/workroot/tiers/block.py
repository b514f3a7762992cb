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
    """What a file holds around our block.

    Attributes:
        before, after: The bytes of the file without it.
        note: What the block says of itself; None: there is none.
    """

    before: bytes
    after: bytes
    note: str | None


def put(path: str, line: str) -> bool:
    """Have the block in a file once.

    A file that is not there is made; a link is followed to the file that it names.

    Args:
        path: The startup file.
        line: What the shell is to read.

    Returns:
        Whether that changed anything.

    Raises WorkrootError: when the file cannot be read, is read-only, or has half a block.
    """
    path = os.path.realpath(path)
    old = _read(path)
    new = _with_block(path, old, line)
    if new == (old or b""):
        return False
    if old is not None and not os.access(path, os.W_OK):
        # A rename could replace it, where the directory is ours: but that it is read-only, or
        # somebody else's, says that another tool looks after it (home-manager, chezmoi, root).
        raise WorkrootError(f"{path} is read-only: it is managed by something else")
    _write(
        path,
        new,
        None if old is None else os.stat(path).st_mode & 0o7777,
    )
    return True


def _with_block(path: str, old: bytes | None, line: str) -> bytes:
    """The content of a file with the block in it once.

    Args:
        path: For the sentence of an error.
        old: What the file holds; None: there is none.
        line: What the shell is to read.

    Raises WorkrootError: when it has half a block.
    """
    data = old or b""
    newline = _encoded(data, "\n")
    content = _split(path, data)
    before = content.before
    after = content.after
    # Where a person has put lines behind the block it stays: they may need what it sets.
    if not _has_code(data, after):
        at = _end_of_what_is_read(data, before)
        after = before[at:] + after
        before = before[:at]

    note = content.note or ""
    if old is None:
        note = _MADE
    elif before and not before.endswith(newline):
        note = _ENDED
        before += newline
    return before + _block(data, line, note) + after


def take(path: str) -> bool:
    """Take the block out again; a file that it made and that holds nothing else goes too.

    Returns:
        Whether there was one.

    Raises WorkrootError: when the file cannot be read, is read-only, or has half a block.
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

    A `return` in a condition or a function is none: what stands indented, or in a part that is
    still open by a rough count, is passed over.

    Raises WorkrootError: when the file cannot be read.
    """
    data = _read(path) or b""
    above = data.partition(_encoded(data, line))[0]
    nesting = _NESTING.get(os.path.splitext(path)[1], _SH)
    depth = 0
    for number, words in enumerate(_lines(data, above), 1):
        if depth <= 0 and _LAST_WORD.match(words):
            return f"line {number}: {words.strip()}"
        code = _COMMENT.sub("", words)
        opened = len(nesting.opened.findall(code))
        closed = len(nesting.closed.findall(code))
        depth += opened - closed
    return ""


def _read(path: str) -> bytes | None:
    """The content of a file; None where it is not there.

    Raises WorkrootError: when it cannot be read.
    """
    try:
        return files.read_bytes(path)
    except OSError as error:
        raise WorkrootError(
            f"cannot read {path}: {(error.strerror or str(error)).lower()}"
        ) from error


def _write(path: str, data: bytes, mode: int | None) -> None:
    """Write a file anew in one step, with its mode; None: of a new file."""
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
    """Whether a part holds more than comments and empty lines."""
    return not all(_NO_CODE.match(words) for words in _lines(data, part))


def _split(path: str, data: bytes) -> _Content:
    """A file's content around our block, and what that says of itself.

    Raises WorkrootError: where the end of a block is gone.
    """
    start = _encoded(data, _START)
    end = _encoded(data, _END)
    at = data.find(start)
    if at < 0:
        return _Content(data, b"", None)
    before = data[:at]
    rest = data[at:]
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
    """The block as that file spells it."""
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
    """How bytes that are no text survive the way to text and back.

    UTF-16 has no such way: what is broken there is replaced.
    """
    return "surrogateescape" if _codec(data) == "utf-8" else "replace"
