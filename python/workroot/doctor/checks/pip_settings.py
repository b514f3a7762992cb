"""Does a setting send pip somewhere else than into this venv?

A variable or a pip.conf may tell pip to install elsewhere (target, prefix, root, user) or for
another Python. The kit's own pip is run without those variables; a plain `python -m pip` obeys
them.
"""

import configparser
import os
from collections.abc import Iterator

from workroot.doctor.context import ANYTHING, Context
from workroot.doctor.finding import Finding, warning, well
from workroot.doors import files

NEEDS = ANYTHING
_ELSEWHERE = ("target", "prefix", "root", "user", "python", "require-virtualenv")


def check(context: Context) -> Iterator[Finding]:
    found = False
    for name in _ELSEWHERE:
        variable = f"PIP_{name.upper().replace('-', '_')}"
        value = context.environ.get(variable)
        # PIP_REQUIRE_VIRTUALENV stops a pip outside of a venv, and does nothing to one inside.
        if value and name != "require-virtualenv":
            found = True
            evidence = f"{variable} is {value}"
            cause = "a startup file of this shell sets it"
            yield warning(
                "pip-settings",
                evidence,
                cause,
                f"unset {variable}",
            )
    for path in _files(context):
        for section, key in _settings(path):
            found = True
            evidence = f"{path} sets {key} in [{section}]"
            cause = "somebody sent every pip of this user or machine there"
            yield warning(
                "pip-settings-file",
                evidence,
                cause,
                f"remove that line from {path}",
            )
    if not found:
        yield well("pip-settings", "no setting sends pip elsewhere")


def _files(context: Context) -> list[str]:
    """The configuration files that a pip of this venv would read."""
    environ = context.environ
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    config = environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    named = environ.get("PIP_CONFIG_FILE")  # then pip reads that file alone
    usual = [
        "/etc/pip.conf",
        os.path.join(home, ".pip", "pip.conf"),
        os.path.join(config, "pip", "pip.conf"),
        os.path.join(context.venv_path, "pip.conf"),
    ]
    return [named] if named else usual


def _settings(path: str) -> Iterator[tuple[str, str]]:
    """Section and key of each setting that sends packages elsewhere; a damaged file has none."""
    text = files.text_by_hand(path)
    settings = configparser.RawConfigParser(strict=False)
    try:
        settings.read_string(text or "")
    except configparser.Error:
        return
    for section in settings.sections():
        for key in settings[section]:
            if section in ("global", "install") and key in _ELSEWHERE[:4]:
                yield section, key
