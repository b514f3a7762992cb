"""Find a pip for a virtual environment, put one into it, and run it.

In order: uv (unless told 'pip'), pip in the venv, the wheel in the base's ensurepip, a pip of the base that knows --python,
and at last one wheel from the index, pinned by its hash. A link needs none of these.
"""

import hashlib
import os
import re
import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from workroot.doors import files, process, trees
from workroot.errors import WorkrootError
from workroot.installers import images, wheel
from workroot.pythons import bytecode
from workroot.pythons.interpreter import which
from workroot.pythons.venv import Venv
from workroot.root import SCRIPTS

_BUNDLED = (
    "import ensurepip, glob, os, sys; d = getattr(ensurepip, '_WHEEL_PKG_DIR', None); "
    "b = os.path.join(os.path.dirname(ensurepip.__file__), '_bundled'); "
    "print(*(glob.glob(os.path.join(d, 'pip-*.whl')) if d else []), *glob.glob(os.path.join(b, 'pip-*.whl')), sep='\\n')"
)
_BASE_KNOWS_PYTHON = (22, 3)
_TO_TYPE = "apt install python3-venv (or install uv), then: workroot setup"


class Installer(NamedTuple):
    """How packages get into a venv. kind: 'uv' or 'pip'; argv: what stands before the arguments of its install command."""

    kind: str
    argv: tuple[str, ...]


def find(venv: Venv, wanted: str, environ: Mapping[str, str], offline: bool = False) -> Installer:
    """The installer for that venv, putting pip into it where it has none. Raises WorkrootError when there is none to be had."""
    if wanted in ("auto", "uv"):
        uv = find_uv(environ)
        if uv:
            return Installer(
                "uv", (uv, "pip", "install", "--python", venv.python, "--compile-bytecode")
            )
        if wanted == "uv":
            raise WorkrootError(
                "installer = 'uv' but no uv runs on PATH", "install uv, or set installer = 'auto'"
            )
    if not present(venv) and not put_bundled(venv, environ, compiled=False):
        argv = _of_base(venv, environ)
        if argv:
            return Installer("pip", (*argv, "install", *_QUIET))
        _put_from_index(venv, environ, offline)
    return Installer("pip", (venv.python, "-Im", "pip", "install", *_QUIET))


_QUIET = ("--no-input", "--disable-pip-version-check", "--no-warn-script-location")


def find_uv(environ: Mapping[str, str]) -> str | None:
    """The first uv on PATH that runs: a version manager's shim may be there and run nothing."""
    for path in which("uv", environ):
        if process.attempt([path, "--version"], env=environ, timeout=20).status == 0:
            return path
    return None


def present(venv: Venv) -> bool:
    """Whether the venv has a whole pip: its package and its metadata, which come last."""
    names = os.listdir(venv.site)
    infos = [name for name in names if re.fullmatch(r"pip-[^-]+\.dist-info", name)]
    return "pip" in names and any(
        os.path.isfile(os.path.join(venv.site, name, "METADATA")) for name in infos
    )


def own(venv: Venv) -> bool:
    """Whether the venv's pip is one that we put there."""
    infos = [name for name in os.listdir(venv.site) if re.fullmatch(r"pip-[^-]+\.dist-info", name)]
    return any(
        files.read_bytes(os.path.join(venv.site, name, "INSTALLER")) == b"workroot\n"
        for name in infos
    )


def is_part(name: str) -> bool:
    """Whether a file, by its path in a venv, is pip's."""
    return bool(
        re.search(
            r"site-packages/pip(-[^/-]+\.dist-info)?/|^(bin|Scripts)/pip[0-9.]*(\.exe)?$", name
        )
    )


def put_bundled(venv: Venv, environ: Mapping[str, str], compiled: bool = True) -> bool:
    """Put the pip that comes with the base Python into the venv. Says whether there was one."""
    if present(venv):
        return True
    path = _bundled(venv, environ)
    if path:
        _put(path, venv, environ, compiled)
    return path is not None


def keep(venv: Venv, environ: Mapping[str, str]) -> None:
    """Keep our pip as it is after a run, compiled as far as it was used, for the next venv of this Python."""
    path = _bundled(venv, environ) if own(venv) else None
    if path:
        images.keep(images.directory(environ), _image(path, venv), venv.path, is_part)


def _bundled(venv: Venv, environ: Mapping[str, str]) -> str | None:
    """The wheel of pip that the base Python brings: where it usually is, else where that Python says."""
    usual = os.path.join(
        os.path.dirname(os.path.dirname(venv.base)),
        "lib",
        "python%d.%d" % venv.version[:2],
        "ensurepip",
        "_bundled",
    )
    names = (
        [name for name in os.listdir(usual) if re.fullmatch(r"pip-[0-9.]+-py3-none-any\.whl", name)]
        if os.path.isdir(usual)
        else []
    )
    if len(names) == 1:
        return os.path.join(usual, names[0])
    outcome = process.attempt(
        [venv.base, "-I", "-c", _BUNDLED], env=process.scrubbed(environ), timeout=60
    )
    return next((path for path in outcome.output.splitlines() if os.path.isfile(path)), None)


def _put(path: str, venv: Venv, environ: Mapping[str, str], compiled: bool) -> None:
    _sweep(venv)
    cache, key = images.directory(environ), _image(path, venv)
    if images.take(cache, key, venv.path):
        return
    wheel.put(path, venv.path, venv.site, venv.python, venv.version)
    if compiled:
        bytecode.compile_all(venv, environ, os.path.join(venv.site, "pip"))
        images.keep(cache, key, venv.path, is_part)


def _sweep(venv: Venv) -> None:
    """Remove what a killed run left of a pip that is not whole."""
    for name in os.listdir(venv.site):
        if re.fullmatch(r"pip|pip-[^-]+\.dist-info|workroot-\d+\.tmp", name):
            trees.remove(os.path.join(venv.site, name))


def _image(path: str, venv: Venv) -> str:
    status = os.stat(path)
    facts = (path, status.st_size, status.st_mtime_ns, venv.base, venv.version, SCRIPTS)
    return hashlib.sha256(repr(facts).encode("utf-8", "surrogateescape")).hexdigest()


def install(
    installer: Installer,
    arguments: Sequence[str],
    environ: Mapping[str, str],
    log: str,
    show: bool,
    what: str,
) -> None:
    """Run the installer's install command. show: on the person's terminal; else into the log file, its last lines in the error.

    what: the names of what is installed, for the sentence when it fails; both installers resolve all before they change anything.
    """
    argv = [*installer.argv, *arguments]
    from workroot.installers import index

    env = process.scrubbed(environ)
    env |= _pip_settings(environ) if installer.kind == "uv" else index.into_venv(env)
    failed = f"{installer.kind} could not install {what}; the packages are as before"
    if show:
        if process.passthrough(argv, env=env, stdout=sys.stderr.fileno()):
            raise WorkrootError(failed, "its words are above")
        return
    outcome = process.attempt(argv, env=env)
    files.make_directory(os.path.dirname(log))
    files.write(log, f"{' '.join(argv)}\n{outcome.output}{outcome.errors}")
    if outcome.status:
        raise WorkrootError(
            "\n  ".join([failed, *process.last_lines(outcome)]), f"the whole output: {log}"
        )


def checking(installer: Installer) -> list[str]:
    """The installer's command that says whether all that is declared is installed."""
    if installer.kind == "uv":
        return [*installer.argv[:2], "check", *installer.argv[3:5]]
    return [
        *installer.argv[: installer.argv.index("install")],
        "check",
        "--disable-pip-version-check",
    ]


def _pip_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """What a person told pip of the index, for uv, where nothing was told to uv itself."""
    from workroot.installers import index

    pairs = (
        ("index-url", "UV_DEFAULT_INDEX"),
        ("extra-index-url", "UV_INDEX"),
        ("find-links", "UV_FIND_LINKS"),
        ("no-index", "UV_NO_INDEX"),
    )
    pairs += (("cert", "SSL_CERT_FILE"),)
    theirs = (
        "UV_DEFAULT_INDEX",
        "UV_INDEX_URL",
        "UV_INDEX",
        "UV_EXTRA_INDEX_URL",
        "UV_FIND_LINKS",
        "UV_NO_INDEX",
        "SSL_CERT_FILE",
    )
    return {
        ours: value
        for name, ours in pairs
        if ours not in environ
        and (value := index.setting(name, environ))
        and not (
            ours.startswith("UV_")
            and any(other in environ for other in theirs if other.startswith("UV_"))
        )
    }


def _of_base(venv: Venv, environ: Mapping[str, str]) -> tuple[str, ...] | None:
    argv = (venv.base, "-I", "-m", "pip")
    outcome = process.attempt([*argv, "--version"], env=process.scrubbed(environ), timeout=60)
    version = re.match(r"pip (\d+)\.(\d+)", outcome.output)
    if outcome.status or not version or tuple(map(int, version.groups())) < _BASE_KNOWS_PYTHON:
        return None
    return (*argv, "--python", venv.python)


def _put_from_index(venv: Venv, environ: Mapping[str, str], offline: bool) -> None:
    from workroot.installers import index

    if offline:
        raise WorkrootError(
            "there is no pip and no uv here, and --offline forbids to fetch one", _TO_TYPE
        )
    _sweep(venv)
    target = os.path.join(venv.path, index.PIP_WHEEL)
    try:
        files.write(target, index.fetch_pip(environ))
        wheel.put(target, venv.path, venv.site, venv.python, venv.version)
    except WorkrootError as error:
        raise WorkrootError(
            f"there is no pip and no uv here, and fetching one failed: {error.message}", _TO_TYPE
        ) from error
    finally:
        files.discard(target)
    bytecode.compile_all(venv, environ, os.path.join(venv.site, "pip"))
