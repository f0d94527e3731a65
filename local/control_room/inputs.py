"""What a deploy request may say: the v3 and v4 bodies, and the typed ``botInput`` map they share."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    TypeAdapter,
    field_validator,
    model_validator,
)
from pydantic.alias_generators import to_camel

from .errors import bad_request
from .settings import Bot


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, hide_input_in_errors=True)


class StringValue(_Body):
    """Sent as ``{"type": "STRING", "string": "…"}``."""

    type: Literal["STRING"]
    string: StrictStr


class NumberValue(_Body):
    """Sent as ``{"type": "NUMBER", "number": 1.5}``."""

    type: Literal["NUMBER"]
    number: StrictInt | StrictFloat


class BooleanValue(_Body):
    """Sent as ``{"type": "BOOLEAN", "boolean": true}``."""

    type: Literal["BOOLEAN"]
    boolean: StrictBool


class DateTimeValue(_Body):
    """Sent as ``{"type": "DATETIME", "string": "2026-08-01T12:00:00Z"}``."""

    type: Literal["DATETIME"]
    string: StrictStr

    @field_validator("string")
    @classmethod
    def _is_a_time(cls, text: str) -> str:
        datetime.fromisoformat(text)
        return text


class ListValue(_Body):
    """Sent as ``{"type": "LIST", "list": [{"type": …}, …]}``."""

    type: Literal["LIST"]
    list: "list[BotValue]"


class DictionaryEntry(_Body):
    """One pair of a dictionary value."""

    key: StrictStr
    value: "BotValue"


class DictionaryValue(_Body):
    """Sent as ``{"type": "DICTIONARY", "dictionary": [{"key": "…", "value": {"type": …}}, …]}``."""

    type: Literal["DICTIONARY"]
    dictionary: list[DictionaryEntry]


BotValue = Annotated[
    StringValue | NumberValue | BooleanValue | DateTimeValue | ListValue | DictionaryValue,
    Field(discriminator="type"),
]


class CallbackInfo(_Body):
    """Where the control room would report the end. Accepted; the stand-in calls nobody."""

    url: str | None = None
    headers: dict[str, str] = {}


class UnattendedRequest(_Body):
    """Who runs the bot, and on which devices."""

    run_as_user_ids: list[StrictInt] = []
    pool_ids: list[StrictInt] = []
    num_of_run_as_users_to_use: int = Field(default=1, ge=1)
    device_usage_type: Literal[
        "PREFER_DEFAULT_DEVICE", "RUN_ONLY_ON_DEFAULT_DEVICE", "RUN_ON_POOL_DEVICES"
    ] = "PREFER_DEFAULT_DEVICE"


class DeployV4(_Body):
    """The body of ``POST /v4/automations/deploy``. A field it does not have is a 400: a typing error."""

    bot_id: StrictInt
    automation_name: str | None = Field(default=None, min_length=1)
    description: str | None = None
    bot_label: str | None = None
    automation_priority: Literal["PRIORITY_LOW", "PRIORITY_MEDIUM", "PRIORITY_HIGH"] = "PRIORITY_MEDIUM"
    run_elevated: bool = False
    hide_bot_agent_ui: bool = False
    unattended_request: UnattendedRequest | None = None
    attended_request: dict[str, object] | None = None
    headless_request: dict[str, object] | None = None
    callback_info: CallbackInfo | None = None
    bot_input: dict[str, BotValue] = {}

    @model_validator(mode="after")
    def _one_way_to_run(self) -> "DeployV4":
        ways = (self.unattended_request, self.attended_request, self.headless_request)
        if sum(way is not None for way in ways) != 1:
            raise ValueError("give exactly one of unattendedRequest, attendedRequest, headlessRequest")
        return self


class DeployV3(_Body):
    """The body of ``POST /v3/automations/deploy``. Clients send many older fields; those are let pass."""

    model_config = ConfigDict(extra="ignore")

    file_id: StrictInt
    run_as_user_ids: list[StrictInt] = []
    pool_ids: list[StrictInt] = []
    override_default_device: bool = False
    automation_name: str | None = None
    callback_info: CallbackInfo | None = None
    bot_input: dict[str, BotValue] = {}


BOT_INPUT: TypeAdapter[dict[str, BotValue]] = TypeAdapter(dict[str, BotValue])


def plain(value: BotValue) -> object:
    """The value without its type tags."""
    match value:
        case StringValue() | DateTimeValue():
            return value.string
        case NumberValue():
            return value.number
        case BooleanValue():
            return value.boolean
        case ListValue():
            return [plain(item) for item in value.list]
        case DictionaryValue():
            return {entry.key: plain(entry.value) for entry in value.dictionary}


def accept_inputs(bot: Bot, given: dict[str, BotValue], *, refuse_unknown: bool) -> dict[str, object]:
    """The inputs the bot gets, as plain values.

    Raises a 400 that names every input of the wrong type, and every one the bot does not have when
    ``refuse_unknown`` is set; otherwise those are dropped.
    """
    wrong: list[str] = []
    accepted: dict[str, object] = {}
    for name, value in given.items():
        declared = bot.inputs.get(name)
        if declared is None:
            if refuse_unknown:
                wrong.append(f"{name}: not a variable marked as input (names must match exactly)")
        elif declared not in ("ANY", value.type):
            wrong.append(f"{name}: expected {declared}, got {value.type}")
        else:
            accepted[name] = plain(value)
    if wrong:
        raise bad_request(f"botInput does not fit bot {bot.id}: " + "; ".join(wrong), wrong)
    return accepted
