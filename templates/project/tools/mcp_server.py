"""An MCP server over standard input and output: the symbols of a piece of C++."""

from fastmcp import FastMCP

import symbol_index

server = FastMCP("example")


@server.tool
def cpp_symbols(source: str) -> list[str]:
    """The functions, classes and structs of C++ source text, each as 'kind name line'."""
    return [f"{kind} {name} {line}" for kind, name, line in symbol_index.symbols(source.encode())]


if __name__ == "__main__":
    server.run(show_banner=False)
