"""What heals of several checks share: to put aside, to bring packages back, to make a venv anew.

Nothing of a person's is destroyed: what has to make room goes to the trash.
"""
