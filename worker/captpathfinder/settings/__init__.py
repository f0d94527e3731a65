"""What the environment says."""

from captpathfinder.settings.environment import SECRET_NAME, Settings, load_settings

__all__ = ["SECRET_NAME", "Settings", "load_settings"]
