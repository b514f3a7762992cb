"""What was installed when, kept so that it can be brought back: record, content, plans, the
exchange.

It never runs an installer. What it moves is renamed, and what it removes was put aside first.
"""
