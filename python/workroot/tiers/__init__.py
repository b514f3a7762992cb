"""A person's own packages and a machine's: the user tier, its blocks in startup files, the system tier.

Every byte that it writes is taken back by --remove.
"""
