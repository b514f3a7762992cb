"""What a session gets and why it may be trusted.

That is its variables, its link, the health check and the proof. Nothing is written here but the
link and the proof; the environment puts what is rendered here in place.
"""
