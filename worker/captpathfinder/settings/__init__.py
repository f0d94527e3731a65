"""What the environment says. Names, defaults and meanings are listed in `.env.example`."""

from captpathfinder.settings.environment import SECRET_NAME, Settings
from captpathfinder.settings.loading import load_settings

__all__ = ["SECRET_NAME", "Settings", "load_settings"]
