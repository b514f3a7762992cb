"""Is the module there that each command of a package starts?

entry_points.txt says `name = module:function`. Where that module is in no package any more, the
command ends with ModuleNotFoundError: often two versions were mixed, or an extra was not
installed.
"""

import configparser
import os
from collections.abc import Iterator

from workroot.doctor.context import DIRECTORY, Context
from workroot.doctor.finding import Finding, warning, well
from workroot.doctor.healing import bringing
from workroot.doors import files
from workroot.pythons.packages import Distribution

NEEDS = DIRECTORY


def check(context: Context) -> Iterator[Finding]:
    damaged = {one.distribution.name for one in context.damages}
    found = False
    for one in context.packages:
        if one.editable or one.name in damaged:
            continue  # of an editable the modules lie elsewhere; a damaged one is named as such
        for command, module in _commands(context, one):
            if _top_is_there(context, module) and not _is_there(context, module):
                found = True
                evidence = f"{one}: the command {command} starts {module}, which is not there"
                cause = "two versions were mixed, or the package was built without that module"
                yield warning(
                    "entry-points",
                    evidence,
                    cause,
                    bringing.by_hand(one),
                )
    if not found:
        yield well("entry-points", "every command has its module")


def _commands(context: Context, one: Distribution) -> Iterator[tuple[str, str]]:
    """Each command and the module that it starts; a file that cannot be parsed has none."""
    path = os.path.join(context.venv_path, one.directory, "entry_points.txt")
    # Raw, as a '%' in a name would be looked up; ':' stands between module and function.
    settings = configparser.RawConfigParser(delimiters=("=",), strict=False)
    settings.optionxform = str  # names of commands keep their case
    try:
        settings.read_string(files.text_by_hand(path) or "")
    except configparser.Error:
        return
    for section in ("console_scripts", "gui_scripts"):
        if settings.has_section(section):
            for command, target in settings[section].items():
                yield command, target.partition(":")[0].strip()


def _top_is_there(context: Context, module: str) -> bool:
    """Of a module that no site-packages has at all the package may be the standard library's."""
    top = module.partition(".")[0]
    return any(_module(os.path.join(site, top)) for site in context.sites)


def _is_there(context: Context, module: str) -> bool:
    """Whether a site-packages has that module, with its dots as directories."""
    below = module.replace(".", os.sep)
    return any(_module(os.path.join(site, below)) for site in context.sites)


def _module(stem: str) -> bool:
    """Whether an import finds a module of that path: a package, a file, or a native one."""
    if os.path.isdir(stem) or os.path.isfile(stem + ".py"):
        return True
    start = os.path.basename(stem) + "."
    native = (".so", ".pyd")
    return any(
        name.startswith(start) and name.endswith(native)
        for name in files.names(os.path.dirname(stem))
    )
