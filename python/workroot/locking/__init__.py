"""The environment there is as a lock: pins and hashes, who needs whom, what could be newer.

It changes no environment.
"""
