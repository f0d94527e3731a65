"""E-mail, against a real SMTP server with STARTTLS, TLS and passwords."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from captpathfinder.context import Context
from captpathfinder.worker.decisions import GiveUp, Retry
from tests.channels.deliveries import CREATED_AT, Job, digest, opened

PASSWORD = "correct horse battery"


def make_certificate(folder: Path, host: str) -> Path:
    """A self-signed certificate of `host` and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test server")])
    address: x509.GeneralName = x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@dataclass
class MailServer:
    """Keeps what it takes, and answers recipients and data as it is told."""

    port: int = 0
    envelopes: list[Envelope] = field(default_factory=list)
    recipients: dict[str, list[str]] = field(default_factory=dict)
    data: list[str] = field(default_factory=list)
    greetings: list[str] = field(default_factory=list)
    starttls: list[str] = field(default_factory=list)

    async def handle_EHLO(  # noqa: N802
        self, _server: SMTP, session: Session, _envelope: Envelope, name: str, responses: list[str]
    ) -> list[str]:
        session.host_name = name
        self.greetings.append(name)
        return responses

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's name)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answers = self.recipients.get(address) or ["250 OK"]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.data.pop(0) if self.data else "250 OK"
        if answer.startswith("250"):
            self.envelopes.append(envelope)
        return answer

    def mail(self, number: int = 0) -> EmailMessage:
        content = self.envelopes[number].content
        assert isinstance(content, bytes)
        parsed = message_from_bytes(content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed


def authenticate(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object
) -> AuthResult:
    assert isinstance(data, LoginPassword)
    good = data.login == b"executives" and data.password == PASSWORD.encode()
    return AuthResult(success=good, handled=good)


@asynccontextmanager
async def mail_server(security: str, certificate: Path | None = None) -> AsyncIterator[MailServer]:
    server = MailServer()
    tls = None
    if certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)

    class Server(SMTP):
        async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802
            if server.starttls:
                await self.push(server.starttls.pop(0))
            else:
                await super().smtp_STARTTLS(arg)

    def protocol() -> SMTP:
        options: dict[str, Any] = {"enable_SMTPUTF8": True, "hostname": "mx.example.com"}
        if security == "starttls":
            options |= {"tls_context": tls, "require_starttls": True}
        if security != "none":
            options |= {"authenticator": authenticate, "auth_required": True}
            options |= {"auth_require_tls": security == "starttls"}
        return Server(server, **options)

    listening = await asyncio.get_running_loop().create_server(
        protocol, "127.0.0.1", 0, ssl=tls if security == "tls" else None
    )
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        listening.close_clients() if hasattr(listening, "close_clients") else None


def config(server: MailServer, security: str, **changes: object) -> dict[str, Any]:
    login = {} if security == "none" else {"username": "executives", "secret_env": "CHANNEL_BOARD_SMTP"}
    return {
        "host": "127.0.0.1",
        "port": server.port,
        "security": security,
        "from": "Executives <executives@example.com>",
        "to": ["Board <board@example.com>", "two@example.com", "three@example.com"],
        **login,
        **changes,
    }


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The server's certificate, trusted by way of SSL_CERT_FILE; the password is in the environment."""
    path = make_certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    monkeypatch.setenv("CHANNEL_BOARD_SMTP", PASSWORD)
    monkeypatch.setenv("CHANNEL_BOARD_SMTP_HOSTS", "127.0.0.1")
    return path


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_mail_has_text_and_html_and_arrives_encrypted(
    context: Context, certificate: Path, security: str
) -> None:
    async with mail_server(security, certificate) as server:
        document = digest(1, username="J\u00fcrgen M\u00fcller <b>")
        job = Job(context, "email_smtp", config(server, security), document)
        result = await job.attempt()
        assert isinstance(result, dict), result
        mail = server.mail()
    assert server.envelopes[0].rcpt_tos == ["board@example.com", "two@example.com", "three@example.com"]
    assert server.envelopes[0].mail_from == "executives@example.com"
    assert mail.get_content_type() == "multipart/alternative"
    plain, html = mail.iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert "J\u00fcrgen M\u00fcller <b>" in plain.get_content()
    assert "J\u00fcrgen M\u00fcller &lt;b&gt;" in html.get_content()
    assert mail["Message-ID"] == result["message_id"]
    assert mail["Date"].datetime == CREATED_AT
    assert mail["Auto-Submitted"] == "auto-generated"
    assert result["recipients"] == 3


async def test_greylisting_is_tried_again_with_the_same_message_id(
    context: Context, certificate: Path
) -> None:
    async with mail_server("starttls", certificate) as server:
        server.data = ["451 4.7.1 Greylisted, come back later"]
        job = Job(context, "email_smtp", config(server, "starttls"))
        assert await job.attempt() == Retry(
            "The mail server 127.0.0.1 refuses the message for now (451).", 60.0
        )
        first = await job.attempt()
        again = await Job(context, "email_smtp", config(server, "starttls")).attempt()
        assert isinstance(first, dict)
        assert isinstance(again, dict)
        assert server.mail(0)["Message-ID"] == server.mail(1)["Message-ID"]


async def test_those_who_have_it_do_not_get_it_again(context: Context, certificate: Path) -> None:
    async with mail_server("starttls", certificate) as server:
        server.recipients = {"two@example.com": ["450 4.2.1 Greylisted", "250 OK"]}
        job = Job(context, "email_smtp", config(server, "starttls"))
        decision = await job.attempt()
        assert isinstance(decision, Retry)
        assert decision.after == 60.0
        assert decision.why.startswith("The mail server took the message for 2 of 3 recipients.")
        assert isinstance(await job.attempt(), dict)
        assert [sorted(envelope.rcpt_tos) for envelope in server.envelopes] == [
            ["board@example.com", "three@example.com"],
            ["two@example.com"],
        ]


@pytest.mark.parametrize("answer", ["450 4.2.1 Greylisted", "550 5.1.1 No such user"])
async def test_one_who_is_written_with_a_name_and_refused_is_not_served(
    context: Context, certificate: Path, answer: str
) -> None:
    async with mail_server("starttls", certificate) as server:
        server.recipients = {"board@example.com": [answer, "250 OK"]}
        job = Job(context, "email_smtp", config(server, "starttls"))
        decision = await job.attempt()
        assert isinstance(decision, Retry if answer.startswith("4") else GiveUp)
        assert "2 of 3 recipients" in decision.why
        assert isinstance(await job.attempt(), dict)
        assert [sorted(envelope.rcpt_tos) for envelope in server.envelopes] == [
            ["three@example.com", "two@example.com"],
            ["board@example.com"],
        ]


async def test_a_recipient_refused_for_good_is_named_and_redriven_alone(
    context: Context, certificate: Path
) -> None:
    async with mail_server("starttls", certificate) as server:
        server.recipients = {"two@example.com": ["550 5.1.1 No such user"]}
        job = Job(context, "email_smtp", config(server, "starttls"))
        decision = await job.attempt()
        assert isinstance(decision, GiveUp)
        assert "2 of 3 recipients" in decision.why
        assert "number 2 of the list to" in decision.why
        assert "@" not in decision.why
        job.config["to"][1] = "second@example.com"
        assert isinstance(await job.attempt(), dict)
        assert [len(envelope.rcpt_tos) for envelope in server.envelopes] == [2, 1]


async def test_all_recipients_refused(context: Context, certificate: Path) -> None:
    async with mail_server("tls", certificate) as server:
        server.recipients = {
            name: ["550 no"] for name in ("board@example.com", "two@example.com", "three@example.com")
        }
        decision = await Job(context, "email_smtp", config(server, "tls")).attempt()
        assert isinstance(decision, GiveUp)
        assert "0 of 3 recipients" in decision.why
        assert server.envelopes == []


async def test_wrong_password_ends_the_job_unquoted(
    context: Context, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHANNEL_BOARD_SMTP", "wrong password")
    async with mail_server("starttls", certificate) as server:
        decision = await Job(context, "email_smtp", config(server, "starttls")).attempt()
    assert isinstance(decision, GiveUp)
    assert "CHANNEL_BOARD_SMTP" in decision.why
    assert "wrong password" not in decision.why


async def test_server_without_starttls_gets_nothing(context: Context, certificate: Path) -> None:
    async with mail_server("none") as server:
        decision = await Job(context, "email_smtp", config(server, "starttls")).attempt()
        assert isinstance(decision, GiveUp)
        assert "STARTTLS" in decision.why
        assert server.envelopes == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_certificate_nobody_vouches_for_is_refused(
    context: Context, certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    async with mail_server(security, certificate) as server:
        decision = await Job(context, "email_smtp", config(server, security)).attempt()
        assert isinstance(decision, GiveUp)
        assert "certificate that cannot be trusted" in decision.why
        assert server.envelopes == []


async def test_tls_on_a_port_that_does_not_speak_it(context: Context, certificate: Path) -> None:
    async with mail_server("none") as server:
        decision = await Job(context, "email_smtp", config(server, "tls")).attempt()
    assert isinstance(decision, GiveUp)
    assert "does not speak TLS" in decision.why


async def test_nobody_listening_is_tried_again(context: Context, certificate: Path) -> None:
    async with mail_server("none") as server:
        port = server.port
    decision = await Job(context, "email_smtp", config(MailServer(port), "starttls")).attempt()
    assert decision == Retry("The mail server 127.0.0.1 cannot be reached (SMTPConnectError).")


async def test_refused_message_ends_the_job(context: Context, certificate: Path) -> None:
    async with mail_server("starttls", certificate) as server:
        server.data = ["552 5.3.4 Message too big"]
        decision = await Job(context, "email_smtp", config(server, "starttls")).attempt()
    assert isinstance(decision, GiveUp)
    assert "too large" in decision.why


async def test_starttls_that_is_not_to_be_had_now_is_tried_again(context: Context, certificate: Path) -> None:
    async with mail_server("starttls", certificate) as server:
        server.starttls = ["454 TLS not available due to temporary reason"]
        job = Job(context, "email_smtp", config(server, "starttls"))
        decision = await job.attempt()
        assert isinstance(decision, Retry), decision
        assert "454" in decision.why
        assert server.envelopes == []
        assert isinstance(await job.attempt(), dict)


async def test_the_name_given_at_ehlo_is_a_setting(certificate: Path) -> None:
    async with (
        mail_server("starttls", certificate) as server,
        opened(smtp_ehlo_name="out.example.com") as context,
    ):
        assert isinstance(await Job(context, "email_smtp", config(server, "starttls")).attempt(), dict)
    assert set(server.greetings) == {"out.example.com"}


@pytest.mark.parametrize(
    "answer", ["504 5.5.2 need fully-qualified hostname", "554 5.7.1 Relay access denied"]
)
async def test_a_server_that_refuses_the_worker_does_not_blame_the_list(
    context: Context, certificate: Path, answer: str
) -> None:
    async with mail_server("starttls", certificate) as server:
        server.recipients = {f"{name}@example.com": [answer] for name in ("board", "two", "three")}
        decision = await Job(context, "email_smtp", config(server, "starttls")).attempt()
    assert isinstance(decision, GiveUp)
    assert answer[:3] in decision.why
    assert "SMTP_EHLO_NAME" in decision.why
    assert "refuses for good" not in decision.why
    assert "Mend the list" not in decision.why


async def test_a_malformed_address_is_named(context: Context, certificate: Path) -> None:
    async with mail_server("starttls", certificate) as server:
        changed = config(server, "starttls", to=["board@example.com", "two@exam ple.com"])
        decision = await Job(context, "email_smtp", changed).attempt()
    assert isinstance(decision, GiveUp)
    assert "to.1: 'two@exam ple.com' is not an e-mail address" in decision.why


async def test_who_does_not_want_it_writes_to_the_operator(context: Context, certificate: Path) -> None:
    async with mail_server("starttls", certificate) as server:
        for changes in ({}, {"reply_to": "Ops <ops+x@example.com>"}):
            changed = config(server, "starttls", **changes)
            assert isinstance(await Job(context, "email_smtp", changed).attempt(), dict)
        told = [server.mail(number)["List-Unsubscribe"] for number in range(2)]
    assert told == [
        "<mailto:executives@example.com?subject=unsubscribe>",
        "<mailto:ops%2Bx@example.com?subject=unsubscribe>",
    ]


async def test_the_message_id_outlives_an_edit_of_the_sender(context: Context, certificate: Path) -> None:
    async with mail_server("starttls", certificate) as server:
        server.recipients = {"two@example.com": ["451 later", "250 OK"]}
        job = Job(context, "email_smtp", config(server, "starttls"))
        assert isinstance(await job.attempt(), Retry)
        job.config["from"] = "People <people@other.example>"
        assert isinstance(await job.attempt(), dict)
        assert server.mail(0)["Message-ID"] == server.mail(1)["Message-ID"]
