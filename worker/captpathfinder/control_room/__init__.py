"""A client of the Automation Anywhere (A360) control room: sign in, deploy a bot, follow it to its end."""

from captpathfinder.control_room.deployments import Deployment, DeployRequest, Outcome, outcome_of
from captpathfinder.control_room.room import ControlRoom

__all__ = ["ControlRoom", "DeployRequest", "Deployment", "Outcome", "outcome_of"]
