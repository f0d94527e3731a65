"""A client of the Automation Anywhere (A360) control room: sign in, deploy a bot, follow it to its end."""

from captpathfinder.control_room.client import ControlRoom
from captpathfinder.control_room.models import Deployment, DeployRequest, Outcome, outcome_of

__all__ = ["ControlRoom", "DeployRequest", "Deployment", "Outcome", "outcome_of"]
