"""What a URL says, as far as tools agree on it.

That is the path on this machine that a `file:` URL names.
"""

import os


def local_path(url: str) -> str | None:
    """The path that a `file:` URL names, its escapes undone.

    None for every other URL and for what is none.
    """
    if url[:5].lower() != "file:":
        return None
    from urllib.parse import unquote, urlsplit

    try:
        parts = urlsplit(url)
    except ValueError:  # 'file://[bad': a host that is none
        return None
    if os.name == "nt":
        from urllib.request import url2pathname

        host = f"//{parts.netloc}" if parts.netloc not in ("", "localhost") else ""
        return url2pathname(host + parts.path)
    # A name that is not UTF-8 is escaped byte by byte, and comes back as the system spells it.
    return unquote(parts.path, errors="surrogateescape")
