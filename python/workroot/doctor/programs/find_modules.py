"""Prints, as JSON, which file an import of each module would take. Nothing is imported for it.

Run as the session's own python would run:  python find_modules.py DIRECTORY MODULE...
DIRECTORY stands first on sys.path, as the current one does for `python -c` and `python -m`. What
a finder of an editable package says counts, as it would for the import.
"""

import importlib.machinery
import json
import os
import sys

PATH_FINDER = importlib.machinery.PathFinder
EXTENDS = ("extend_path", "declare_namespace")  # a package that looks for its parts elsewhere too


def main(directory, names):
    # Python put the directory of this file there. An import in a shell has the current one.
    sys.path[0] = directory
    if getattr(sys.flags, "safe_path", False):
        del sys.path[0]
    found = [described(name) for name in names]
    json.dump({"path": sys.path, "modules": found}, sys.stdout)


def described(name):
    """file, kind and the other places of one module; kind is '' for what no import finds."""
    spec = spec_of(name)
    said = {"name": name, "kind": "", "file": "", "places": [], "others": []}
    if spec is None:
        return said
    said["places"] = locations(spec)
    if spec.origin in ("built-in", "frozen"):
        said["kind"] = spec.origin
        said["file"] = frozen_file(spec)
    elif spec.loader is None or spec.origin is None or spec.origin == "namespace":
        said["kind"] = "namespace"
    else:
        said["file"] = os.path.abspath(spec.origin)
        said["kind"] = kind_of(said)
    said["others"] = others(name, said)
    return said


def kind_of(said):
    """What a file is to an import."""
    if said["places"]:
        return "package"
    native = tuple(importlib.machinery.EXTENSION_SUFFIXES)
    return "native" if said["file"].endswith(native) else "module"


def spec_of(name):
    """The first finder that knows it has the word, as in an import."""
    parent, _, _ = name.rpartition(".")
    places = None
    if parent:
        above = spec_of(parent)
        if above is None or not locations(above):
            return None
        places = parts(parent, above)
    # An editable install of setuptools brings a finder of its own: it counts as in an import.
    for finder in sys.meta_path:
        find = getattr(finder, "find_spec", None)
        try:
            spec = find(name, places) if find else None
        except KeyError:
            spec = namespace_below(name, places)
        if spec is not None:
            return spec
    return None


def locations(spec):
    """The directories of a package; none for a module."""
    return list(spec.submodule_search_locations or [])


def namespace_below(name, places):
    """A namespace in a package.

    Python works its directories out from the package in sys.modules. As nothing is imported here
    that is not there, and Python says KeyError.
    """
    _, _, tail = name.rpartition(".")
    there = [os.path.join(place, tail) for place in places]
    spec = importlib.machinery.ModuleSpec(name, None, is_package=True)
    spec.submodule_search_locations = [place for place in there if os.path.isdir(place)]
    return spec


def parts(name, spec):
    """Where the modules of a package are looked for: some say in their code that it has more."""
    places = locations(spec)
    try:
        with open(spec.origin or "", "rb") as file:
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return places
    if any(word in text for word in EXTENDS):
        below = name.split(".")
        more = [os.path.join(entry, *below) for entry in sys.path]
        places += [place for place in more if os.path.isdir(place) and place not in places]
    return places


def frozen_file(spec):
    """Where the source of a frozen module is; '' for what has none."""
    state = getattr(spec, "loader_state", None)
    return getattr(state, "filename", None) or ""


def others(name, said):
    """What an import would take, were what it takes not there: in the order of sys.path.

    Only of top-level names: what lies below is of the package that was found.
    """
    found = []
    if "." in name:
        return found
    for entry in sys.path:
        spec = PATH_FINDER.find_spec(name, [entry or os.curdir])
        place = spec.origin if spec is not None and spec.loader is not None else None
        if place and os.path.abspath(place) != said["file"] and place not in found:
            found.append(os.path.abspath(place))
    return found


main(sys.argv[1], sys.argv[2:])
