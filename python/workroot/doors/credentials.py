"""What must go out by no door: user names and passwords in the words of a command, or in a text."""

_MASK = "****"
_ENDS = " \t\n\"'<>"  # what no URL in a text goes beyond


def masked(words: list[str]) -> list[str]:
    """The words of a command, credentials in its URLs, and in a proxy's address, masked."""
    shown = []
    before = ""
    for word in words:
        proxy = before == "--proxy" or word.startswith("--proxy=")
        shown.append(_masked(word, proxy) if "@" in word else word)
        before = word
    return shown


def masked_text(text: str) -> str:
    """A text with the credentials in its URLs masked."""
    start, *rest = text.split("://")
    shown = start
    for part in rest:
        end = min((part.find(end) for end in _ENDS if end in part), default=len(part))
        shown += _masked(f"://{part[:end]}", False) + part[end:]
    return shown


def _masked(word: str, proxy: bool) -> str:
    """proxy: the URL may be without its scheme."""
    if "://" in word:
        start, mark, rest = word.partition("://")
    elif proxy:
        start, mark, rest = word.rpartition("=")
    else:
        return word
    host, slash, path = rest.partition("/")
    if "@" not in host:
        return word
    return f"{start}{mark}{_MASK}@{host.rpartition('@')[2]}{slash}{path}"
