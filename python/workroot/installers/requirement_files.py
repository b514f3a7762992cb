"""Requirements files as pip reads them, as far as setup needs.

Which files there are, whether they are hashed, and when they changed.
"""

import codecs
import hashlib
import locale
import os
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from workroot.doors import files
from workroot.doors.credentials import masked_text
from workroot.errors import WorkrootError

# What decides the dependencies of an editable package.
DECLARES = (
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    "requirements.txt",
)
_HINT = "correct [venv] requirements in workroot.toml"
# The next two match as pip's own do: '#' inside a word, as in a URL, begins no comment.
_COMMENT = re.compile(r"(?:^|\s+)#.*")
_VARIABLE = re.compile(r"\$\{[A-Z0-9_]+\}")
# pip splits an option line as a shell does (shlex), quotes and backslashes included.
_WORD = re.compile(r"""(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+|['"\\]""")
_QUOTED = re.compile(r"""'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)""")
_NAMES = ("-r", "-c", "--requirement", "--constraint")
_NAMES_AT_ONCE = re.compile(r"(?:--requirement=|--constraint=|-[rc]=?)(.+)")
_ASKS = ("-r", "--requirement")
_ASKS_AT_ONCE = re.compile(r"(?:--requirement=|-r=?)(.+)")
_EDITABLE = ("-e", "--editable")
# PEP 263's line, as Python sources have it.
_CODING = re.compile(rb"^[ \t]*#.*?coding[:=][ \t]*([-\w.]+)", re.MULTILINE)
_HASH = re.compile(r"\s--hash[= ]")


def nested(paths: Sequence[str]) -> list[str]:
    """These files and every file that they name by -r or -c.

    Each once, in the order in which pip reads them, spelled as it was reached. What a URL names is
    no file of this machine, and is left out.

    Raises:
        WorkrootError: when one of them is not there or cannot be read.
    """
    return _reached(paths, _NAMES, _NAMES_AT_ONCE)


def requested(paths: Sequence[str]) -> list[str]:
    """What these files, and those that they name by -r, ask for.

    Statements without options and constraints; -e is a requirement, and stays.

    Raises:
        WorkrootError: when one of them is not there or cannot be read.
    """
    lines: list[str] = []
    for path in _reached(paths, _ASKS, _ASKS_AT_ONCE):
        for _, line in statements(read(path)):
            if not line.startswith("-") or line.startswith(_EDITABLE):
                lines.append(line)
    return lines


class Statement(NamedTuple):
    """One line of a requirements file, or of one that it includes, continued lines joined.

    path, number: the file and the line that it begins in. directory: what relative paths in it
    start at. constrains: it only says which version it is to be, should somebody ask for it (-c).
    """

    path: str
    number: int
    directory: str
    line: str
    constrains: bool


def walked(path: str, text: str) -> list[Statement]:
    """What a file and those that it includes by -r and -c say, in pip's order; each file once.

    Args:
        path: of the file; of a pipe, relative paths start at the current directory.
        text: what is in it: a pipe can be read once.

    Raises:
        WorkrootError: when an included file is not there, cannot be read, or is named by a URL.
    """
    found: list[Statement] = []
    directory = os.path.dirname(path) if os.path.isfile(path) else os.curdir
    _walk(path, text, directory, False, found, set())
    return found


def _walk(  # noqa: PLR0913  # what a file is, and what was found so far
    path: str, text: str, directory: str, constrains: bool, found: list[Statement], seen: set
) -> None:
    """Add the statements of one file, and of those that it includes, to found. Raises."""
    seen.add((os.path.realpath(path), constrains))
    for number, line in statements(text):
        included = _including(line)
        if not included:
            found.append(Statement(path, number, directory, line, constrains))
        for name, by_constraint in included:
            if "://" in name:
                raise WorkrootError(
                    f"{path}, line {number}: {masked_text(name)} is not on this machine",
                    "fetch that file, and name it by its path",
                )
            other = os.path.join(directory, name)
            limits = constrains or by_constraint
            if (os.path.realpath(other), limits) in seen:
                continue
            if not os.path.exists(other):
                raise WorkrootError(
                    f"{path} includes {name}, which is not there", "correct that line"
                )
            _walk(other, read(other), os.path.dirname(other), limits, found, seen)


def _including(line: str) -> list[tuple[str, bool]]:
    """The files that an option line includes, and whether each is one of constraints."""
    found = []
    if not line.startswith("-"):
        return found
    split = _words(line)
    for option, word in zip(split, split[1:], strict=False):
        if option in _NAMES:
            found.append((word, option not in _ASKS))
    for word in split:
        at_once = _NAMES_AT_ONCE.fullmatch(word)
        # Long options that begin alike, as --require-hashes, do not match.
        if at_once and word not in _NAMES:
            found.append((at_once[1], not _ASKS_AT_ONCE.fullmatch(word)))
    return found


def _reached(paths: Sequence[str], options: Sequence[str], at_once: re.Pattern[str]) -> list[str]:
    """These files and those that they lead to. Raises WorkrootError.

    options, at_once: the spellings of the options that lead to another file, with the name as the
    next word or in the same one.
    """
    found: dict[str, str] = {}
    for path in paths:
        missing = WorkrootError(f"the requirements file {path} is not there", _HINT)
        _follow(path, missing, found, lambda line: _included(line, options, at_once))
    return list(found.values())


def _follow(
    path: str,
    missing: WorkrootError,
    found: dict[str, str],
    included: Callable[[str], list[str]],
) -> None:
    """Add a file, and those that it leads to, to found. Raises WorkrootError.

    Args:
        path: the file, which need not be there.
        missing: what is raised if it is not.
        found: a file's name in its real directory, from which what it names is looked for -> the
            file as it was spelled. What is in it is not read again: files may name each other.
        included: the names of files in an option line.
    """
    place = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
    if place in found:
        return
    if not os.path.exists(path):
        raise missing
    found[place] = path
    for _, line in statements(read(path)):
        for name in included(line):
            other = os.path.join(os.path.dirname(path), name)
            missing = WorkrootError(
                f"{path} includes {name}, which is not there", "correct that line"
            )
            _follow(other, missing, found, included)


def _included(line: str, options: Sequence[str], at_once: re.Pattern[str]) -> list[str]:
    """The files of this machine that an option line names by one of these options.

    Args:
        line: a statement; one that is no option names none.
        options: those whose file is the next word.
        at_once: matches a word that has the option and the file.
    """
    split = _words(line) if line.startswith("-") else []
    named = [word for option, word in zip(split, split[1:], strict=False) if option in options]
    named += [found[1] for found in map(at_once.fullmatch, split) if found]
    return [name for name in named if "://" not in name]


def _words(line: str) -> list[str]:
    """The words of an option line, split and unquoted as pip does.

    None where a quote is not closed, which pip refuses.
    """
    split = _WORD.findall(line)
    if any(word in ("'", '"', "\\") for word in split):
        return []
    return [_QUOTED.sub(_unquoted, word) for word in split]


def _unquoted(found: re.Match[str]) -> str:
    """What a quoted piece of a word says: between double quotes only two signs can be escaped."""
    in_single, in_double, escaped = found.groups()
    return in_single or escaped or re.sub(r'\\(["\\])', r"\1", in_double or "")


def statements(text: str) -> Iterator[tuple[int, str]]:
    """What a file says, each with the number of the line that it begins in.

    Continued lines are joined, comments taken out, ${VARIABLES} put in, in pip's order: a comment
    ends a continuation, and a variable may hold a '#'. One that is not set stays as it is.
    """
    parts: list[str] = []
    for number, line in enumerate([*text.splitlines(), ""], 1):
        comment = _COMMENT.match(line)
        if line.endswith("\\") and not comment:
            parts.append(line.rstrip("\\"))
            continue
        whole = _COMMENT.sub("", "".join([*parts, " " if comment else "", line])).strip()
        if whole:
            filled = _VARIABLE.sub(lambda found: os.path.expandvars(found[0]), whole)
            yield number - len(parts), filled
        parts = []


def read(path: str) -> str:
    """The text of a requirements file, decoded as pip decodes it.

    Raises:
        WorkrootError: when it is not there or cannot be read.
    """
    try:
        data = files.read_bytes(path)
    except OSError as error:
        raise _unreadable(path, error) from error
    if data is None:
        raise WorkrootError(f"the requirements file {path} is not there", _HINT)
    return decoded(data, path)


def decoded(data: bytes, path: str) -> str:
    """The text of a requirements file, read as pip reads it. Raises WorkrootError.

    By its byte order mark, else by a coding line in the first two lines, else as UTF-8, else as the
    locale has it.
    """
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        encodings = ["utf-16"]
    else:
        coding = _CODING.search(b"\n".join(data.split(b"\n")[:2]))
        named = [coding[1].decode("ascii")] if coding else []
        encodings = [*named, "utf-8-sig", locale.getencoding()]
    problem: Exception = ValueError("in no encoding")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError) as error:
            problem = error
    raise _unreadable(path, problem) from problem


def _unreadable(path: str, error: Exception) -> WorkrootError:
    """What is raised for a file that is there and cannot be read.

    error: of the system, or of the last encoding that was tried.
    """
    return WorkrootError(
        f"the requirements file {path} cannot be read: {error}",
        "save it as UTF-8, readable for you",
    )


def hashed(paths: Sequence[str]) -> bool:
    """Whether any requirement in these files has a hash; then pip asks that every one has.

    Raises WorkrootError where one of the files cannot be read.
    """
    return any(_HASH.search(line) for path in paths for _, line in statements(read(path)))


def empty(path: str) -> bool:
    """Whether a file asks for nothing: it has comments and empty lines alone.

    Raises WorkrootError where it cannot be read.
    """
    return next(statements(read(path)), None) is None


def digest(paths: Sequence[str]) -> str:
    """The hash (SHA-256, in hex) of what these files hold, by which a change is seen.

    Their names do not count, their order does; that one is missing counts as well.
    """
    total = hashlib.sha256()
    for path in paths:
        content = files.read_bytes(path)
        # With its length: no content can be moved from one file into the next unseen.
        total.update(b"absent;" if content is None else b"%d;" % len(content) + content)
    return total.hexdigest()
