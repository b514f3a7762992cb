"""One checkout of a project, who works in it, and its started server; what asks that server, and
what asks its MCP server.
"""

import contextlib
import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from worlds.lab import Outcome, run

LONG = 1200  # seconds; a network may be slow
CLIENT = """
import asyncio, json, sys
from fastmcp import Client

async def main():
    async with Client(json.load(open(sys.argv[1]))) as client:
        tools = [tool.name for tool in await client.list_tools()]
        answer = (await client.call_tool("cpp_symbols", {"source": "int f() { return 1; }"})).data
        print(json.dumps({"tools": tools, "answer": answer}))

asyncio.run(main())
"""


class Tree:
    """One checkout of the project, and who works in it. user: an id without a name, or None for
    whoever runs the tests.
    """

    def __init__(self, path: Path, environ: dict[str, str], user: int | None = None) -> None:
        self.path, self.environ = path, environ
        self.before = (
            ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if user else []
        )
        self.python = path / "python" / ".venv" / "bin" / "python3"

    def run(self, *argv: str, cwd: Path | None = None) -> Outcome:
        return run([*self.before, *argv], self.environ, cwd or self.path, timeout=LONG)

    def setup(self, *arguments: str) -> Outcome:
        return self.run("python/setup.sh", *arguments)

    def build(self) -> Outcome:
        self.run("cmake", "--preset", "debug-all").must()
        return self.run("cmake", "--build", "--preset", "debug-all", "--verbose").must()

    @contextlib.contextmanager
    def server(self) -> Iterator[str]:
        """The started server's address; nothing is activated, and the current directory is
        another.
        """
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        argv = [*self.before, str(self.path / "server/start_server.sh"), "--port", str(port)]
        child = subprocess.Popen(
            argv, env=self.environ, cwd="/", stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            child.terminate()
            child.wait(30)


def get(address: str) -> dict:
    """The JSON there, as soon as somebody listens."""
    until = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return json.load(answer)
        except ConnectionError as error:
            refused = error
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionError):
                raise
            refused = error
        if time.monotonic() > until:
            raise refused
