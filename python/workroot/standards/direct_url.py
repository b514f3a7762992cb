"""direct_url.json: where a distribution was installed from, if not from an index (PEP 610)."""

from workroot.doors import documents


def read(data: bytes) -> tuple[str, bool]:
    """The origin as an installer takes it, and whether it is editable; ('', False) of what is none.

    Of a repository that names the commit too: its URL alone would stand for whatever is there now.
    """
    try:
        said = documents.parse(data.decode("utf-8"))
        editable = bool(said.get("dir_info", {}).get("editable"))
        return _address(said), editable
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", False


def _address(said: dict) -> str:
    url = str(said["url"])
    checkout = said.get("vcs_info")
    if not checkout:
        return url
    below = said.get("subdirectory")
    end = f"#subdirectory={below}" if below else ""
    return f"{checkout['vcs']}+{url}@{checkout['commit_id']}{end}"
