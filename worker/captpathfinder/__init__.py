"""CaptPathfinder's worker and command line: it renders, uploads and delivers what the database decided."""

from importlib import metadata

try:
    __version__ = metadata.version("captpathfinder")
except metadata.PackageNotFoundError:  # run from a checkout that is not installed
    __version__ = "0.1.0"

__all__ = ["__version__"]
