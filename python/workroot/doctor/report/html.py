"""HTML from text: every word of an environment is escaped here, and nowhere else."""

import html
from collections.abc import Iterable, Sequence


def text(said: object) -> str:
    """Any text, as it is to be read; what a page cannot show is spelled with backslashes."""
    shown = str(said).encode("utf-8", "backslashreplace").decode("utf-8")
    return html.escape("".join(map(_visible, shown)))


def _visible(character: str) -> str:
    """A control character, of a name with a line end in it, spelled out."""
    return character if character.isprintable() else ascii(character)[1:-1]


def element(tag: str, inner: str, **attributes: str) -> str:
    """One element.

    Args:
        inner: HTML.
        attributes: Text; `class_` is class.
    """
    words = [f' {name.rstrip("_")}="{text(value)}"' for name, value in attributes.items()]
    return f"<{tag}{''.join(words)}>{inner}</{tag}>"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table.

    Args:
        heads: Text.
        rows: Cells, each HTML.
    """
    head = "".join(element("th", text(one), scope="col") for one in heads)
    body = []
    for row in rows:
        cells = "".join(element("td", cell) for cell in row)
        body.append(element("tr", cells))
    whole = element("thead", element("tr", head)) + element("tbody", "\n".join(body))
    return element("table", whole)


def size(count: int) -> str:
    """Bytes as people say them: 12 B, 3.4 kB, 120 MB."""
    if count < 1000:
        return f"{count} B"
    unit, amount = "kB", count / 1000
    for larger in ("MB", "GB"):
        if amount >= 1000:
            unit, amount = larger, amount / 1000
    return f"{amount:.0f} {unit}" if amount >= 10 else f"{amount:.1f} {unit}"
