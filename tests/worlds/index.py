"""What a person on this machine needs to reach the index, and nothing else of theirs."""

import os

from worlds.lab import BASE

_REACHES = (
    "SSL_CERT_FILE",
    "PIP_CERT",
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "UV_DEFAULT_INDEX",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
)


def environ(home: str, path: str = "/usr/bin:/bin", **more: str) -> dict[str, str]:
    """An environment with that home directory and PATH."""
    reaches = {name: os.environ[name] for name in _REACHES if name in os.environ}
    return {
        "HOME": home,
        "PATH": path,
        "LANG": "C.UTF-8",
        "WORKROOT_PYTHON": BASE,
        **reaches,
        **more,
    }
