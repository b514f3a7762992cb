"""The programs that the tiers put on PATH: small scripts of sh, from the templates beside this."""

import os
from collections.abc import Mapping

from workroot.doors import files, process
from workroot.errors import WorkrootError
from workroot.pythons import interpreter
from workroot.root import ENGINE
from workroot.standards.quoting import filled, quote_sh

MARK = b"put here by workroot"
_HEAD = 300  # bytes, in which the mark stands


def of(name: str, words: Mapping[str, str]) -> bytes:
    """A template with these words in it, each quoted as a word of sh.

    Args:
        name: The file in templates/.
        words: Its tokens -> what stands in their place.
    """
    text = files.read_text(os.path.join(ENGINE, "tiers", "templates", name)) or ""
    quoted = {key: quote_sh(word) for key, word in words.items()}
    return filled(text, quoted).encode("utf-8", "surrogateescape")


def pyctl(kit: str, tier: str) -> bytes:
    """The `pyctl` of a kit, run by the Python that runs this. tier: '--user' or '--system'."""
    words = {
        "PYTHON": interpreter.running().path,
        "MAIN": os.path.join(kit, "python", "workroot", "__main__.py"),
        "SETUP": os.path.join(kit, "setup.sh"),
        "TIER": tier,
    }
    return of("pyctl.sh", words)


def compile_engine(kit: str, environ: Mapping[str, str]) -> None:
    """Its bytecode: without that every start is slow, and what only looks may not write it."""
    engine = os.path.join(kit, "python", "workroot")
    # Only by the Python that will run it: bytecode has the tag of its version.
    argv = [interpreter.running().path, "-I", "-m", "compileall", "-q", engine]
    process.attempt(argv, env=process.scrubbed(environ))


def check(path: str) -> None:
    """Raises WorkrootError: where something else has that name."""
    if os.path.lexists(path) and not ours(path):
        raise WorkrootError(
            f"{path} is another program", "move it away, then type the same command again"
        )


def ours(path: str) -> bool:
    """Whether a script is one of these."""
    return MARK in (files.read_bytes(path) or b"")[:_HEAD]
