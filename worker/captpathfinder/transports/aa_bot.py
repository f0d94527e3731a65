"""`aa_bot`: has the control room run a bot, and counts as delivered when the bot has finished.

A channel's `config`, for example:

    {"bot_id": 101, "run_as_user_ids": [3],
     "recipients": ["board@example.com"],
     "inputs": {"to":      {"part": "recipients"},
                "subject": {"part": "subject"},
                "body":    {"part": "html"},
                "isHtml":  {"type": "BOOLEAN", "value": true}}}

    {"bot_id": 102, "run_as_user_ids": [3], "priority": "PRIORITY_HIGH",
     "channel_url": "https://teams.example.com/…",
     "inputs": {"channelUrl":  {"part": "channel_url"},
                "message":     {"part": "markdown"},
                "messageType": {"type": "STRING", "value": "markdown"}}}

Each key of `inputs` is the name of a variable that the bot marks as input (spelt exactly so); its value is
a part of the message, or a constant. The same rules are checked in SQL when the row is saved.

Exactly one delivery, as far as the control room allows it. It has no idempotency key, so each job's
deployments carry one automation name. What happens when things go wrong:

- Before the first deploy the attempt records that it is about to deploy. A later attempt that finds this
  note, but no id, looks for the name in the activity list first.
- A deploy without a clear answer (cut connection, time-out, 5xx) may still be carried out a while later,
  and rows appear late. Only when `AA_SETTLE_SECONDS` (default 120) have passed since the last try and the
  list does not show the name, it is deployed again.
- Known deployments are followed until they end. One that takes longer than `timeout_seconds` fails the
  attempt, and the next attempt goes on following: a bot that may still run is never started a second time.
- A bot that ended in failure is run again (`on_failed_run: "retry"`), or not (`"give_up"`, for bots that
  may fail after they have sent).
- v3 has no automation name. After an unclear v3 deploy, it is repeated only if no deployment of the bot began
  since; otherwise the job is given up, for a person to look.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from captpathfinder.control_room import Deployment, DeployRequest, Outcome, outcome_of
from captpathfinder.control_room.deployments import ApiVersion, DeviceUsage, Priority
from captpathfinder.errors import PermanentError, SupabaseError, TransientError, UnknownOutcomeError
from captpathfinder.messages import Message
from captpathfinder.transports.base import Delivery, TransportConfig, parse_config

if TYPE_CHECKING:
    from captpathfinder.context import Context

Part = Literal[
    "subject", "summary", "text", "html", "markdown", "recipients", "channel_url", "total",
    "csv_link", "html_link", "pdf_link",
]  # fmt: skip
InputType = Literal["STRING", "NUMBER", "BOOLEAN", "LIST", "DICTIONARY", "DATETIME"]

# The activity list is asked more and more seldom while a bot runs, up to this many seconds between two looks.
SLOWEST_POLL = 15.0
# Clocks of the database and the control room may differ by so much when deployments are looked for by time.
CLOCK_SLACK = timedelta(minutes=10)


class _Input(BaseModel):
    # Which of the two kinds an input is, its keys say.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class PartInput(_Input):
    """An input that gets a part of the message. `type` LIST makes a list of the recipients."""

    part: Part
    type: Literal["STRING", "NUMBER", "LIST"] | None = None

    @model_validator(mode="after")
    def _type_fits(self) -> PartInput:
        fitting = {"recipients": ("STRING", "LIST"), "total": ("NUMBER", "STRING")}.get(
            self.part, ("STRING",)
        )
        if self.type is not None and self.type not in fitting:
            raise ValueError(f"part {self.part} can be {' or '.join(fitting)}")
        return self


class ConstantInput(_Input):
    """An input that always gets the same value."""

    type: InputType
    value: JsonValue

    @model_validator(mode="after")
    def _value_fits(self) -> ConstantInput:
        bot_value(self.type, self.value)
        return self


class BotConfig(TransportConfig):
    """The `config` of an `aa_bot` channel; see the module's examples."""

    bot_id: Annotated[int, Field(gt=0)]
    api_version: ApiVersion = "v4"
    run_as_user_ids: Annotated[list[int], Field(min_length=1)]
    pool_ids: list[int] = Field(default_factory=list)
    run_as_users_to_use: Annotated[int, Field(ge=1)] = 1
    device_usage: DeviceUsage = "PREFER_DEFAULT_DEVICE"
    override_default_device: bool = False
    priority: Priority = "PRIORITY_MEDIUM"
    bot_label: str | None = None
    recipients: list[str] = Field(default_factory=list)
    channel_url: str | None = None
    inputs: Annotated[dict[str, PartInput | ConstantInput], Field(min_length=1)]
    timeout_seconds: Annotated[float, Field(ge=5, le=86_400)] = 900
    on_failed_run: Literal["retry", "give_up"] = "retry"

    @model_validator(mode="after")
    def _parts_are_there(self) -> BotConfig:
        parts = {value.part for value in self.inputs.values() if isinstance(value, PartInput)}
        if "recipients" in parts and not self.recipients:
            raise ValueError("an input takes the part recipients, but recipients is empty")
        if "channel_url" in parts and not self.channel_url:
            raise ValueError("an input takes the part channel_url, but channel_url is not set")
        return self


def bot_value(type_: InputType, value: JsonValue) -> dict[str, Any]:
    """A constant in the control room's typed form; `ValueError` when the value is not of that type.

    >>> bot_value("LIST", ["a", 2])
    {'type': 'LIST', 'list': [{'type': 'STRING', 'string': 'a'}, {'type': 'NUMBER', 'number': 2}]}
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if type_ == "STRING" and isinstance(value, str):
        return {"type": type_, "string": value}
    if type_ == "DATETIME" and isinstance(value, str):
        datetime.fromisoformat(value)
        return {"type": type_, "string": value}
    if type_ == "NUMBER" and is_number:
        return {"type": type_, "number": value}
    if type_ == "BOOLEAN" and isinstance(value, bool):
        return {"type": type_, "boolean": value}
    if type_ == "LIST" and isinstance(value, list):
        return {"type": type_, "list": [_untyped(item) for item in value]}
    if type_ == "DICTIONARY" and isinstance(value, dict):
        return {
            "type": type_,
            "dictionary": [{"key": key, "value": _untyped(item)} for key, item in value.items()],
        }
    raise ValueError(f"the value is not a {type_}")


def _untyped(value: JsonValue) -> dict[str, Any]:
    if isinstance(value, bool):
        return bot_value("BOOLEAN", value)
    if isinstance(value, int | float):
        return bot_value("NUMBER", value)
    if isinstance(value, str):
        return bot_value("STRING", value)
    if isinstance(value, list):
        return bot_value("LIST", value)
    if isinstance(value, dict):
        return bot_value("DICTIONARY", value)
    raise ValueError("a value inside it is null")


def bot_inputs(config: BotConfig, message: Message) -> dict[str, dict[str, Any]]:
    """The `botInput` map for a message.

    A link that the message does not have becomes an empty text. The page of a digest is its HTML.
    """
    parts: dict[str, Any] = {
        "subject": message.subject,
        "summary": message.summary,
        "text": message.text,
        "html": message.html,
        "markdown": message.markdown,
        "recipients": ", ".join(config.recipients),
        "channel_url": config.channel_url or "",
        "total": message.total,
        "csv_link": message.links.get("csv", ""),
        "html_link": message.links.get("html", message.links.get("page", "")),
        "pdf_link": message.links.get("pdf", ""),
    }
    inputs: dict[str, dict[str, Any]] = {}
    for name, source in config.inputs.items():
        if isinstance(source, ConstantInput):
            inputs[name] = bot_value(source.type, source.value)
        elif source.type == "LIST":
            inputs[name] = bot_value("LIST", list(config.recipients))
        elif source.type == "NUMBER":
            inputs[name] = bot_value("NUMBER", parts[source.part])
        else:
            inputs[name] = bot_value("STRING", str(parts[source.part]))
    return inputs


class AaBot:
    """Deploys, or finds the earlier deployment, and follows it to its end."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._room = context.control_room

    async def deliver(self, delivery: Delivery) -> dict[str, Any]:
        """See the module's text. The result is `{"deployment_id", "bot_status", "automation_name"}`."""
        config = parse_config(BotConfig, delivery.job)
        request = DeployRequest(
            bot_id=config.bot_id,
            name=delivery.name,
            api_version=config.api_version,
            run_as_user_ids=tuple(config.run_as_user_ids),
            pool_ids=tuple(config.pool_ids),
            run_as_users_to_use=config.run_as_users_to_use,
            device_usage=config.device_usage,
            override_default_device=config.override_default_device,
            priority=config.priority,
            bot_label=config.bot_label,
            inputs=bot_inputs(config, delivery.message),
        )
        deployment_id = await self._earlier(request, delivery.progress)
        if deployment_id is None:
            await delivery.record({"deploying_since": self._now().isoformat(), "deployment_id": None})
            deployment_id = await self._deploy(request, delivery)
        if deployment_id != delivery.progress.get("deployment_id"):
            # Should it not be recorded, a later attempt finds it by its name.
            with suppress(SupabaseError):
                await delivery.record({"deployment_id": deployment_id})
        status = await self._follow(deployment_id, config)
        if outcome_of(status) is Outcome.FAILED:
            await delivery.record({"deployment_id": None, "deploying_since": None})
            said = f"The bot ended with {status} (deployment {deployment_id})."
            if config.on_failed_run == "give_up":
                raise PermanentError(f"{said} Look at its log in the control room, then redrive the job.")
            raise TransientError(said)
        return {"deployment_id": deployment_id, "bot_status": status, "automation_name": request.name}

    def _now(self) -> datetime:
        # The one clock that all workers share: another may have to look for what this one began.
        return self._context.database_clock.now()

    async def _deploy(self, request: DeployRequest, delivery: Delivery) -> str:
        try:
            return await self._room.deploy(request)
        except UnknownOutcomeError as error:
            found = await self._look(request, self._now())
            if found is not None:
                return found
            raise UnknownOutcomeError(
                f"{error} It is not in the activity list yet; it will be looked for again.",
                retry_after=max(self._context.settings.aa_settle_seconds, error.retry_after or 0.0),
            ) from error
        except (TransientError, PermanentError):
            # A clear refusal: nothing is under way, so the next attempt need not look.
            await delivery.record({"deploying_since": None})
            raise

    async def _earlier(self, request: DeployRequest, progress: Mapping[str, Any]) -> str | None:
        """The id of a deployment that an earlier attempt made; None when there is none and it may be made."""
        if progress.get("deployment_id"):
            return str(progress["deployment_id"])
        if not progress.get("deploying_since"):
            return None
        since = datetime.fromisoformat(str(progress["deploying_since"]))
        found = await self._look(request, since)
        if found is not None:
            return found
        settings = self._context.settings
        # The request itself may have lasted as long as its time-out, and only then does the settling begin.
        settle = settings.aa_request_timeout_seconds + settings.aa_settle_seconds
        # Clamped, because a clock that was set must not make this wait for ever.
        left = min(settle, settle - (self._now() - since).total_seconds())
        if left > 0:
            raise UnknownOutcomeError(
                "An earlier deploy had no clear answer and is not in the activity list yet: waiting.",
                retry_after=left,
            )
        return None

    async def _look(self, request: DeployRequest, since: datetime) -> str | None:
        """The deployment of this name that finished or may yet; failed ones do not count."""
        since -= CLOCK_SLACK
        if request.api_version == "v3":
            await self._look_for_unnamed(request, since)
            return None
        rows = await self._room.find_by_name(request.name, since=since)
        return best_of([row for row in rows if row.deployment_id])

    async def _look_for_unnamed(self, request: DeployRequest, since: datetime) -> None:
        rows = await self._room.started_since(since)
        if any(not row.file_id or row.file_id == str(request.bot_id) for row in rows):
            raise PermanentError(
                "A v3 deploy had no clear answer, and v3 deployments cannot be told apart. Look in the "
                f"control room whether bot {request.bot_id} ran; if not, redrive the job. Better: use v4."
            )

    async def _follow(self, deployment_id: str, config: BotConfig) -> str:
        """The status in which the deployment ended; `TransientError` when that takes too long."""
        context = self._context
        pause = min(context.settings.aa_poll_seconds, SLOWEST_POLL)
        deadline = context.monotonic() + config.timeout_seconds
        status = None
        while True:
            row = await self._room.find_by_id(deployment_id)
            status = row.status if row else status
            if row is not None and outcome_of(row.status) is not Outcome.RUNNING:
                return row.status
            if context.monotonic() + pause > deadline:
                shown = f"is still {status}" if status else "does not appear in the activity list"
                raise TransientError(
                    f"Deployment {deployment_id} {shown} after {config.timeout_seconds:.0f} s; "
                    "the next attempt follows it further."
                )
            await context.sleep(pause)
            pause = min(pause * 1.3, SLOWEST_POLL)


def best_of(rows: list[Deployment]) -> str | None:
    """Of several deployments of one name: one that completed, else one under way, else none."""
    for wanted in (Outcome.COMPLETED, Outcome.RUNNING):
        for row in rows:
            if outcome_of(row.status) is wanted:
                return row.deployment_id
    return None
