"""where [MODULE...]: the file that an import takes, why that one, whose it is, and what lost."""

import os

from workroot.commands import _arguments, _doctor, _homes
from workroot.commands._call import Call
from workroot.doctor import where
from workroot.doctor.where import Module
from workroot.doors import terminal


def main(call: Call) -> int:
    made = _arguments.parser(call, "where yaml", "where numpy.linalg os", "where   # the repo's")
    made.add_argument("modules", nargs="*", metavar="MODULE", help="default: all of the repo's")
    given = made.parse_args(call.words)
    home = _homes.meant(call, given)
    context = _doctor.context(home)
    names = given.modules or where.of_repo(context)
    found = where.find(context, os.getcwd(), names)
    if given.output == "json":
        terminal.json({"modules": [one.document() for one in found]})
    else:
        for one in found:
            _show(one)
    return 0 if all(one.kind for one in found) else 1


def _show(one: Module) -> None:
    if not one.kind:
        terminal.data(f"{one.name}  is not found by any import")
        return
    places = ", ".join(one.places) if not one.file else one.file
    terminal.data(f"{terminal.printable(one.name)}  {terminal.printable(places or one.kind)}")
    terminal.data(f"    {_words(one)}")
    if one.entry:
        terminal.data(f"    found by {one.by}: {terminal.printable(one.entry)}")
    for file, owner in one.lost:
        whose = f" of {owner}" if owner else ""
        terminal.data(f"    wins over {terminal.printable(file)}{whose}, which comes later")


def _words(one: Module) -> str:
    """What it is, and whose."""
    kind = f"{one.kind} package" if one.kind == "namespace" else f"{one.kind} module"
    if one.kind in ("package", "module"):
        kind = one.kind
    editable = "editable " if one.editable else ""
    return f"{kind} of {editable}{one.owner}" if one.owner else f"{kind} of no package"
