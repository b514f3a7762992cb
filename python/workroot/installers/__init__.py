"""How packages get in: pip, uv, the pip that is put where there is none, the index, requirements files.

It never decides what should be installed, and it records nothing.
"""
