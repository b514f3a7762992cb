"""The only code that touches the world: files, programs, the terminal, and documents on disk.

Everything else takes values and returns values. A door knows nothing of workroots, venvs or
packages.
"""
