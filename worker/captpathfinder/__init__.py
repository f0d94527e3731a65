"""CaptPathfinder's worker and command line: it renders, uploads and delivers what the database decided."""

# The one place that says it: pyproject.toml reads it from here.
__version__ = "0.1.0"

__all__ = ["__version__"]
