"""python -m ensurepip, for a copy of a Python that comes without: installs the wheel beside it."""

import glob
import os
import runpy
import sys

directory = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_bundled")
[wheel] = glob.glob(os.path.join(directory, "*.whl"))
for name in [name for name in os.environ if name.startswith("PIP_")]:
    del os.environ[name]
os.environ["PIP_CONFIG_FILE"] = os.devnull  # as the real one: no setting and no index
sys.path.insert(0, wheel)
sys.argv = ["pip", "install", "--no-cache-dir", "--no-index", "--find-links", directory, "pip"]
runpy.run_module("pip", run_name="__main__", alter_sys=True)
