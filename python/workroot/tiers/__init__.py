"""A person's own packages and a machine's: the user tier, its startup files, the system tier.

Every byte that it writes is taken back by --remove.
"""
