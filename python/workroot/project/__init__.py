"""What is copied into a new workroot, a project that carries its kit, and leaving older environments.

It overwrites nothing that a person wrote.
"""
