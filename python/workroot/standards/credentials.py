"""What must not stand in a file that others read: user names and passwords in the words of a command."""


def masked(argv: list[str]) -> list[str]:
    """The words of a command, with the credentials in its URLs, and in a proxy's address, masked."""
    bare = {at + 1 for at, word in enumerate(argv) if word == "--proxy"}
    return [
        _masked(word, at in bare or word.startswith("--proxy=")) if "@" in word else word
        for at, word in enumerate(argv)
    ]


def _masked(word: str, bare: bool) -> str:
    """bare: the URL may be without its scheme."""
    start, mark, rest = (
        word.partition("://") if "://" in word else word.rpartition("=") if bare else ("", "", "")
    )
    host, slash, path = rest.partition("/")
    return f"{start}{mark}****@{host.rpartition('@')[2]}{slash}{path}" if "@" in host else word
