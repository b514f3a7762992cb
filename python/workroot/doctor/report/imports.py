"""sys.path as a picture: every entry in its order, the modules it gives, and those it loses."""

from workroot.doctor import where
from workroot.doctor.context import Context
from workroot.doctor.report.html import element, text
from workroot.doctor.where import Module, Survey
from workroot.errors import WorkrootError


def section(context: Context, directory: str) -> str:
    """The picture; a sentence where this Python does not answer.

    Args:
        directory: The current one.
    """
    try:
        survey = where.survey(context, directory)
    except WorkrootError as error:
        return element("p", text(error.message))
    entries = [_entry(survey, number) for number in range(len(survey.path))]
    return element("ol", "\n".join(entries), class_="path")


def _entry(survey: Survey, number: int) -> str:
    """One entry of sys.path with its modules."""
    entry = survey.path[number]
    chips = []
    for module in survey.modules:
        if module.entry == entry.path:
            chips.append(_winner(module))
        chips += [_loser(module, file) for file in survey.lost_in(module, entry.path)]
    modules = " ".join(chips) or element("i", "nothing that is listed here")
    head = element("code", text(entry.path)) + " " + element("small", text(entry.why))
    return element("li", element("div", head) + element("div", modules, class_="modules"))


def _winner(module: Module) -> str:
    words = f"{module.name}: {module.file or module.kind}"
    if module.owner:
        words += f", of {module.owner}"
    repo = module.owner == where.REPO
    return element("b", text(module.name), title=words, class_="repo" if repo else "module")


def _loser(module: Module, file: str) -> str:
    words = f"{file} loses to {module.file}"
    return element("s", text(module.name), title=words)
