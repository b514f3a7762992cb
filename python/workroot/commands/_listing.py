"""The commands there are and what each does, as data: help and a typo import no command.

A test compares it with the files of this directory and with what each command's --help says.
"""

GROUPS = (
    ("begin", ("new", "setup", "activate", "env", "run")),
    ("packages", ("install", "uninstall", "pip", "outdated", "graph", "lock")),
    ("take back", ("history", "diff", "undo", "redo", "snapshot", "list-snapshots", "restore")),
    ("look after", ("status", "check", "doctor", "where", "link", "create", "clean")),
    ("about", ("help", "completion", "version")),
)

# What other programs call: a person need not know of them.
INTERNAL = ("init", "session")

# What works on a person's own environment too.
PYCTL = (
    ("packages", ("install", "uninstall", "pip")),
    ("take back", ("history", "diff", "undo", "redo", "snapshot", "list-snapshots", "restore")),
    ("look after", ("status", "doctor", "where", "init", "clean")),
    ("about", ("help", "version")),
)

SUMMARIES = {
    "activate": "the line to type for a session, in each shell",
    "check": "the health check: does the repo import, and from where; changes nothing",
    "clean": "a venv with nothing in it; --keep-baseline: with the set that it began with",
    "completion": "the script by which Tab completes commands and options: powershell",
    "create": "make the venv; --force: anew, and the old one goes to .workroot/trash",
    "diff": "what operation N changed (by default the last), or what lies between A and B",
    "doctor": "what is broken and why: imports, packages, Python, history; --fix heals what it can",
    "env": "the session's variables for another consumer: a shell, CI, CMake, a program",
    "graph": "who depends on whom: a tree, Mermaid, Graphviz or JSON; --reverse: who needs it",
    "help": "this list, or the help of a command",
    "history": "what was done to the environment, the newest first",
    "init": "make what is missing of your own environment",
    "install": "pip or uv install ARGS, recorded; alone: what workroot.toml requires",
    "link": "renew the link alone, for the modules that a build has made since",
    "list-snapshots": "the snapshots there are",
    "lock": "what is installed, pinned and hashed, in two files; --check: is it still that?",
    "new": "make a directory a workroot for a repo, or a project with one environment",
    "outdated": "what could be updated, from the index that pip is configured for",
    "pip": "the venv's pip; what it installs or uninstalls is recorded and can be undone",
    "redo": "take back the last undo",
    "restore": "bring back a snapshot, the set after operation N, or what a file of names lists",
    "run": "run a script, or a program of the venv, from the workroot in its environment",
    "session": "prove the session of a workroot anew (what sourcing bootstrap does)",
    "setup": "make it so: venv, link, requirements, import checks; only what is missing",
    "snapshot": "give the present set of packages a name, to restore it later, here or elsewhere",
    "status": "this environment: its Python, its packages, its history; changes nothing",
    "undo": "take back the last operation, or the last N; offline and exact",
    "uninstall": "pip or uv uninstall ARGS from this environment, recorded",
    "version": "the kit's version, its directory, and the Python that runs it",
    "where": "which file an import takes, why, whose it is, and which copies lost",
}


def names(groups: tuple) -> list[str]:
    """The commands in some groups."""
    return [name for _, members in groups for name in members]
