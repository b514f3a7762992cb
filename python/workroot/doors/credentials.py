"""What must go out by no door: user names and passwords in the words of a command, or in a text."""

_MASK = "****"
_ENDS = " \t\n\"'<>"  # what no URL in a text goes beyond


def masked(words: list[str]) -> list[str]:
    """The words of a command, credentials in its URLs, and in a proxy's address, masked.

    Returns:
        As many words, for eyes and for logs alone: a command of them would not work.
    """
    shown = []
    before = ""
    for word in words:
        proxy = before == "--proxy" or word.startswith("--proxy=")
        shown.append(_masked(word, proxy))
        before = word
    return shown


def masked_text(text: str) -> str:
    """A text, as what an installer said, with the credentials in its URLs masked.

    A proxy's address without a scheme looks like any other word there, and is not masked.
    """
    # Each part but the first begins just behind a scheme.
    start, *rest = text.split("://")
    shown = start
    for part in rest:
        ends = [part.find(end) for end in _ENDS if end in part]
        end = min(ends, default=len(part))
        address, after = part[:end], part[end:]
        shown += _masked(f"://{address}", False) + after
    return shown


def _masked(word: str, proxy: bool) -> str:
    """One word with what is secret in it masked.

    Args:
        proxy: The URL may be without its scheme, as pip and curl allow it for a proxy.
    """
    if "://" in word:
        start, mark, rest = word.partition("://")
    elif proxy:
        start, mark, rest = word.rpartition("=")
    else:
        return word
    host, slash, path = rest.partition("/")
    if "@" in host:
        # The last one: a password may hold an '@' that nobody quoted.
        _secret, _, name = host.rpartition("@")
        host = f"{_MASK}@{name}"
    shown = _without_values(host + slash + path)
    return f"{start}{mark}{shown}"


def _without_values(rest: str) -> str:
    """What follows the scheme, what a query carries masked: tokens and signatures stand there."""
    address, sharp, fragment = rest.partition("#")
    path, question, query = address.partition("?")
    pairs = []
    for pair in query.split("&"):
        name, sign, value = pair.partition("=")
        pairs.append(f"{name}{sign}{_MASK}" if value else pair)
    masked_query = "&".join(pairs)
    # A fragment stays: pip reads a hash or a package's name in it, and no server is sent it.
    return f"{path}{question}{masked_query}{sharp}{fragment}"
