"""What the stand-in is told at its start: credentials, bots, and how long things take."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, model_validator

InputType = Literal["STRING", "NUMBER", "BOOLEAN", "LIST", "DICTIONARY", "DATETIME", "ANY"]
BotKind = Literal["email", "teams", "any"]

#: Which input variable of a bot holds which part of a message, unless the bot's declaration says otherwise.
DEFAULT_PARTS: dict[str, dict[str, str]] = {
    "email": {"to": "to", "cc": "cc", "subject": "subject", "body": "body", "is_html": "isHtml"},
    "teams": {"channel": "channelUrl", "message": "message", "type": "messageType"},
    "any": {},
}


class SettingsError(Exception):
    """A start-up setting is missing or malformed; the message names it and says what to change."""


class Bot(BaseModel):
    """A bot that can be deployed.

    ``inputs`` maps the variables marked as input to their types; ``parts`` says which of them holds which
    part of the message, for e-mail ``to``, ``cc``, ``subject``, ``body``, ``is_html`` and for Teams
    ``channel``, ``message``, ``type``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: int
    name: str
    kind: BotKind = "any"
    inputs: dict[str, InputType] = {}
    parts: dict[str, str] = {}

    @model_validator(mode="after")
    def _parts_name_inputs(self) -> "Bot":
        known = DEFAULT_PARTS[self.kind]
        for part, variable in self.parts.items():
            if part not in known:
                raise ValueError(f"a bot of kind {self.kind} has no message part {part!r}")
            if variable not in self.inputs:
                raise ValueError(f"part {part!r} names {variable!r}, which is not an input of the bot")
        return self

    def variable(self, part: str) -> str | None:
        """The input variable that holds this part of the message, if there is one."""
        return self.parts.get(part, DEFAULT_PARTS[self.kind].get(part))


DEFAULT_BOTS = (
    Bot(
        id=101,
        name="Send e-mail",
        kind="email",
        inputs={"to": "ANY", "subject": "STRING", "body": "STRING", "isHtml": "BOOLEAN"},
    ),
    Bot(
        id=102,
        name="Post to Teams",
        kind="teams",
        inputs={"channelUrl": "STRING", "message": "STRING", "messageType": "STRING"},
    ),
)


def read_bots(path: Path) -> list[Bot]:
    """Bots from a JSON file: a list of objects with the fields of :class:`Bot`."""
    try:
        return TypeAdapter(list[Bot]).validate_json(path.read_bytes())
    except OSError as error:
        raise SettingsError(f"--bots: cannot read {path}: {error.strerror}") from error
    except ValidationError as error:
        raise SettingsError(f"--bots: {path}: {error.errors()[0]['msg']}") from error


def parse_bot(text: str) -> Bot:
    """A bot from ``ID:NAME:KIND:INPUT[=TYPE],…``, for example ``7:Mailer:email:to=ANY,subject,body``.

    An input without a type takes any.
    """
    try:
        number, name, kind, inputs = text.split(":", 3)
        pairs = (item.partition("=") for item in inputs.split(",") if item)
        declared = {variable.strip(): kind_of.strip() or "ANY" for variable, _, kind_of in pairs}
        return Bot.model_validate({"id": number, "name": name, "kind": kind, "inputs": declared})
    except ValidationError as error:
        raise SettingsError(f"--bot {text!r}: {error.errors()[0]['msg']}") from error
    except ValueError as error:
        raise SettingsError(f"--bot {text!r}: write it as ID:NAME:KIND:INPUT[=TYPE],…") from error


def index_bots(bots: Iterable[Bot]) -> dict[int, Bot]:
    """The bots by id; two with one id are refused."""
    indexed: dict[int, Bot] = {}
    for bot in bots:
        if bot.id in indexed:
            raise SettingsError(f"bot id {bot.id} is declared twice")
        indexed[bot.id] = bot
    return indexed


@dataclass(frozen=True)
class Credentials:
    """Who may sign in, and the keys of the two simple endpoints. Never shown."""

    username: str
    api_key: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    email_bot_key: str | None = field(default=None, repr=False)
    teams_bot_key: str | None = field(default=None, repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Credentials":
        """Read the AA_… variables; one that is empty counts as missing."""
        credentials = cls(
            username=environment.get("AA_USERNAME", ""),
            api_key=environment.get("AA_API_KEY") or None,
            password=environment.get("AA_PASSWORD") or None,
            email_bot_key=environment.get("AA_EMAIL_BOT_API_KEY") or None,
            teams_bot_key=environment.get("AA_TEAMS_BOT_API_KEY") or None,
        )
        if not credentials.username:
            raise SettingsError("AA_USERNAME is missing: set the user who may sign in")
        if not (credentials.api_key or credentials.password):
            raise SettingsError("AA_API_KEY is missing: set it, or AA_PASSWORD, or both")
        return credentials

    def secrets(self) -> list[str]:
        """Every value that must not be written anywhere."""
        every = (self.api_key, self.password, self.email_bot_key, self.teams_bot_key)
        return [value for value in every if value]


@dataclass(frozen=True)
class Settings:
    """How the stand-in behaves when no fault is set. Times are in seconds."""

    #: A real token lives 20 minutes.
    token_lifetime: float = 1200.0
    #: From the deploy to the end of the run.
    run_seconds: float = 0.2
    #: How long the activity list knows nothing of a new deployment.
    row_delay: float = 0.0
    #: The API key stops working this long after the start; None: never.
    api_key_lifetime: float | None = None
    #: Fields of the activity list that a filter may not name.
    refused_filters: frozenset[str] = frozenset()
    #: Whether an input that the bot does not have is a 400 or is dropped.
    refuse_unknown_inputs: bool = True
    #: Whether v3 keeps an automationName; its documented body has none, so by default the server makes one.
    v3_keeps_names: bool = False
