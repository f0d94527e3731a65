"""What is sent to the control room and what it answers.

Sources: the vendor's API documentation, "Bot Deploy API" v3 and v4, "List activity" v3, "List files" v2.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    field_validator,
)

ApiVersion = Literal["v3", "v4"]
Priority = Literal["PRIORITY_LOW", "PRIORITY_MEDIUM", "PRIORITY_HIGH"]
DeviceUsage = Literal["PREFER_DEFAULT_DEVICE", "RUN_ONLY_ON_DEFAULT_DEVICE", "RUN_ON_POOL_DEVICES"]


@dataclass(frozen=True)
class DeployRequest:
    """A deployment to be made. `inputs` is the typed `botInput` map, the same in v3 and v4."""

    bot_id: int
    name: str
    api_version: ApiVersion = "v4"
    run_as_user_ids: tuple[int, ...] = ()
    pool_ids: tuple[int, ...] = ()
    run_as_users_to_use: int = 1
    device_usage: DeviceUsage = "PREFER_DEFAULT_DEVICE"
    override_default_device: bool = False
    priority: Priority = "PRIORITY_MEDIUM"
    bot_label: str | None = None
    inputs: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Where it is posted to."""
        return f"/{self.api_version}/automations/deploy"

    def body(self) -> dict[str, Any]:
        """The request's JSON. v3 has no field for the name: its deployments are not found again by it."""
        if self.api_version == "v3":
            return {
                "fileId": self.bot_id,
                "runAsUserIds": list(self.run_as_user_ids),
                "poolIds": list(self.pool_ids),
                "overrideDefaultDevice": self.override_default_device,
                "botInput": self.inputs,
            }
        body: dict[str, Any] = {
            "botId": self.bot_id,
            "automationName": self.name,
            "automationPriority": self.priority,
            "unattendedRequest": {
                "runAsUserIds": list(self.run_as_user_ids),
                "poolIds": list(self.pool_ids),
                "numOfRunAsUsersToUse": self.run_as_users_to_use,
                "deviceUsageType": self.device_usage,
            },
            "botInput": self.inputs,
        }
        if self.bot_label:
            body["botLabel"] = self.bot_label
        return body


class Outcome(Enum):
    """How far a deployment is."""

    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


_FAILED = frozenset({"DEPLOY_FAILED", "RUN_FAILED", "RUN_ABORTED", "RUN_TIMED_OUT"})


def outcome_of(status: str) -> Outcome:
    """What a status of the activity list means; one that is not known counts as not finished."""
    if status == "COMPLETED":
        return Outcome.COMPLETED
    return Outcome.FAILED if status in _FAILED else Outcome.RUNNING


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class SignedIn(_Answer):
    """The answer to a login."""

    token: str = Field(min_length=1)


class RepositoryFile(_Answer):
    """A bot, or another file, in the repository."""

    id: int
    name: str = ""


class FilePage(_Answer):
    """The answer of the file list."""

    rows: list[RepositoryFile] = Field(validation_alias="list", default_factory=list)


class Deployed(_Answer):
    """The answer to a deploy, v3 and v4."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    deployment_id: str = Field(validation_alias="deploymentId", min_length=1)


class Deployment(_Answer):
    """A row of the activity list."""

    deployment_id: str = Field(default="", validation_alias="deploymentId")
    automation_name: str = Field(default="", validation_alias="automationName")
    status: str = "UNKNOWN"
    file_id: str = Field(default="", validation_alias="fileId")
    started_at: datetime | None = Field(default=None, validation_alias="startDateTime")

    @field_validator("deployment_id", "automation_name", "status", "file_id", mode="before")
    @classmethod
    def _text(cls, value: object) -> str:
        return "" if value is None else str(value)

    @field_validator("started_at", mode="wrap")
    @classmethod
    def _time_if_readable(cls, value: object, handler: ValidatorFunctionWrapHandler) -> datetime | None:
        # Rows that have not started carry null, an empty text or year 0: that is no reason to refuse the
        # list.
        try:
            parsed: datetime | None = handler(value)
        except ValidationError:
            return None
        return parsed if parsed is not None and parsed.tzinfo else None


class ActivityPage(_Answer):
    """A page of the activity list."""

    rows: list[Deployment] = Field(validation_alias="list")
