"""Whole processes timed in turns with a peer: the ratio of neighbouring runs holds when the
machine's speed drifts.
"""

import os
import statistics
import sys
import time
from collections.abc import Sequence
from typing import NamedTuple

ENVIRON = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8"}
NULL = [(os.POSIX_SPAWN_OPEN, descriptor, os.devnull, os.O_RDWR, 0) for descriptor in (0, 1, 2)]


class Row(NamedTuple):
    """One measured promise: what, its peer, both medians in ms, the median ratio, and the goal."""

    what: str
    peer: str
    own_ms: float
    peer_ms: float
    ratio: float
    goal: float


def seconds(argv: Sequence[str], environ: dict[str, str] = ENVIRON) -> float:
    start = time.perf_counter()
    _, status = os.waitpid(os.posix_spawnp(argv[0], argv, environ, file_actions=NULL), 0)
    if status:
        raise SystemExit(f"{argv} ended with status {status}")
    return time.perf_counter() - start


def in_turns(  # noqa: PLR0913  # a row has that many columns
    what: str,
    own: Sequence[str],
    peer_name: str,
    peer: Sequence[str],
    goal: float,
    rounds: int,
    before=lambda: None,
) -> Row:
    """Run both in alternation, one pair first that does not count. before: what is done before each
    run, not timed.
    """
    pairs = []
    for _ in range(rounds + 1):
        before()
        theirs = seconds(peer)
        before()
        pairs.append((seconds(own), theirs))
    own_runs, peer_runs = zip(*pairs[1:], strict=True)
    ratio = statistics.median(mine / theirs for mine, theirs in pairs[1:])
    return Row(
        what,
        peer_name,
        statistics.median(own_runs) * 1e3,
        statistics.median(peer_runs) * 1e3,
        ratio,
        goal,
    )


def show(rows: Sequence[Row]) -> None:
    """The table, and which rows miss their goal; nothing fails on a time."""
    print(f"{'what':<44} {'peer':<34} {'own ms':>9} {'peer ms':>9} {'ratio':>6} {'goal':>5}")
    for row in rows:
        missed = "" if row.ratio <= row.goal else "  over"
        print(
            f"{row.what:<44} {row.peer:<34} {row.own_ms:9.2f} {row.peer_ms:9.2f} "
            f"{row.ratio:6.3f} {row.goal:5.2f}{missed}"
        )
    sys.stdout.flush()
