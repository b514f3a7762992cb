"""What doors/credentials answers, for those who still ask here."""

from workroot.doors.credentials import masked

__all__ = ["masked"]
