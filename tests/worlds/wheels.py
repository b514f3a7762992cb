"""Local wheels and projects made on the fly, so that a test needs no index."""

import base64
import csv
import hashlib
import io
import os
import re
import zipfile


def make_wheel(  # noqa: PLR0913  # a wheel has that many parts; all but three have a default
    directory: str,
    name: str,
    version: str = "1.0",
    *,
    files: dict[str, str] | None = None,
    scripts: dict[str, str] | None = None,
    data: dict[str, str] | None = None,
    requires: tuple[str, ...] = (),
    commands: dict[str, str] | None = None,
) -> str:
    """A pure wheel; gives its path.

    files: path in site-packages -> text (by default a package of that name). scripts, data: name ->
    text, put into bin and below the venv's top. commands: name -> 'module:function', for which pip
    writes the script.
    """
    plain = name.replace("-", "_")
    content = (
        files
        if files is not None
        else {
            f"{plain}/__init__.py": f"version = {version!r}\n",
            f"{plain}/inner/deep.py": "x = 1\n",
        }
    )
    members = dict(content)
    members |= {
        f"{plain}-{version}.data/scripts/{script}": text for script, text in (scripts or {}).items()
    }
    members |= {f"{plain}-{version}.data/data/{path}": text for path, text in (data or {}).items()}
    information = f"{plain}-{version}.dist-info"
    extras = sorted(
        {extra for need in requires for extra in re.findall(r"extra == '([^']+)'", need)}
    )
    needs = "".join(
        [
            *(f"Provides-Extra: {extra}\n" for extra in extras),
            *(f"Requires-Dist: {need}\n" for need in requires),
        ]
    )
    members[f"{information}/METADATA"] = (
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}"
    )
    members[f"{information}/WHEEL"] = (
        "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    if commands:
        lines = "".join(f"{command} = {target}\n" for command, target in commands.items())
        members[f"{information}/entry_points.txt"] = "[console_scripts]\n" + lines
    members[f"{information}/RECORD"] = _record(members, information)
    os.makedirs(directory, exist_ok=True)
    path = os.path.join(directory, f"{plain}-{version}-py3-none-any.whl")
    with open(path, "wb") as file:
        file.write(_zipped(members))
    return path


def _record(members: dict[str, str], information: str) -> str:
    def row(name: str, text: str) -> tuple[str, str, str]:
        hashed = hashlib.sha256(text.encode()).digest()
        digest = base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()
        return name, f"sha256={digest}", str(len(text.encode()))

    rows = [row(name, text) for name, text in members.items()]
    lines = io.StringIO(newline="")
    csv.writer(lines, lineterminator="\n").writerows([*rows, (f"{information}/RECORD", "", "")])
    return lines.getvalue()


def _zipped(members: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 2, 2, 2, 2, 2)), text)
    return buffer.getvalue()


def make_wide_wheel(
    directory: str, name: str, version: str = "1.0", *, modules: int = 20, packages: int = 5
) -> str:
    """A wheel with many files and directories, for what takes time."""
    plain = name.replace("-", "_")
    files = {f"{plain}/__init__.py": f"version = {version!r}\n"}
    for package in range(packages):
        files[f"{plain}/part{package}/__init__.py"] = ""
        for module in range(modules // packages):
            files[f"{plain}/part{package}/module{module}.py"] = (
                f"def function_{module}():\n    return {module!r}, {version!r}\n" * 5
            )
    return make_wheel(directory, name, version, files=files)


def make_project(directory: str, name: str, version: str = "1.0") -> str:
    """A project for `pip install -e`, with a build backend of its own that needs nothing; gives its
    path.
    """
    plain = name.replace("-", "_")
    os.makedirs(os.path.join(directory, plain), exist_ok=True)
    _write(directory, f"{plain}/__init__.py", f"version = {version!r}\n")
    _write(
        directory,
        "pyproject.toml",
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
    )
    _write(
        directory,
        "backend.py",
        _BACKEND.format(name=name, plain=plain, version=version, source=directory),
    )
    return directory


def _write(directory: str, path: str, text: str) -> None:
    with open(os.path.join(directory, path), "w", encoding="utf-8") as file:
        file.write(text)


_BACKEND = """\
import os, zipfile

NAME = "{plain}-{version}"


def _build(directory, members):
    information = NAME + ".dist-info"
    metadata = ["Metadata-Version: 2.1", "Name: {name}", "Version: {version}"]
    wheel = ["Wheel-Version: 1.0", "Generator: tests", "Root-Is-Purelib: true", "Tag: py3-none-any"]
    members[information + "/METADATA"] = "".join(line + "\\n" for line in metadata)
    members[information + "/WHEEL"] = "".join(line + "\\n" for line in wheel)
    names = [*members, information + "/RECORD"]
    members[information + "/RECORD"] = "".join(name + ",,\\n" for name in names)
    path = NAME + "-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(directory, path), "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def build_wheel(directory, settings=None, metadata=None):
    return _build(directory, {{"{plain}/__init__.py": "version = '{version}'\\n"}})


def build_editable(directory, settings=None, metadata=None):
    return _build(directory, {{"__editable__{plain}.pth": {source!r} + "\\n"}})


def get_requires_for_build_wheel(settings=None):
    return []


get_requires_for_build_editable = get_requires_for_build_wheel
"""
