"""direct_url.json: where a distribution was installed from, if not from an index (PEP 610)."""


def address(said: dict) -> str:
    """What such a document says of the origin, as an installer takes it.

    Of a repository that names the commit too: its URL alone would stand for whatever is there now.
    Raises KeyError, TypeError: what a wrong document makes of it.
    """
    url = str(said["url"])
    checkout = said.get("vcs_info")
    if not checkout:
        return url
    below = said.get("subdirectory")
    end = f"#subdirectory={below}" if below else ""
    return f"{checkout['vcs']}+{url}@{checkout['commit_id']}{end}"
