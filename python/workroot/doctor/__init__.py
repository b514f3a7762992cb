"""What is broken, what shows it, and the command that heals it.

It looks, and it heals only when told to.
"""
