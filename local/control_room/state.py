"""All that the stand-in knows, kept in its data folder so that a restart forgets nothing but its tokens."""

import asyncio
import hashlib
import json
import logging
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, StrictBool

from .auth import Sessions
from .clock import Clock
from .deployments import Deployment, Deployments, Plan, Record, new_id
from .errors import ApiError
from .faults import Ends, Faults, NeverEnds, RowsMissing, Seen, Takes
from .inputs import BOT_INPUT, DeployV3, DeployV4, accept_inputs, plain
from .journal import Journal
from .messages import Mailbox, compose
from .secrecy import Secrets, without_callback_headers
from .settings import Bot, Credentials, Settings

log = logging.getLogger(__name__)


class EmailPost(BaseModel):
    """The body of ``POST /bots/email``."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    to: list[str] = Field(min_length=1)
    subject: str
    body: str
    is_html: StrictBool = True


class TeamsPost(BaseModel):
    """The body of ``POST /bots/teams``."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    channel_url: str = Field(min_length=1)
    message: str
    message_type: str = "markdown"


class PostRecord(BaseModel):
    """A call of a simple endpoint as its line in ``posts.jsonl`` holds it."""

    sequence: int
    received_at: AwareDatetime
    endpoint: Literal["email", "teams"]
    request: dict[str, JsonValue]


#: The bots behind the simple endpoints. Their inputs are the fields of the bodies above.
SIMPLE_BOTS = {
    "email": Bot(
        id=0,
        name="E-mail endpoint",
        kind="email",
        inputs={"to": "ANY", "subject": "STRING", "body": "STRING", "is_html": "BOOLEAN"},
        parts={"is_html": "is_html"},
    ),
    "teams": Bot(
        id=0,
        name="Teams endpoint",
        kind="teams",
        inputs={"channel_url": "STRING", "message": "STRING", "message_type": "STRING"},
        parts={"channel": "channel_url", "type": "message_type"},
    ),
}


class ControlRoom:
    """The state of a control room and everything that can be done to it."""

    def __init__(
        self,
        data_dir: Path,
        bots: dict[int, Bot],
        credentials: Credentials,
        settings: Settings,
        *,
        clock: Clock,
        seed: int | None = None,
    ) -> None:
        self.settings = settings
        self.credentials = credentials
        self.clock = clock
        self.bots = bots
        self.sessions = Sessions(credentials, settings, clock)
        self.faults = Faults(clock.now, seed)
        self.deployments = Deployments()
        self._secrets = Secrets(lambda: [*credentials.secrets(), *self.sessions.tokens()])
        self._mailbox = Mailbox(data_dir / "messages")
        self._deployed = Journal(data_dir / "deployments.jsonl")
        self._posted = Journal(data_dir / "posts.jsonl")
        self._sequence = 0
        self._changed = asyncio.Event()
        self._restore()

    def deploy(self, body: DeployV3 | DeployV4, raw: dict[str, Any], seen: Seen) -> Deployment:
        """Accept a deployment, or raise a 404 for an unknown bot or a 400 for inputs it does not take.

        The faults that shape a deployment count as applied only when one is made.
        """
        bot_id = body.bot_id if isinstance(body, DeployV4) else body.file_id
        bot = self.bots.get(bot_id)
        if bot is None:
            raise ApiError(404, "BOT_NOT_FOUND", f"There is no bot with the id {bot_id}")
        inputs = accept_inputs(bot, body.bot_input, refuse_unknown=self.settings.refuse_unknown_inputs)
        now = self.clock.now()
        name = body.automation_name
        if isinstance(body, DeployV3) and not self.settings.v3_keeps_names:
            name = None
        sequence = self._next_sequence()
        name = name or f"{bot.name}.{now:%y.%m.%d.%H.%M.%S}.{sequence}"
        record = Record.model_validate(
            {
                "sequence": sequence,
                "deployed_at": now,
                "api": "v4" if isinstance(body, DeployV4) else "v3",
                "deployment_id": new_id(),
                "automation_id": new_id(),
                "automation_name": self._secrets.scrub_text(name),
                "bot_id": bot.id,
                "plan": self._plan(seen),
                "request": self._secrets.scrub_fields(without_callback_headers(raw)),
            }
        )
        self._deployed.append(record.model_dump(mode="json"))
        deployment = self._take_in(record, bot, self._secrets.scrub_fields(inputs))
        self._changed.set()
        return deployment

    def post(self, endpoint: Literal["email", "teams"], body: EmailPost | TeamsPost) -> dict[str, Any]:
        """Accept a call of a simple endpoint and send its message at once."""
        record = PostRecord.model_validate(
            {
                "sequence": self._next_sequence(),
                "received_at": self.clock.now(),
                "endpoint": endpoint,
                "request": self._secrets.scrub_fields(body.model_dump(mode="json")),
            }
        )
        self._posted.append(record.model_dump(mode="json"))
        self._send_post(record)
        return {"status": "accepted", "id": record.sequence}

    def settle(self) -> None:
        """Have every bot whose run is over do its work."""
        while (deployment := self.deployments.due(self.clock.now())) is not None:
            self._send(deployment)
            self.deployments.done(deployment)

    async def run(self) -> None:
        """Settle whenever something is due, for ever."""
        while True:
            self._changed.clear()
            try:
                self.settle()
                due = self.deployments.next_due()
                wait = (due - self.clock.now()).total_seconds() if due else None
            except OSError:
                log.exception("a message could not be written; trying again in a second")
                wait = 1.0
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), wait)

    def advance(self, seconds: float) -> None:
        """Move the time forward."""
        self.clock.advance(seconds)
        self._changed.set()

    def messages(self) -> dict[str, Any]:
        """Every message sent, with counts by fingerprint, for asserting that nothing was sent twice."""
        self.settle()
        listing = self._mailbox.listing()
        fingerprints: dict[str, int] = {}
        for message in listing:
            if mark := message.get("fingerprint"):
                fingerprints[mark] = fingerprints.get(mark, 0) + 1
        return {"total": len(listing), "posts_by_fingerprint": fingerprints, "messages": listing}

    def reset(self) -> None:
        """Forget everything, tokens and faults included, and delete what was written."""
        self.sessions.clear()
        self.faults.clear()
        self.deployments.clear()
        self._mailbox.empty()
        self._deployed.empty()
        self._posted.empty()
        self._sequence = 0
        self._changed.set()

    def close(self) -> None:
        """Let go of the files."""
        self._deployed.close()
        self._posted.close()

    def _next_sequence(self) -> int:
        self._sequence += 1
        return self._sequence

    def _plan(self, seen: Seen) -> Plan:
        plan = Plan(takes=self.settings.run_seconds, row_after=self.settings.row_delay)
        for rule in self.faults.each((Takes, Ends, NeverEnds, RowsMissing), seen):
            match rule:
                case Takes():
                    plan = replace(plan, takes=rule.seconds)
                case Ends():
                    delivers = rule.status == "COMPLETED" if rule.delivers is None else rule.delivers
                    takes = plan.takes if rule.takes is None else rule.takes
                    plan = replace(plan, outcome=rule.status, ends=True, delivers=delivers, takes=takes)
                case NeverEnds():
                    plan = replace(plan, outcome=rule.status, ends=False, delivers=False)
                case RowsMissing():
                    plan = replace(plan, row_after=rule.seconds)
        return plan

    def _take_in(self, record: Record, bot: Bot, inputs: dict[str, object]) -> Deployment:
        deployment = Deployment(
            sequence=record.sequence,
            deployed_at=record.deployed_at,
            api=record.api,
            deployment_id=record.deployment_id,
            automation_id=record.automation_id,
            automation_name=record.automation_name,
            bot_id=bot.id,
            bot_name=bot.name,
            plan=record.plan,
            inputs=inputs,
            delivered=self._mailbox.has(record.sequence) is not None,
        )
        self.deployments.add(deployment)
        return deployment

    def _send(self, deployment: Deployment) -> None:
        bot = self._bot(deployment.bot_id)
        sent_at = deployment.ends_at or deployment.deployed_at
        message = compose(bot, deployment.inputs or {}, sent_at, self.credentials.username)
        name = self._mailbox.write(deployment.sequence, message, _cause(deployment))
        log.info("bot %d finished %r: messages/%s", bot.id, deployment.automation_name, name)

    def _send_post(self, record: PostRecord) -> None:
        bot = SIMPLE_BOTS[record.endpoint]
        message = compose(bot, record.request, record.received_at, self.credentials.username)
        canonical = json.dumps(record.request, sort_keys=True).encode()
        cause = {"via": "post", "fingerprint": hashlib.sha256(canonical).hexdigest()[:16]}
        if name := self._mailbox.has(record.sequence):
            self._mailbox.note(record.sequence, name, message, cause)
        else:
            name = self._mailbox.write(record.sequence, message, cause)
        log.info("endpoint %s: messages/%s", record.endpoint, name)

    def _bot(self, bot_id: int) -> Bot:
        """The bot of this id; one that is no longer declared keeps its number and shows its inputs."""
        return self.bots.get(bot_id) or Bot(id=bot_id, name=f"Bot {bot_id}")

    def _restore(self) -> None:
        """Take in what an earlier process accepted; what it did not finish falls due now."""
        for line in self._deployed.records():
            record = Record.model_validate_json(line)
            bot = self._bot(record.bot_id)
            given = BOT_INPUT.validate_python(record.request.get("botInput", {}))
            inputs = {
                variable: plain(value)
                for variable, value in given.items()
                if variable in bot.inputs or not bot.inputs
            }
            deployment = self._take_in(record, bot, inputs)
            self._sequence = max(self._sequence, record.sequence)
            if name := self._mailbox.has(record.sequence):
                sent_at = deployment.ends_at or deployment.deployed_at
                message = compose(bot, inputs, sent_at, self.credentials.username)
                self._mailbox.note(record.sequence, name, message, _cause(deployment))
        for line in self._posted.records():
            posted = PostRecord.model_validate_json(line)
            self._sequence = max(self._sequence, posted.sequence)
            self._send_post(posted)


def _cause(deployment: Deployment) -> dict[str, Any]:
    return {
        "via": "deployment",
        "automationName": deployment.automation_name,
        "deploymentId": deployment.deployment_id,
    }
