"""doctor [CHECK...] [--fix]: every check, with what was seen, why it is so, and what mends it."""

import os
from collections.abc import Mapping, Sequence

from workroot.commands import _arguments, _asking, _doctor, _findings, _homes, _wishes
from workroot.commands._call import Call
from workroot.doctor import examination, listing, own_checks
from workroot.doctor.examination import Healing
from workroot.doctor.finding import ASKS, HEALED, Finding
from workroot.doors import files, locks, terminal
from workroot.environment import setup
from workroot.errors import WorkrootError
from workroot.history.home import Home
from workroot.root import BOOTSTRAPS, Root

_LAST_RESORT = "workroot create --force   # a new venv; the old one goes to the trash"
_NEEDS_A_NEW_SHELL = {"python", "venv"}


def main(call: Call) -> int:
    given = _parser(call).parse_args(call.words)
    if given.list:
        return _list(given.output, _own(call, given))
    if given.explain:
        return _explain(given.explain, _own(call, given))
    home = _homes.looked_at(call, given)
    checks = listing.load(given.checks, _own(call, given))
    if locks.busy(home.lock):
        terminal.say(
            "another command is changing this environment: what is found may be half of it"
        )
    healing = None
    if given.fix and not given.dry_run:
        healing = _healed(call, home, checks, given)
    found = _found(home, checks)
    findings = [_with_way_out(one, home, healing) for one in found]
    if healing and healing.healed & _NEEDS_A_NEW_SHELL:
        findings = [one for one in findings if one.id != "on-path"]
        terminal.step("open a new shell, which finds what runs again")
    status = 1 if any(one.problem for one in findings) else 0
    if given.report:
        _report(given.report, home, findings)
    if given.output == "json":
        terminal.json({"findings": [one.document() for one in findings]})
    elif not given.report:
        _show(findings, {one.evidence: one.fix for one in found})
        _close(findings, home, healing)
    return status


def _parser(call: Call) -> _arguments.Parser:
    made = _arguments.parser(
        call,
        "doctor",
        "doctor missing-files pth",
        "doctor --explain pth",
        "doctor --fix",
        "doctor --json",
        "doctor --report report.html",
        changes=True,
        destroys=True,
    )
    made.add_argument("checks", nargs="*", metavar="CHECK", help="these alone; default: all")
    made.add_argument("--list", action="store_true", help="name the checks there are")
    made.add_argument("--explain", metavar="CHECK", help="what a check looks at, and why")
    made.add_argument("--report", metavar="FILE.html", help="write all of it as one page")
    made.add_argument("--fix", action="store_true", help="heal what can be healed without asking")
    return made


def _own(call: Call, given) -> list[listing.Check]:
    """The project's own checks; none where no configuration tells: another check says why."""
    try:
        home = _homes.looked_at(call, given)
        return own_checks.of(home, listing.names())
    except WorkrootError:
        return []


def _list(output: str, own: Sequence[listing.Check]) -> int:
    checks = listing.load(own=own)
    if output == "json":
        said = [{"id": one.id, "summary": one.summary} for one in checks]
        terminal.json({"checks": said})
    else:
        terminal.table([(one.id, one.summary) for one in checks])
    return 0


def _explain(name: str, own: Sequence[listing.Check]) -> int:
    known = [*listing.names(), *(check.id for check in own)]
    wanted = listing.check_of(name, known) or name  # the id of a finding will do
    terminal.data(listing.load([wanted], own)[0].page)
    return 0


def _report(path: str, home: Home, findings: Sequence[Finding]) -> None:
    """One page to look at. Raises WorkrootError: where it cannot be written."""
    from workroot.doctor.report import page  # who packages the set is asked for it alone

    files.write(path, page.page(_doctor.context(home), findings, os.getcwd()))
    problems = sum(one.problem for one in findings)
    terminal.step(f"{path}: {problems} of {len(findings)} findings are problems")


def _found(home: Home, checks: Sequence[listing.Check]) -> list[Finding]:
    return examination.look(_doctor.context(home), list(checks))


def _healed(call: Call, home: Home, checks: Sequence[listing.Check], given) -> Healing:
    yes = given.yes or _asked(call, home, checks)
    with locks.held(home.lock, "healing this environment"):
        healing = examination.heal(lambda: _doctor.context(home), list(checks), yes)
    if home.tier == "workroot" and not given.checks:
        _set_up(home, healing)
    return healing


def _asked(call: Call, home: Home, checks: Sequence[listing.Check]) -> bool:
    """Ask a person about what would replace something, where there is such a thing."""
    if not _asking.on_a_terminal():
        return False
    asking = [one for one in _found(home, checks) if one.heal == ASKS]
    for one in asking:
        terminal.say(one.evidence)
    question = "replace that; what is there now is kept in the trash"
    return bool(asking) and _asking.confirmed(call, question)


def _set_up(home: Home, healing: Healing) -> None:
    """The link, the session's files and what is not installed are set up anew."""
    try:
        result = setup.run(Root(home.top), _wishes.options())
    except WorkrootError as error:
        terminal.error(error)
        healing.failed["setup"] = error.hint or error.message
        return
    except OSError as error:  # a venv that is a link in a circle: what is left is a finding
        terminal.say(f"could not set up: {(error.strerror or str(error)).lower()}")
        healing.failed["setup"] = f"look at {error.filename}"
        return
    for problem in result.missing:
        terminal.error(problem)


def _with_way_out(one: Finding, home: Home, healing: Healing | None) -> Finding:
    """What can be healed says so; what could not be, just now, names what a person can do."""
    if not one.problem or one.heal not in (HEALED, ASKS):
        return one
    tried = healing is not None and (one.heal == HEALED or one.id not in healing.left)
    if tried:
        by_setup = one.fix.endswith(("setup", *BOOTSTRAPS))
        return one._replace(fix=healing.failed.get("setup", _LAST_RESORT)) if by_setup else one
    yes = " --yes" if one.heal == ASKS else ""
    return one._replace(fix=f"{home.program} doctor --fix{yes}")


def _show(findings: Sequence[Finding], by_hand: Mapping[str, str]) -> None:
    """by_hand: evidence -> what does what `doctor --fix` would do."""
    for one in findings:
        severity = _findings.severity(one.severity)
        terminal.data(f"{severity}  {one.id:16}  {terminal.printable(one.evidence)}")
        if one.problem:
            terminal.data(f"      why: {terminal.printable(one.cause)}")
            terminal.data(f"      fix: {terminal.printable(one.fix)}")
            other = by_hand.get(one.evidence, one.fix)
            if other != one.fix:
                terminal.data(f"      or:  {terminal.printable(other)}")


def _close(findings: Sequence[Finding], home: Home, healing: Healing | None) -> None:
    if not any(one.problem for one in findings):
        terminal.step("nothing is wrong")
        return
    command = f"{home.program} doctor --fix"
    fixes = {one.fix for one in findings if one.problem}
    for line in (command, f"{command} --yes"):
        if line in fixes:
            terminal.next_line(line)
            return
