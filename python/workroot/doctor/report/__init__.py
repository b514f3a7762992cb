"""One page about an environment, to look at and to send to somebody: doctor --report FILE.html.

It is made from what the checks and `where` find. It never asks a network, runs no script, and
writes nothing itself.
"""
