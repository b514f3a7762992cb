"""What can be known of a PowerShell file without a PowerShell: its syntax, and what Windows
PowerShell 5.1 does not have.
"""

import re
from collections.abc import Iterator

import tree_sitter_powershell
from tree_sitter import Language, Node, Parser

_PARSER = Parser(Language(tree_sitter_powershell.language()))

# Nodes of the grammar, and words in the code without strings and comments, that 5.1 does not know.
_NEWER_NODES = {"pipeline_chain_tail": "&& and ||"}
_NEWER_OPERATORS = {
    r"\?\?=?": "??",
    r"\?\.": "?.",
    r"\?\[": "?[]",
    r"\s\?\s": "a ternary",
    r"(?<!&)&\s*$": "a job by a final &",
}
_NEWER_CMDLETS = (
    "join-string",
    "get-error",
    "test-json",
    "get-uptime",
    "remove-service",
    "convertfrom-markdown",
    "show-markdown",
    "get-secret",
)
_NEWER_PARAMETERS = (
    "asbytestream",
    "ashashtable",
    "asutc",
    "asarray",
    r"nonewwindow:\$false",
    "skipcertificatecheck",
    "errorview",
    "utf8nobom",
)
_NEWER_WORDS = {
    r"(?i)-parallel\b": "ForEach-Object -Parallel",
    r"(?i)-additionalchildpath\b": "Join-Path with more than one child",
    rf"(?i)\b({'|'.join(_NEWER_CMDLETS)})\b": "a newer cmdlet",
    rf"(?i)-({'|'.join(_NEWER_PARAMETERS)})\b": "a newer parameter",
    r"(?i)\butf8NoBOM\b": "a newer encoding",
    r"(?i)(?<!PSVersion\.Major -lt 6 -or )\$(islinux|ismacos|iswindows|iscoreclr|psstyle)\b": (
        "a variable that 5.1 does not set"
    ),
    r"(?i)\bclean\s*\{": "a clean block",
}
_DOTTED_TRAPS = {
    r"(?im)^\s*param\s*\(": "a top-level param() leaves its variables in the session",
    r"(?i)\bInvoke-Expression\b|\biex\b": "text run as code",
    r"(?i)\bWrite-Error\b|ThrowTerminatingError": "lets the calling script go on; throw",
}


def parse(text: str) -> Node:
    """The tree of a file. The grammar does not know a function's variable with a scope; a name of
    the same length stands for it.
    """
    known = re.sub(r"(?i)\$function:global:(?=\w)", "$function:global_", text)
    return _PARSER.parse(known.encode("utf-8")).root_node


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from nodes(child)


def syntax_problems(text: str) -> list[str]:
    """Where the grammar does not fit, with the line."""
    broken = [
        node
        for node in nodes(parse(text.removeprefix("\ufeff")))
        if node.is_error or node.is_missing
    ]
    return [
        f"line {node.start_point.row + 1}: {node.type} {(node.text or b'')[:60]!r}"
        for node in broken
    ]


def newer_than_5_1(text: str) -> list[str]:
    """Constructs that Windows PowerShell 5.1 does not have."""
    tree = parse(text)
    found = [name for node in nodes(tree) if (name := _NEWER_NODES.get(node.type))]
    code = bare(text, keep=())
    found += [
        name
        for word, name in (_NEWER_OPERATORS | _NEWER_WORDS).items()
        if re.search(word, code, re.M)
    ]
    found += [
        "Join-Path with more than one child"
        for node in nodes(tree)
        if node.type == "command" and _join_path_children(node) > 1
    ]
    return found


def _join_path_children(command: Node) -> int:
    """How many children a Join-Path is given; 0 for any other command."""
    words = [
        child
        for child in nodes(command)
        if child.type in ("command_name", "command_elements") and child.parent == command
    ]
    if not words or (words[0].text or b"").lower() != b"join-path":
        return 0
    arguments = [
        child
        for element in words[1:]
        for child in element.children
        if child.type not in ("command_argument_sep", "command_parameter", "redirection")
    ]
    return len(arguments) - 1


def cmdlets(text: str) -> list[str]:
    """The cmdlets that a file calls, each time: the first one of a module costs 0.1 s, and one that
    changes something obeys a person's -WhatIf and -Confirm.
    """
    called = [node for node in nodes(parse(text)) if node.type == "command_name"]
    words = [(node.text or b"").decode() for node in called]
    return [word for word in words if re.fullmatch(r"[A-Za-z]+-[A-Za-z]+", word)]


def lists_in_sums(text: str) -> list[str]:
    """Sums one of whose sides is a list without brackets: a comma binds tighter than +, so that
    "$a" + 'x', "$b" + 'y' is one string.
    """
    sums = ("additive_expression", "multiplicative_expression")
    return [
        f"line {node.start_point.row + 1}: {(node.text or b'').decode()}"
        for node in nodes(parse(text))
        if node.type in sums
        and len(node.children) > 1
        and any(_is_list(side) for side in node.children)
    ]


def _is_list(node: Node) -> bool:
    while len(node.children) == 1:
        node = node.children[0]
    return node.type == "array_literal_expression"


def exits(text: str) -> list[int]:
    """The lines that would close the session of who dot-sources the file."""
    found = [
        node
        for node in nodes(parse(text))
        if node.type == "flow_control_statement" and (node.text or b"").lower().startswith(b"exit")
    ]
    return [node.start_point.row + 1 for node in found]


def dotted_traps(text: str) -> list[str]:
    """What must not stand in a file that people dot-source."""
    return [reason for word, reason in _DOTTED_TRAPS.items() if re.search(word, bare(text))]


def body_is_one_block(text: str) -> bool:
    """Whether the whole file is `& { ... }`, so that nothing is left behind."""
    statements = [
        child for child in parse(text.removeprefix("\ufeff")).children if child.type != "comment"
    ]
    code = "".join((statement.text or b"").decode() for statement in statements).strip()
    return (
        len(statements) == 1
        and code.startswith("& {")
        and code.endswith("}")
        and code.count("\n}\n") == 0
    )


def strings(text: str) -> list[str]:
    """The string literals of a file, without their quotes."""
    found = [
        node
        for node in nodes(parse(text))
        if node.type
        in ("string_literal", "expandable_string_literal", "verbatim_string_characters")
    ]
    return [(node.text or b"").decode().strip("'\"") for node in found]


def bare(text: str, keep: tuple[str, ...] = ("string_literal",)) -> str:
    """The code without comments and, but for the kinds in keep, without the text of strings."""
    data = bytearray(text.encode("utf-8"))
    kinds = {
        "comment",
        "verbatim_string_characters",
        "string_literal",
        "expandable_string_literal",
    } - set(keep)
    for node in nodes(parse(text)):
        if node.type in kinds:
            data[node.start_byte : node.end_byte] = re.sub(
                rb"[^\n]", b" ", bytes(data[node.start_byte : node.end_byte])
            )
    return data.decode("utf-8", "replace")
