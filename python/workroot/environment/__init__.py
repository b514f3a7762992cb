"""The steps that make a workroot ready, in their order, and the state that says they were finished.

It clears nothing that does not bear our mark: what makes room goes to the trash.
"""
