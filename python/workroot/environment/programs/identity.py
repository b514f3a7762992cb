"""What an image of packages depends on beside the requirements; the venv's Python runs it."""

import sys
import sysconfig

print(
    sys.version,
    sys.base_prefix,
    sysconfig.get_platform(),
    sysconfig.get_config_var("SOABI"),
    sys.flags.optimize,
)
