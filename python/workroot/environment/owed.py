"""What workroot.toml asks for and the venv does not have, as findings.

No health check of the link can see it.

A session may lack any of it. It starts, says so, and `workroot setup` makes up for it.
"""

import os
from collections.abc import Mapping, Sequence

from workroot.config import Config
from workroot.environment import wanted
from workroot.errors import WorkrootError
from workroot.pythons import interpreter, packages
from workroot.pythons.venv import Venv
from workroot.session.health import Finding

# Findings of a session that works as far as it can; any other failure means that there is none.
TOLERATED = ("requirements", "import-failed")


def findings(
    config: Config,
    venv: Venv,
    recorded: dict,
    environ: Mapping[str, str],
) -> list[Finding]:
    """What the venv lacks, or has otherwise than workroot.toml asks for.

    Args:
        recorded: What the last setup of that venv left in the state.
    """
    return [
        *_other_python(config, venv),
        *_not_installed(config, venv, recorded, environ),
        *_not_built(config),
    ]


def refusing(found: Sequence[Finding]) -> bool:
    """Whether any of these findings means that there can be no session."""
    return any(one.severity == "fail" and one.id not in TOLERATED for one in found)


def uninstalled(recorded: dict, venv: Venv) -> list[str]:
    """What was there when setup had last installed, and is gone or in another version.

    Returns:
        'NAME VERSION' of each, in the version that setup had installed.
    """
    before = recorded.get("packages", {})
    if not before:
        return []
    there = {(one.name, one.version) for one in packages.read(venv.path)}
    return [f"{name} {before[name]}" for name in before if (name, before[name]) not in there]


def _not_installed(
    config: Config,
    venv: Venv,
    recorded: dict,
    environ: Mapping[str, str],
) -> list[Finding]:
    """At most one finding: what is asked for and missing, else what setup had put in and is gone.

    The second only warns, as whoever took it out may have meant to.
    """
    gone = uninstalled(recorded, venv)
    finished = _finished(config, recorded)
    # What setup installed and is all there needs no look at the files, which a session waits for.
    unmet = wanted.unmet(config, venv, environ) if gone or not finished else []
    if unmet:
        return [Finding("fail", "requirements", "; ".join(unmet), "workroot setup")]
    if gone:
        evidence = f"setup had installed {', '.join(gone)}, which is not there any more"
        return [Finding("warn", "requirements", evidence, "workroot setup")]
    return []


def _finished(config: Config, recorded: dict) -> bool:
    """Whether setup installed just what the files ask for now."""
    try:
        return recorded.get("installed", {}) == wanted.digests(config)
    except WorkrootError:
        return False  # a requirements file is gone, which wanted.unmet says


def _other_python(config: Config, venv: Venv) -> list[Finding]:
    """A venv that is there is kept, also where workroot.toml asks for another version by now."""
    clauses = interpreter.parse_range(config.venv.python)
    if clauses is None or interpreter.fits(venv.version, clauses):
        return []
    evidence = (
        f"{venv.path} has Python {venv.text}, and workroot.toml asks for {config.venv.python}"
    )
    return [Finding("warn", "python-other", evidence, "workroot create --force")]


def _not_built(config: Config) -> list[Finding]:
    """The directories of native modules that are not there, where their modules are not named."""
    if config.venv.optional_imports:
        return []
    absent = [path for path in config.optional_paths if not os.path.isdir(path)]
    hint = "build it, or do without it"
    return [Finding("warn", "optional-missing", f"{path}: not built yet", hint) for path in absent]
