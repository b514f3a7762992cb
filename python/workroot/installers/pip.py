"""Who installs into a virtual environment, uv or pip, and what runs it. A link needs neither.

uv is taken where it runs (unless told 'pip'), else a pip: the venv's own, or the one that
provision.py gets for it.
"""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from workroot.doors import files, process
from workroot.errors import WorkrootError
from workroot.installers import index, provision, uv
from workroot.pythons.venv import Venv

_QUIET = ("--no-input", "--disable-pip-version-check", "--no-warn-script-location")


class Installer(NamedTuple):
    """How packages get into a venv.

    kind: 'uv' or 'pip'; argv: what stands before the arguments of its install command.
    """

    kind: str
    argv: tuple[str, ...]


def find(
    venv: Venv,
    wanted: str,
    environ: Mapping[str, str],
    offline: bool = False,
    say: Callable[[str], None] = lambda sentence: None,
) -> Installer:
    """The installer for that venv, putting pip into it where it has none.

    Args:
        venv: what is to be installed into.
        wanted: 'auto', 'uv' or 'pip', as the setting installer has it.
        environ: the person's; uv is looked for on its PATH.
        offline: whether fetching a pip is forbidden.
        say: told when a pip is fetched.

    Raises:
        WorkrootError: when there is none to be had.
    """
    if wanted in ("auto", "uv"):
        program = uv.find(environ)
        if program:
            words = (program, "pip", "install", "--python", venv.python, "--compile-bytecode")
            return Installer("uv", words)
        if wanted == "uv":
            raise WorkrootError(
                "installer = 'uv' but no uv runs on PATH", "install uv, or set installer = 'auto'"
            )
    return Installer("pip", (*provision.words(venv, environ, say, offline), "install", *_QUIET))


class Run(NamedTuple):
    """One run of an installer.

    what: the names of what is installed, for the sentence when it fails. log: the file for its
    output; '' shows that on the person's terminal. bytecode: as [session] bytecode has it.
    """

    what: str
    log: str
    bytecode: str = "off"


def install(
    installer: Installer, arguments: Sequence[str], environ: Mapping[str, str], run: Run
) -> None:
    """Run the installer's install command. Raises WorkrootError with its last words.

    Both installers resolve all before they change anything.
    """
    argv = [*installer.argv, *arguments]
    env = variables(installer, environ, run.bytecode)
    failed = f"{installer.kind} could not install {run.what}; the packages are as before"
    if not run.log:
        # On stderr: the command's own stdout is for its answer.
        if process.passthrough(argv, env=env, stdout=sys.stderr.fileno()):
            raise WorkrootError(failed, "its words are above")
        return
    outcome = process.attempt(argv, env=env)
    files.make_directory(os.path.dirname(run.log))
    files.write(run.log, f"{' '.join(argv)}\n{outcome.output}{outcome.errors}")
    if outcome.status:
        raise WorkrootError(
            "\n  ".join([failed, *process.last_lines(outcome)]), f"the whole output: {run.log}"
        )


def variables(installer: Installer, environ: Mapping[str, str], bytecode: str) -> dict[str, str]:
    """The environment that it runs in: nothing leads it elsewhere, and it knows the index."""
    env = process.scrubbed(environ)
    if installer.kind == "uv":
        env |= uv.index_variables(environ) | uv.own_files(environ)
    else:
        env |= index.into_venv(env)
    if bytecode != "on":
        # For what it starts, a build backend in the repo say: pip itself is isolated from this
        # (-I). A cache of bytecode elsewhere is no help: pip would note it in RECORD, and leave
        # it there.
        env["PYTHONDONTWRITEBYTECODE"] = "1"
    return env


def checking(installer: Installer) -> list[str]:
    """The installer's command that says whether all that is declared is installed.

    `pip check` is the same word for both; where the venv stands in the line is not.
    """
    if installer.kind == "uv":
        return [*installer.argv[:2], "check", *installer.argv[3:5]]
    return [
        *installer.argv[: installer.argv.index("install")],
        "check",
        "--disable-pip-version-check",
    ]
