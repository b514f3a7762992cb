"""The history as a timeline, the newest operation first.

The files are read as they are: to open the history could keep a damaged one aside, and this only
looks.
"""

from workroot.doctor.context import Context
from workroot.doctor.report.html import element, text
from workroot.errors import WorkrootError
from workroot.history import generations
from workroot.history.generations import Generation, Generations


def section(context: Context) -> str:
    """The operations there are, each with what it changed."""
    kept = Generations(context.home.path)
    numbers = kept.numbers()
    if not numbers:
        return element("p", "Nothing is recorded yet.")
    lines = []
    for number in reversed(numbers):
        words = _operation(kept.path(number))
        lines.append(element("li", words, value=str(number)))
    return element("ol", "\n".join(lines), class_="timeline")


def _operation(path: str) -> str:
    try:
        said = generations.read(path)
    except (WorkrootError, OSError):
        said = None
    if said is None:
        return text(f"{path} cannot be read")
    return _words(said)


def _words(said: Generation) -> str:
    head = element("b", text(said.kind)) + " " + element("code", text(" ".join(said.argv)))
    moment = text(said.time)
    if said.status is None:
        moment += ", interrupted"
    elif said.status:
        moment += f", status {said.status}"
    changed = ", ".join(map(str, said.changes())) or "no package changed"
    return f"{head} {element('small', moment)}{element('div', text(changed))}"
