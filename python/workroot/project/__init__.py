"""What is copied into a new workroot, a project that carries its kit, leaving older ones.

It overwrites nothing that a person wrote.
"""
