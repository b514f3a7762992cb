"""What a python that is started in another directory than the workroot takes there."""

import os

from workroot import config as configuration
from workroot.environment.options import import_paths
from workroot.root import Root
from workroot.session import health


def warnings(root: Root, venv_name: str, here: str) -> list[str]:
    """The evidence of what health finds in that directory."""
    paths = import_paths(configuration.read(root, venv_name))
    return [finding.evidence for finding in health.in_directory(here, paths, os.environ)]
