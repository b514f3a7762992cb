"""What must go out by no door: user names and passwords in the words of a command, or in a text."""

_MASK = "****"
_ENDS = " \t\n\"'<>"  # what no URL in a text goes beyond


def masked(words: list[str]) -> list[str]:
    """The words of a command, credentials in its URLs, and in a proxy's address, masked."""
    shown = []
    before = ""
    for word in words:
        proxy = before == "--proxy" or word.startswith("--proxy=")
        shown.append(_masked(word, proxy))
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
    if "@" in host:
        host = f"{_MASK}@{host.rpartition('@')[-1]}"
    return f"{start}{mark}{_without_values(host + slash + path)}"


def _without_values(rest: str) -> str:
    """What follows the scheme, what a query carries masked: tokens and signatures stand there."""
    address, sharp, fragment = rest.partition("#")
    path, question, query = address.partition("?")
    pairs = []
    for pair in query.split("&"):
        name, sign, value = pair.partition("=")
        pairs.append(f"{name}{sign}{_MASK}" if value else pair)
    return f"{path}{question}{'&'.join(pairs)}{sharp}{fragment}"
