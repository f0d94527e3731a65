"""Why a connection failed, in words that say what to do.

httpx, websockets and aiosmtplib wrap what the system said, several layers deep; here it is dug out again.
"""

from __future__ import annotations

import socket
import ssl
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import websockets.exceptions


def explain_failure(error: BaseException, url: str | None = None) -> str:
    """One sentence without its full stop: which host, and why it cannot be reached or did not answer.

    `url` is where the request was going, if `error` (an `httpx.RequestError`) does not know it. Nothing but
    the host and the port of it is shown, as paths and queries may hold secrets.
    """
    url = url or _url_of(error)
    place, via = _place(url)
    if isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout | httpx.ReadError | httpx.WriteError):
        slow = isinstance(error, httpx.TimeoutException)
        return f"{place} {'did not answer in time' if slow else 'broke the connection off'}"
    if isinstance(error, httpx.RemoteProtocolError):
        return f"{place} broke the connection off, or does not speak HTTP"
    return f"{place} cannot be reached: {_cause(error, via)}"


def _cause(error: BaseException, proxy: str | None) -> str:
    whose = f"the proxy {proxy}" if proxy else "it"
    for cause in _chain(error):
        if said := _in_words(cause, whose, proxy):
            return said
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return f"{whose} did not answer in time; check the address, the network and its firewall"
    if proxy:
        return f"through the proxy {proxy} ({type(error).__name__}); check HTTPS_PROXY and NO_PROXY"
    system = (cause.strerror for cause in _chain(error) if isinstance(cause, OSError) and cause.strerror)
    return next(system, type(error).__name__)[:100]


def _in_words(cause: BaseException, whose: str, proxy: str | None) -> str | None:
    match cause:
        case ssl.SSLCertVerificationError():
            said = _certificate(cause)
        case ssl.SSLError():
            said = "it does not speak TLS there (https:// where http:// is meant, or another port?)"
        case socket.gaierror():
            name = f"the name of the proxy {proxy}" if proxy else "the name"
            said = f"{name} is not found; check its spelling and this machine's DNS"
        case ConnectionRefusedError():
            said = f"{whose} refused the connection; check the port, and whether it runs"
        case websockets.exceptions.InvalidMessage():
            said = "what answers speaks no WebSocket"
        case ConnectionResetError():
            said = f"{whose} broke the connection off"
        case httpx.ProxyError():
            reason = str(cause)[:60] or "no reason given"
            said = f"{whose} refuses to pass the request on ({reason}); check HTTPS_PROXY and NO_PROXY"
        case _:
            return None
    return said


def _certificate(error: ssl.SSLCertVerificationError) -> str:
    reason = (error.verify_message or "verification failed").rstrip(".")
    if "ostname mismatch" in reason or "not valid for" in reason:
        return "its certificate is for another name; check the address"
    if "expired" in reason:
        return "its certificate has expired"
    return (
        f"its certificate is not trusted ({reason}); set SSL_CERT_FILE to a file with the certificate of the "
        "authority that signed it"
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, what it was raised from, and so on; the first of a group stands for all."""
    current: BaseException | None = error
    for _ in range(12):
        if current is None:
            return
        yield current
        if isinstance(current, BaseExceptionGroup):
            current = current.exceptions[0]
        else:
            current = current.__cause__ or current.__context__


def _url_of(error: BaseException) -> str | None:
    if not isinstance(error, httpx.RequestError):
        return None
    try:
        return str(error.request.url)
    except RuntimeError:
        return None


def _place(url: str | None) -> tuple[str, str | None]:
    """The host (with its port if it is not the usual one), and the proxy on the way to it."""
    if url is None:
        return "the other side", None
    parts = urlsplit(url)
    if not parts.hostname:
        return "the other side", None
    place = parts.hostname if parts.port is None else f"{parts.hostname}:{parts.port}"
    proxies = urllib.request.getproxies()
    scheme = {"wss": "https", "ws": "http"}.get(parts.scheme, parts.scheme)
    proxy = proxies.get(scheme) or proxies.get("all")
    if proxy is None or urllib.request.proxy_bypass(parts.hostname):
        return place, None
    through = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    return place, f"{through.hostname}:{through.port}" if through.port else str(through.hostname)
