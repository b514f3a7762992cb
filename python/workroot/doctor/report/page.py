"""The page: findings first, then what stands behind them."""

import os
import string
import time
from collections.abc import Iterator, Sequence

from workroot.doctor.context import Context
from workroot.doctor.finding import Finding
from workroot.doctor.report import imports, packages, timeline
from workroot.doctor.report.html import element, size, table, text
from workroot.doors import files, trees
from workroot.pythons import configuration
from workroot.root import engine_file

_NAMES = {"ok": "ok", "warn": "warning", "fail": "failure"}


def page(context: Context, findings: Sequence[Finding], directory: str) -> bytes:
    """One self-contained HTML document, UTF-8.

    Args:
        findings: What the checks had to say.
        directory: The current one, which takes part in an import.
    """
    template = files.read_text(engine_file("doctor", "report", "page.html")) or ""
    problems = [one for one in findings if one.problem]
    said = string.Template(template).substitute(
        title=text(context.home.top),
        verdict=text(_verdict(len(problems), len(findings))),
        state="bad" if problems else "good",
        moment=text(time.strftime("%Y-%m-%d %H:%M:%S %z")),
        facts=_facts(context),
        problems="\n".join(map(_problem, problems)),
        well=_well(findings),
        imports=imports.section(context, directory),
        packages=packages.section(context),
        history=timeline.section(context),
    )
    return said.encode("utf-8")


def _verdict(problems: int, looked: int) -> str:
    if not problems:
        return f"Nothing is wrong: {looked} things were looked at."
    return f"{problems} of {looked} things that were looked at are not as they should be."


def _facts(context: Context) -> str:
    """Where everything is, and how large."""
    rows = [
        ("environment", text(context.home.top), ""),
        ("venv", text(context.venv_path), size(trees.bytes_of(_below(context.venv_path)))),
        ("Python", text(configuration.version(context.venv_path) or "none"), ""),
        (
            "history and store",
            text(context.home.path),
            size(trees.bytes_of(_below(context.home.path))),
        ),
    ]
    rows += [("repo", text(repo), "") for repo in context.repos]
    return table(("what", "where", "size"), rows)


def _below(directory: str) -> Iterator[str]:
    """Every file below a directory, by its full path."""
    for above, _, names in os.walk(directory):
        for name in names:
            yield os.path.join(above, name)


def _problem(one: Finding) -> str:
    """A finding as a block: what was seen, why it is so, what to type."""
    head = element("span", _NAMES[one.severity], class_="severity")
    head += " " + element("code", text(one.id), class_="id")
    lines = [
        element("h3", head),
        element("p", text(one.evidence)),
        element("p", "why: " + text(one.cause), class_="why"),
        element("pre", text(one.fix)),
    ]
    return element("article", "\n".join(lines), class_=one.severity)


def _well(findings: Sequence[Finding]) -> str:
    """What is as it should be, in one table."""
    rows = []
    for one in findings:
        if not one.problem:
            rows.append((element("code", text(one.id)), text(one.evidence)))
    return table(("check", "what was seen"), rows)
