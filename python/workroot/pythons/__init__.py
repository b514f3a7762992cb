"""Base interpreters, the venvs made from them, and the distributions that are installed in one.

It looks and it makes; it never installs a package, and it keeps no record.
"""
