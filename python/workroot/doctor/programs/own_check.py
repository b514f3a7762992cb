"""Runs a check of a project's own and prints its findings as JSON: own_check.py FILE FACTS

FACTS is a JSON object, which the check gets if it takes an argument. What the check prints is no
answer: it goes to stderr.
"""

import importlib.machinery
import importlib.util
import inspect
import json
import os
import sys


def main(file, facts):
    answer = os.dup(1)
    # Programs that the check starts print there as well, so it is not enough to set sys.stdout.
    os.dup2(2, 1)
    loader = importlib.machinery.SourceFileLoader("own_check", file)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("own_check", loader))
    loader.exec_module(module)
    given = [facts] if inspect.signature(module.check).parameters else []
    findings = list(module.check(*given) or [])
    with os.fdopen(answer, "w") as stream:
        json.dump(findings, stream)


main(sys.argv[1], json.loads(sys.argv[2]))
