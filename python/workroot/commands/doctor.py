"""doctor [--fix]: every check, with what was seen and what mends it."""

import os

from workroot.commands import _home, check
from workroot.doctor import damage
from workroot.doors import terminal
from workroot.errors import WorkrootError
from workroot.history.home import Home
from workroot.session import health

HELP = "look for what is broken: the link, the packages, the history, pip; --fix mends what can be mended"


def main(argv: list[str]) -> int:
    made = _home.parser("doctor", HELP, "doctor", "doctor --fix", "doctor --json", changes=True)
    made.add_argument("--fix", action="store_true", help="mend what can be mended without asking")
    given = made.parse_args(argv)
    home = _home.looked_at(given)
    if given.fix and not given.dry_run and os.path.isfile(os.path.join(home.venv, "pyvenv.cfg")):
        _mend(home)
    findings = [*damage.look(home, os.environ), *_health(home)]
    status = check.show(findings, given.output)
    problems = [finding for finding in findings if finding.severity != "ok"]
    if given.output == "text":
        _close(problems, given.fix)
    return status


def _close(problems: list[health.Finding], fixed: bool) -> None:
    if not problems:
        terminal.step("nothing is wrong")
    elif not fixed and any(finding.fix.endswith("doctor --fix") for finding in problems):
        terminal.next_line(f"{_home.program()} doctor --fix")


def _mend(home: Home) -> None:
    from workroot.environment import fresh
    from workroot.history import garbage, recording
    from workroot.installers.exact import fetching

    with _home.spelled(), _home.locked(home):
        fresh.swept(home)
        history = recording.opened(home, terminal.say)
        damage.mend(
            home, history, _home.base(), fetching(home, os.environ, terminal.say), terminal.say
        )
        recording.noticed(home, history, history.sync(), terminal.say)
        garbage.tidy(history)
    if home.tier == "workroot":
        from workroot.commands import _arguments
        from workroot.environment import setup
        from workroot.root import Root

        setup.run(Root(home.top), _arguments.options())


def _health(home: Home) -> list[health.Finding]:
    """What the health check has to say of a workroot's link."""
    if home.tier == "user":
        return []
    from workroot.root import Root

    try:
        venv, arguments, findings = check.subject(Root(home.top))
        return [*findings, *health.check(arguments, venv, os.environ)]
    except WorkrootError as error:
        return [health.Finding("fail", "environment", error.message, error.hint or "")]
