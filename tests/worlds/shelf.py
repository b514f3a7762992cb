"""A lab whose venv gets local wheels, and an index on this machine that has them: the simple API as
JSON, or as plain HTML.
"""

import contextlib
import hashlib
import html
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

from worlds import wheels
from worlds.environment import template
from worlds.lab import Lab, Outcome, run

LOCKS = ("requirements.lock.txt", "pylock.toml")
PIP = ("--no-input", "--disable-pip-version-check", "-q")


class Shelf(Lab):
    """wheels: what the index has. said: what its pages say of a file name, beside its address:
    hash, yanked, requires-python.
    """

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.wheels, self.said, self.hashed = directory / "wheels", {}, True
        self.wheels.mkdir()

    def wheel(self, name: str, version: str = "1.0", **content) -> str:
        """A wheel on the shelf; its file name. yanked, requires_python: what the index says of
        it.
        """
        said = {
            "yanked": content.pop("yanked", False),
            "requires-python": content.pop("requires_python", None),
        }
        path = Path(wheels.make_wheel(str(self.wheels), name, version, **content))
        self.said[path.name] = said
        return path.name

    def pip(self, *arguments: str, python: Path | None = None, **environ: str) -> Outcome:
        """pip for a venv that has none, with nothing but what the arguments name."""
        words = [
            f"{template()}/bin/python",
            "-Im",
            "pip",
            "--python",
            str(python or self.python),
            *arguments,
        ]
        return run(words, self.environ | environ, self.directory, timeout=300)

    def install(self, *requirements: str) -> None:
        self.pip(
            "install", *PIP, "--no-index", "--find-links", str(self.wheels), *requirements
        ).must()

    def stock(self) -> "Shelf":
        """alpha 1.0 is installed with the beta 2.0 that it needs, and there is a newer beta
        since.
        """
        self.wheel("alpha", "1.0", requires=("beta>=1",))
        self.wheel("beta", "2.0")
        self.install("alpha")
        self.wheel("beta", "3.0")
        return self

    def lock(self) -> "Shelf":
        with self.index():
            self.workroot("lock").must()
        return self

    def locks(self) -> list[str]:
        """The texts of the two files that a lock is."""
        return [(self.root / name).read_text() for name in LOCKS]

    def workroot(self, *arguments: str, **environ: str) -> Outcome:
        """A command in the workroot, as a person types it there."""
        return self.engine(*arguments, cwd=self.root, **environ)

    @contextlib.contextmanager
    def index(self, kind: str = "json") -> Iterator[str]:
        """Serve the shelf until the end of the block; gives the index's URL. What pip is told of it
        is in environ.
        """
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(self, kind))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        url = f"http://127.0.0.1:{server.server_address[1]}/simple"
        self.environ["PIP_INDEX_URL"] = url
        try:
            yield url
        finally:
            del self.environ["PIP_INDEX_URL"]
            server.shutdown()
            thread.join()
            server.server_close()

    def rows(self, project: str) -> list[dict]:
        return [
            self._row(path)
            for path in sorted(self.wheels.iterdir())
            if path.name.partition("-")[0].replace("_", "-").lower() == project
        ]

    def _row(self, path: Path) -> dict:
        digest = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()} if self.hashed else {}
        return {
            "filename": path.name,
            "url": f"../../files/{path.name}",
            "hashes": digest,
            "size": path.stat().st_size,
            **self.said.get(path.name, {}),
        }


ODD = "a lab's $(home) \u00e9"


def empty(directory: Path) -> Shelf:
    return Shelf(directory / ODD).make()


def stocked(directory: Path) -> Shelf:
    return empty(directory).stock()


def locked(directory: Path) -> Shelf:
    return stocked(directory).lock()


def _handler(shelf: Shelf, kind: str) -> type:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def do_GET(self) -> None:
            _, top, name, *_ = [*self.path.split("/"), ""]
            if top == "files":
                return self.answer("application/octet-stream", (shelf.wheels / name).read_bytes())
            rows = shelf.rows(name)
            if not rows:
                return self.send_error(404)
            if kind == "json":
                document = {"meta": {"api-version": "1.1"}, "name": name, "files": rows}
                return self.answer(
                    "application/vnd.pypi.simple.v1+json", json.dumps(document).encode()
                )
            self.answer("text/html", "".join(map(_anchor, rows)).encode())

        def answer(self, media: str, content: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", media)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_HEAD = do_GET

        def log_message(self, *words: object) -> None:
            del words

    return Handler


def _anchor(row: dict) -> str:
    fragment = "".join(f"#{name}={digest}" for name, digest in row["hashes"].items())
    yanked = f' data-yanked="{html.escape(row["yanked"])}"' if row.get("yanked") else ""
    python = (
        f' data-requires-python="{html.escape(row["requires-python"])}"'
        if row.get("requires-python")
        else ""
    )
    return f'<a href="{row["url"]}{fragment}"{yanked}{python}>{row["filename"]}</a><br>\n'
