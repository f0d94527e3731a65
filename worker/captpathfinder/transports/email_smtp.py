"""`email_smtp`: sends an e-mail through a mail server, as text and HTML.

A channel's `config`, for example:

    {"host": "smtp.example.com", "from": "Executives <executives@example.com>", "to": ["board@example.com"],
     "username": "executives", "secret_env": "CHANNEL_BOARD_SMTP"}

`CHANNEL_BOARD_SMTP` in the worker's environment holds the password, and beside it
`CHANNEL_BOARD_SMTP_HOSTS=smtp.example.com` names the servers that may have it. `reply_to`, else `from`, is
whom `List-Unsubscribe` writes to.

`security` is `starttls` (the default, port 587), `tls` (port 465) or `none` (port 25; with a user name on
this machine only). Certificates are checked against the system's authorities; `SSL_CERT_FILE` names others.

What happens when things go wrong:

- 4xx answers (greylisting, a full mailbox) and lost connections are tried again, a minute later at the least.
- The name given at EHLO is `SMTP_EHLO_NAME`, else the machine's own.
- 5xx answers, a refused password, a server without STARTTLS or with a wrong certificate end the job.
- When the server takes some recipients and not others, those that it took are noted and never get the message
  again. Recipients refused for now are tried again. When only those are left that are refused for good, the
  job ends as dead and says which; once the config is mended, a redrive sends to whom it did not reach.
- `Message-ID` and `Date` are the same in all attempts, so that a mail system can tell a repetition.
"""

from __future__ import annotations

import hashlib
import re
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, parseaddr
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import quote

import aiosmtplib
from pydantic import AfterValidator, Field, model_validator

from captpathfinder.errors import CaptPathfinderError, PermanentError, TransientError, UnknownOutcomeError
from captpathfinder.settings.addresses import is_this_machine
from captpathfinder.transports.base import Delivery, TransportConfig, parse_config
from captpathfinder.transports.secrets import SecretName, secret_for

if TYPE_CHECKING:
    from captpathfinder.context import Context

PORTS = {"starttls": 587, "tls": 465, "none": 25}
# Longest wait for one answer, in seconds. RFC 5321, 4.5.3.2 has minutes, for servers that scan meanwhile.
TIMEOUT = 120.0
# Greylisting servers want a message again after a minute to five.
GREYLIST_WAIT = 60.0
# What a server answers to any recipient when it dislikes who asks: the name given at EHLO (504), or the
# machine and its right to relay (554). Source: RFC 5321, 4.2.2, as Postfix and Exchange use them.
NOT_THE_ADDRESS = frozenset({504, 554})
UNSUBSCRIBE = "unsubscribe"


_DOT_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_BARE = rf"{_DOT_ATOM}(?:\.{_DOT_ATOM})*@{_LABEL}(?:\.{_LABEL})*"
# The same rule is in the database, which checks a row when it is saved.
_ADDRESS = re.compile(rf"[^]<>@\",;:()\\\[\x00-\x1f\x7f]*<{_BARE}>|{_BARE}")


def _address(value: str) -> str:
    if len(value) > 320 or not _ADDRESS.fullmatch(value):
        raise ValueError(f"{value[:100]!r} is not an e-mail address")
    return value


EmailAddress = Annotated[str, AfterValidator(_address)]


class SmtpConfig(TransportConfig):
    """The `config` of an `email_smtp` channel."""

    host: Annotated[str, Field(min_length=1, max_length=253, pattern=r"^[A-Za-z0-9.:_-]+$")]
    port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str | None = None
    secret_env: SecretName | None = None
    sender: EmailAddress = Field(alias="from")
    to: Annotated[list[EmailAddress], Field(min_length=1, max_length=100)]
    reply_to: EmailAddress | None = None

    @model_validator(mode="after")
    def _fits(self) -> SmtpConfig:
        if (self.username is None) is not (self.secret_env is None):
            raise ValueError("username and secret_env (the variable that holds the password) belong together")
        if self.username and self.security == "none" and not is_this_machine(self.host):
            raise ValueError("a password goes over starttls or tls only")
        return self


class EmailSmtp:
    """Hands a message to the mail server, for all recipients that do not have it yet."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def deliver(self, delivery: Delivery) -> dict[str, Any]:
        """Send once; the result is `{"message_id", "recipients"}`, the latter a number."""
        config = parse_config(SmtpConfig, delivery.job)
        served = {str(mark) for mark in delivery.progress.get("served") or ()}
        left = [address for address in config.to if mark_of(address) not in served]
        mail = compose(config, delivery)
        refused = await self._send(config, mail, left) if left else {}
        if len(refused) < len(left):
            served |= {mark_of(address) for address in left if parseaddr(address)[1] not in refused}
            await delivery.record({"served": sorted(served), "message_id": mail["Message-ID"]})
        if refused:
            raise _refusal(config, refused, reached=len(config.to) - len(refused))
        return {"message_id": mail["Message-ID"], "recipients": len(config.to)}

    async def _send(self, config: SmtpConfig, mail: EmailMessage, to: Sequence[str]) -> dict[str, int]:
        """Send to some recipients; returns the codes of those that the server refused, by bare address."""
        settings = self._context.settings
        password = secret_for(settings, config.secret_env, config.host) if config.secret_env else None
        client = aiosmtplib.SMTP(
            hostname=config.host,
            port=config.port or PORTS[config.security],
            use_tls=config.security == "tls",
            start_tls=config.security == "starttls",
            tls_context=ssl.create_default_context() if config.security != "none" else None,
            timeout=TIMEOUT,
            local_hostname=settings.smtp_ehlo_name,
        )
        server = f"The mail server {config.host}"
        addresses = [parseaddr(address)[1] for address in to]
        try:
            async with client:
                if password is not None:
                    await client.login(config.username or "", password.get_secret_value())
                refused, _ = await client.send_message(
                    mail, sender=parseaddr(config.sender)[1], recipients=addresses
                )
                return {address: answer.code for address, answer in refused.items()}
        except aiosmtplib.SMTPRecipientsRefused as error:
            return {refusal.recipient: refusal.code for refusal in error.recipients}
        except aiosmtplib.SMTPAuthenticationError as error:
            if 400 <= error.code < 500:
                raise TransientError(f"{server} cannot check the password now ({error.code}).") from error
            raise PermanentError(
                f"{server} refuses the user name and password ({error.code}): check username and "
                f"{config.secret_env}."
            ) from error
        except aiosmtplib.SMTPResponseException as error:
            raise _answer(server, error) from error
        except aiosmtplib.SMTPException as error:
            raise _failure(server, config, error) from error
        except ssl.SSLError as error:
            raise _tls_failure(server, error) from error
        except OSError as error:
            raise TransientError(f"{server} cannot be reached ({type(error).__name__}).") from error


def compose(config: SmtpConfig, delivery: Delivery) -> EmailMessage:
    """The e-mail: text first, HTML as the better alternative, headers that keep answering machines quiet."""
    message = delivery.message
    domain = parseaddr(config.sender)[1].rpartition("@")[2]
    mail = EmailMessage(policy=SMTP_POLICY)
    mail["From"] = config.sender
    mail["To"] = ", ".join(config.to)
    if config.reply_to:
        mail["Reply-To"] = config.reply_to
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(delivery.job.created_at)
    # What an earlier attempt has given it: the sender may have been edited since.
    mail["Message-ID"] = str(
        delivery.progress.get("message_id") or f"<{delivery.name.replace(' ', '.')}@{domain}>"
    )
    operator = parseaddr(config.reply_to or config.sender)[1]
    mail["List-Unsubscribe"] = f"<mailto:{quote(operator, safe='@')}?subject={quote(UNSUBSCRIBE)}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    return mail


def mark_of(address: str) -> str:
    """What is remembered of a recipient who has the message: a digest of the bare address."""
    return hashlib.sha256(parseaddr(address)[1].lower().encode()).hexdigest()[:16]


def _refusal(config: SmtpConfig, refused: dict[str, int], *, reached: int) -> CaptPathfinderError:
    """What becomes of the job when some recipients were refused: they are named by their place in `to`."""
    places = {parseaddr(address)[1]: place for place, address in enumerate(config.to, start=1)}
    for_now = sorted(places[address] for address, code in refused.items() if code < 500)
    ours = sorted({code for code in refused.values() if code in NOT_THE_ADDRESS})
    for_good = sorted(
        places[address] for address, code in refused.items() if code >= 500 and code not in NOT_THE_ADDRESS
    )
    total = len(config.to)
    parts = [f"The mail server took the message for {reached} of {total} recipients."]
    if for_good:
        parts.append(f"It refuses for good (5xx) number {_and(for_good)} of the list to.")
    if ours:
        parts.append(
            f"It answers {_and(ours)} to others, which is about this worker or the server's own rules, not "
            "about the addresses: set SMTP_EHLO_NAME to this machine's full name (504), or have whoever "
            "runs the server let it send (554)."
        )
    if for_now:
        parts.append(f"It refuses for now (4xx) number {_and(for_now)}.")
        return TransientError(" ".join(parts), retry_after=GREYLIST_WAIT)
    mend = "Mend the list and redrive" if for_good else "Then redrive"
    parts.append(f"{mend} the job: only who was not reached gets it.")
    return PermanentError(" ".join(parts))


def _answer(server: str, error: aiosmtplib.SMTPResponseException) -> CaptPathfinderError:
    what = {
        aiosmtplib.SMTPSenderRefused: "the sender",
        aiosmtplib.SMTPDataError: "the message",
    }.get(type(error), "the connection")
    if 400 <= error.code < 500:
        return TransientError(f"{server} refuses {what} for now ({error.code}).", retry_after=GREYLIST_WAIT)
    hint = "it is too large for it" if error.code == 552 else "ask who runs it, then redrive the job"
    return PermanentError(f"{server} refuses {what} ({error.code}): {hint}.")


def _failure(server: str, config: SmtpConfig, error: aiosmtplib.SMTPException) -> CaptPathfinderError:
    # The bare class is what aiosmtplib raises for a missing STARTTLS or AUTH.
    if isinstance(error, aiosmtplib.SMTPNotSupported) or type(error) is aiosmtplib.SMTPException:
        return PermanentError(
            f"{server} does not offer what the channel needs: encryption by STARTTLS (try security tls), "
            f"login, or addresses outside ASCII. security is {config.security}."
        )
    cause = error.__cause__ or error.__context__
    if isinstance(cause, ssl.SSLError):
        return _tls_failure(server, cause)
    if isinstance(error, aiosmtplib.SMTPConnectError):
        return TransientError(f"{server} cannot be reached ({type(error).__name__}).")
    # After the message was handed over it may be under way: its Message-ID tells a repetition.
    return UnknownOutcomeError(f"{server} broke off ({type(error).__name__}).", retry_after=GREYLIST_WAIT)


def _tls_failure(server: str, error: ssl.SSLError) -> CaptPathfinderError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return PermanentError(
            f"{server} has a certificate that cannot be trusted ({error.verify_message}). Correct host, or "
            "name the authority's certificate in SSL_CERT_FILE."
        )
    return PermanentError(
        f"{server} does not speak TLS as expected ({error.reason or 'handshake failed'}): "
        "check port and security."
    )


def _and(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))
