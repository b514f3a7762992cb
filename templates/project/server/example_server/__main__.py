"""python -m example_server [--host HOST] [--port PORT]"""

import argparse
import sys

import uvicorn

from example_server.app import TO_BUILD, app, example_native


def main() -> None:
    parser = argparse.ArgumentParser(prog="example_server")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    given = parser.parse_args()
    if example_native is None:
        print(f"example_server: {TO_BUILD}", file=sys.stderr, flush=True)
    uvicorn.run(app, host=given.host, port=given.port, log_level="warning")


if __name__ == "__main__":
    main()
