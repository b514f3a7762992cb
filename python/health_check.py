"""Says whether this Python, its link and its repo belong together. It reads and imports; it writes
nothing.

Run it with the venv's Python, from outside the repo:  python -I -B health_check.py KEY=VALUE...

    prefix=DIR         the venv                    site=DIR          its site-packages
    link=LINE*         the lines of repo.pth       path=DIR*         the repo's import paths
    marker=MODULE      must come from a path       import=MODULE*    must import
    optional=MODULE*   may be not built yet        (* may be given again)

Each line on stdout is "severity  id  evidence", severity ok, warn or fail; "    fix: ..." below it
is what to type. The last line is "ok  complete": without it the check was cut short.
Status: 0 nothing failed, 1 something did, 2 misused.
"""

import os
import sys

SETTINGS = []  # filled by 'workroot check --snippet'
FINDINGS = """
warn  not-isolated  the current directory and PYTHONPATH take part -> run it with -I -B
ok    prefix  {0}: {1}, Python {2}
fail  prefix-other  {1} (Python {2}) works for {0}, not for {3} -> . ./bootstrap.sh
ok    site-packages  {0}
fail  site-packages-unused  {0} is not on sys.path -> . ./bootstrap.sh
ok    link  {0}
fail  link-missing  {0}: {1} -> . ./bootstrap.sh
fail  link-hidden  {0} is hidden, so Python does not read it -> chflags -R nohidden .venv
fail  link-encoding  {0} is not pure ASCII, or has a byte order mark: {1} -> . ./bootstrap.sh
fail  link-differs  {0} holds {1}, not {2} -> . ./bootstrap.sh
fail  path-missing  {0}: {1} -> say in workroot.toml where it is now, then . ./bootstrap.sh
fail  path-unlinked  {0} is not on sys.path -> . ./bootstrap.sh
ok    path  {0}: {1} of {2} top-level modules come from it
warn  sitecustomize  {0}: every start of this Python runs {1} -> rename it if that is not wanted
warn  shadowed  import {2} takes {1}, not {0} -> {3}
warn  unresolved  no import finds {0} (built for another Python?) -> build it with this Python
fail  shadowed-all  every top-level module of {0} comes from elsewhere -> see the lines above
ok    marker  {0} from {1}
fail  marker-missing  {0}: {1} -> correct 'marker' in workroot.toml, then . ./bootstrap.sh
fail  marker-elsewhere  {0} comes from {1}, not from {2} -> rename one of the two, or choose another marker
ok    import  {0} from {1}
fail  import-failed  {0}: {1} -> .workroot/bin/workroot setup
ok    optional  {0} from {1}
warn  optional-failed  {0} is not built yet, or not for this Python ({1}) -> build it, or leave it
ok    complete  {0} ok, {1} warn, {2} fail
"""
if os.name == "nt":
    FINDINGS = FINDINGS.replace(". ./bootstrap.sh", ". .\\bootstrap.ps1")
    FINDINGS = FINDINGS.replace("/bin/", "\\bin\\")
    FINDINGS = FINDINGS.replace("chflags -R nohidden .venv", "attrib -h on that file")
NATIVE = (".so", ".pyd")
given = {key: [] for key in ("prefix", "site", "link", "path", "marker", "import", "optional")}
said = []
certain = {}  # the file of a module that nothing can come before


def main(words):
    global stdout
    for word in words or [""]:
        key, equals, value = word.partition("=")
        if not equals or key not in given:
            sys.stderr.write("health_check: %s is not a setting\n\n%s" % (ascii(word), __doc__))
            sys.exit(2)
        given[key].append(value)
    # The findings have stdout for themselves: what an imported module prints there, from C too,
    # goes to stderr.
    stdout = os.dup(1)
    os.dup2(2 if sys.stderr else os.open(os.devnull, os.O_WRONLY), 1)
    sys.dont_write_bytecode = True
    if not sys.flags.isolated:
        say("not-isolated")
    for key in "prefix", "site", "path", "marker", "import", "optional":
        for value in given[key]:
            globals()["check_" + key](value)
    say("complete", *map(said.count, ("ok", "warn", "fail")))
    if not sys.__stdout__.closed:
        sys.__stdout__.flush()
    # An imported module may have something to do at the end; taking Python down costs a tenth.
    tidy = "atexit" in sys.modules or "tempfile" in sys.modules
    leave = sys.exit if tidy else os._exit
    leave("fail" in said)


def say(name, *values):
    head, tail = FINDINGS.split("  %s  " % name)
    said.append(head[-4:].strip())
    shown = [value if str(value).isprintable() else ascii(value) for value in values]
    words = tail.split("\n")[0].replace(" -> ", "\n    fix: ").format(*shown)
    text = "%s  %s  %s\n" % (said[-1], name, words)
    os.write(stdout, text.encode(sys.__stdout__.encoding, "backslashreplace"))


def check_prefix(prefix):
    name = "prefix" if among(sys.prefix, [prefix]) else "prefix-other"
    say(name, sys.prefix, sys.executable, sys.version.split()[0], prefix)


def check_site(site):
    say("site-packages" if among(site, sys.path) else "site-packages-unused", site)
    link = os.path.join(site, "repo.pth")
    wanted = os.fsencode("\n".join(given["link"] + [""]))
    if not wanted:
        return
    try:
        with open(link, "rb") as file:
            content, status = file.read(), os.lstat(link)
    except OSError as error:
        return say("link-missing", link, error.strerror)
    if getattr(status, "st_flags", 0) & 0x8000 or getattr(status, "st_file_attributes", 0) & 2:
        say("link-hidden", link)
    elif max(content + b" ") > 127 and (content != wanted or sys.version_info < (3, 13)):
        say("link-encoding", link, content)  # before 3.13 the locale decides how it is read
    else:
        say("link" if content == wanted else "link-differs", link, content, wanted)


def check_path(path):
    try:
        modules = modules_in(path)
    except OSError as error:
        return say("path-missing", path, error.strerror)
    entries = [path] if path in sys.path else [entry for entry in sys.path if among(entry, [path])]
    if not entries:
        return say("path-unlinked", path)
    own = files = foreign = 0
    taken = taken_before(entries[0])
    for name, file in modules.items():
        if name not in taken and file.endswith(".py"):
            certain[name] = origin = file
        else:
            origin = located(name, file)
        place = origin.rpartition(os.sep + name)[0]
        if origin == file or place in entries:
            own += 1
            files += file[-1] != os.sep
        elif origin:
            foreign += file[-1] != os.sep and not among(place, given["path"])
            # The kit cannot do without pip.
            spare = "site-packages" in origin and name != "pip"
            cure = (
                "python -m pip uninstall " + name
                if spare
                else "rename yours if you need to import it"
            )
            say("shadowed", file, origin, name, cure)
        else:
            say("unresolved", file)
        if name == "sitecustomize":
            say("sitecustomize", file, origin)
    # Directories of tests or scripts do not count: most repos have some, and live without them.
    say("shadowed-all" if foreign and not files else "path", path, own, len(modules))


def modules_in(path):
    """Name -> file of the top-level modules; of several that share a name, the one that Python
    prefers. A directory without __init__.py ends in a separator: any module comes before it.
    """
    modules, spaces = {}, {}
    for entry in sorted(os.scandir(path), key=os.fspath):
        name, point, ending = entry.name.partition(".")
        if not name.isidentifier() or name[:2] == "__":
            continue
        file = entry.path if point else os.path.join(entry.path, "__init__.py")
        if ending in ("", "py") or entry.name.endswith(NATIVE):
            if entry.is_file() if point else os.path.isfile(file):
                modules.setdefault(name, file)
            elif not point and holds_python(entry.path):
                spaces[name] = entry.path + os.sep
    return dict(spaces, **modules)


def holds_python(directory):
    """Whether an import could take something below. Of many directories of data, some are seen."""
    for number, (_, below, names) in enumerate(os.walk(directory)):
        below[:] = filter(str.isidentifier, below)
        if "pyvenv.cfg" in names or number == 50:
            return False
        if any(name.endswith((".py", *NATIVE)) for name in names):
            return True
    return False


def taken_before(entry):
    """The names that entries of sys.path before that one hold; its own, where only the import
    system can tell what they give.
    """
    places = [place or os.curdir for place in sys.path[: sys.path.index(entry)]]
    if len(sys.meta_path) > 3 or len(sys.path_hooks) > 2 or any(map(os.path.isfile, places)):
        return modules_in(entry)
    names = set(sys.builtin_module_names).union(sys.modules)
    for place in filter(os.path.isdir, places):
        seen = getattr(sys.path_importer_cache.get(place), "_path_cache", None) or os.listdir(place)
        names.update([file.partition(".")[0] for file in seen])
    return names


def located(name, file=""):
    """What an import of that name takes: a file, 'built-in' or 'frozen'; '' for nothing. It is that
    file itself where it belongs to a namespace that several directories share.
    """
    if name in certain:
        return certain[name]
    loaded = sys.modules.get(name)
    spec = getattr(loaded, "__spec__", None)
    for finder in sys.meta_path:
        spec = spec or finder.find_spec(name, None)
    if not spec:
        return ""
    origin = getattr(loaded, "__file__", None) or spec.origin or "namespace"
    shared = among(file, spec.submodule_search_locations or ())
    return file if shared or is_open(file) and is_open(origin) else origin


def is_open(package):
    """Whether other directories may add to it: it has no __init__.py, or one of the two kinds that
    look for them.
    """
    try:
        with open(package, "rb") as source:
            text = source.read()
    except OSError:
        return package.endswith(os.sep)
    return b"extend_path" in text or b"declare_namespace" in text


def check_marker(name):
    origin, error = load(name, quick)
    if error:
        return say("marker-missing", name, error)
    place = origin.rpartition(os.sep + name.replace(".", os.sep))[0]
    right = among(place, given["path"])
    say("marker" if right else "marker-elsewhere", name, origin, ", ".join(given["path"]))


def check_import(name, kind="import"):
    origin, error = load(name)
    say(kind + "-failed" if error else kind, name, error or origin)


def check_optional(name):
    check_import(name, "optional")


def load(name, way=__import__):
    """Import a module, whatever it does: its file and '', or '' and the error in words."""
    try:
        way(name)
        return located(name), ""
    except (Exception, SystemExit) as error:
        return "", "%s: %s" % (type(error).__name__, error)


def quick(name):
    """Import; a plain source file without compile(), whose first call in a process costs a tenth
    of a Python start.
    """
    file = located(name)
    if name in sys.modules or not file.endswith(os.sep + name + ".py"):
        return __import__(name)
    module = sys.modules[name] = type(sys)(name)
    module.__file__ = file
    try:
        with open(file, "rb") as source:
            exec(source.read(), module.__dict__)
    except (Exception, SystemExit):  # the true import has the last word
        del sys.modules[name]
        __import__(name)


def among(path, others):
    return path in others or path != "" and os.path.realpath(path) in map(os.path.realpath, others)


if __name__ == "__main__":
    words = [os.fsdecode(word.encode("utf-8", "surrogateescape")) for word in SETTINGS]
    main(words or sys.argv[1:])
