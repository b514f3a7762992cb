"""How packages get in: pip, uv, a pip where there is none, the index, requirements files.

It never decides what should be installed, and it records nothing.
"""
