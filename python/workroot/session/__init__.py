"""What a session gets and why it may be trusted: its variables, its link, the health check, the proof.

It writes no file but the link; the environment puts what is rendered here in place.
"""
