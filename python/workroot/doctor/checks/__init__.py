"""One file a check: its name is the check's id, its docstring is its page.

The listing is the list of checks.

A check looks and gives findings; it changes nothing. What it can heal is done by its heal().
"""
