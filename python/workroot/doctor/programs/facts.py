"""Prints, as JSON, what only this Python knows of itself: python -I -B facts.py"""

import importlib.machinery
import json
import sys
import sysconfig

known = getattr(sys, "stdlib_module_names", ())  # from 3.10 on
print(
    json.dumps(
        {
            "path": sys.path,
            "suffixes": importlib.machinery.EXTENSION_SUFFIXES,
            "builtin": sorted(sys.builtin_module_names),
            "standard": sorted(known),
            "stdlib": sysconfig.get_path("stdlib"),
            "platstdlib": sysconfig.get_path("platstdlib"),
            "version": list(sys.version_info[:3]),
            "cache_tag": sys.implementation.cache_tag,
        }
    )
)
