"""The name of a distribution, as PEP 503 has tools compare it."""


def normalized(name: str) -> str:
    """A distribution's name as tools compare it: lower case, every run of '-', '_', '.' one '-'.

    Such a sign at either end is dropped, where PEP 503's own expression leaves a '-': by PEP 508
    no name has one there.
    """
    words = name.lower().replace("_", "-").replace(".", "-").split("-")
    return "-".join(word for word in words if word)
