"""Failures to connect, made for real where that is possible, and what is said about them."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from captpathfinder.web.failures import explain_failure


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


async def failure(url: str) -> str:
    async with httpx.AsyncClient(timeout=httpx.Timeout(60)) as http:
        with pytest.raises(httpx.TransportError) as caught:
            await http.get(url)
    return explain_failure(caught.value)


async def test_a_name_that_does_not_exist() -> None:
    said = await failure("https://nowhere.invalid/rest/v1?apikey=hunter22")
    assert said == (
        "nowhere.invalid cannot be reached: the name is not found; check its spelling and this machine's DNS"
    )


async def test_a_port_where_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    said = await failure(f"http://127.0.0.1:{port}/")
    assert said.startswith(f"127.0.0.1:{port} cannot be reached: it refused the connection")


@asynccontextmanager
async def answering(data: bytes) -> AsyncIterator[int]:
    """A server that says `data` to whoever connects, and hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(data)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_a_server_without_tls_where_tls_is_expected() -> None:
    async with answering(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        assert "does not speak TLS" in await failure(f"https://127.0.0.1:{port}/")


async def test_a_server_that_hangs_up() -> None:
    async with answering(b"") as port:
        assert "broke the connection off" in await failure(f"http://127.0.0.1:{port}/")


async def test_a_proxy_that_is_not_there_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    said = await failure("https://abc.supabase.co/")
    assert said.startswith("abc.supabase.co cannot be reached: the proxy 127.0.0.1:9 refused the connection")


async def test_a_proxy_that_refuses_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    async with answering(b"HTTP/1.1 403 Forbidden\r\n\r\n") as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        said = await failure("https://abc.supabase.co/")
    assert f"the proxy 127.0.0.1:{port} refuses to pass the request on (403 Forbidden)" in said


def certificate(message: str) -> httpx.ConnectError:
    cause = ssl.SSLCertVerificationError(1, "certificate verify failed")
    cause.verify_message = message
    error = httpx.ConnectError("x", request=httpx.Request("GET", "https://abc.example:8443/secret"))
    error.__cause__ = ExceptionGroup("all attempts", [cause])
    return error


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("self-signed certificate in certificate chain", "set SSL_CERT_FILE"),
        ("unable to get local issuer certificate", "set SSL_CERT_FILE"),
        ("certificate has expired", "has expired"),
        ("Hostname mismatch, certificate is not valid for 'abc.example'.", "for another name"),
    ],
)
def test_a_certificate_that_is_not_accepted(message: str, said: str) -> None:
    explained = explain_failure(certificate(message))
    assert explained.startswith("abc.example:8443 cannot be reached: its certificate")
    assert said in explained


def test_a_server_that_is_slow_was_reached() -> None:
    request = httpx.Request("GET", "https://abc.example/")
    said = explain_failure(httpx.ReadTimeout("", request=request))
    assert said == "abc.example did not answer in time"


@pytest.mark.parametrize(
    ("cause", "said"), [(OSError(5, "Input/output error"), "Input/output error"), (None, "ConnectError")]
)
def test_of_a_failure_without_words_of_ours_the_systems_are_said(cause: OSError | None, said: str) -> None:
    error = httpx.ConnectError("", request=httpx.Request("GET", "https://example.com/?apikey=hunter22"))
    error.__cause__ = cause
    assert explain_failure(error) == f"example.com cannot be reached: {said}"
