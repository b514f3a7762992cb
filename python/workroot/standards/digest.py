"""The hash that wheels and RECORD are checked by (SHA-256).

Without the price of hashlib where Python has that one hash apart.
"""

_sha256 = None


def sha256_of(data: bytes) -> str:
    """The hex digest."""
    return _hashed(data).hexdigest()


def sha256_in_record(data: bytes) -> str:
    """The same as RECORD writes it (PEP 376): base64 for URLs, without its padding."""
    text = _base64().b2a_base64(_hashed(data).digest(), newline=False).decode("ascii")
    return text.rstrip("=").replace("+", "-").replace("/", "_")


def from_record(text: str) -> str:
    """The hex digest of what RECORD says. Raises ValueError where that is no hash."""
    plain = text.replace("-", "+").replace("_", "/")
    return _base64().a2b_base64(plain + "==").hex()


def _base64():
    import binascii  # a library of its own in most Pythons; `status` reads no hash

    return binascii


def _hashed(data: bytes):
    """The hash object over data.

    hashlib is dear to import; a look for a module that is not there is dear too, and made once.
    """
    global _sha256
    if _sha256 is None:
        try:
            from _sha2 import sha256 as _sha256  # Python 3.12 and newer
        except ImportError:
            from hashlib import sha256 as _sha256
    return _sha256(data)
