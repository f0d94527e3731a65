"""`captpathfinder doctor`: one line a check, with what to do."""

from captpathfinder.doctor.examination import examine

__all__ = ["examine"]
