"""Is this Python new enough? This file parses on every Python 3.

Python reads it anew at each start, as it does with every script: what is longer than this question
stands in starting.py, whose bytecode is kept.
"""

import sys

RAN = 93  # what the bootstraps look for: this Python can run the engine


def start():
    if sys.version_info < (3, 11):
        version = sys.version.split()[0]
        sys.stderr.write("workroot: the kit runs on Python 3.11 or newer, this is %s\n" % version)
        return 2
    if sys.argv[1:] == ["--ran"]:
        return RAN
    import os

    # Python puts the directory of a script first, and also with -I that of a directory that is run:
    # there `import config` would find the engine's. It may be spelled otherwise than __file__.
    if __spec__ is not None or not sys.flags.safe_path:
        del sys.path[0]
    engine = os.path.dirname(os.path.abspath(__file__))
    sys.path.insert(0, os.path.dirname(engine))
    # The engine's own bytecode is kept, whatever the session says of the repo's. A doctor that only
    # looks leaves no byte behind: the kit may lie in the project, or in the person's home.
    sys.dont_write_bytecode = "doctor" in sys.argv[1:3] and "--fix" not in sys.argv
    sys.pycache_prefix = None
    from workroot import starting

    return starting.run(engine)


if __name__ == "__main__":
    sys.exit(start())
