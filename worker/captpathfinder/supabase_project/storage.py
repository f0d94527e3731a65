"""The private bucket of the reports: ensured, filled, checked, and opened by signed links.

Two questions are asked over the library's connections, not by its methods: its `get_bucket` refuses the
dates of some servers, and its `download` holds a whole file in memory. Errors are read from the answer,
as the real server says HTTP 400 with the status inside the body, where others answer 4xx.
API: https://supabase.github.io/storage/
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx
from pydantic import ValidationError
from storage3.types import CreateOrUpdateBucketOptions, FileOptions, URLOptions
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from captpathfinder.errors import PermanentError, SupabaseError, SupabaseRefusedError, SupabaseRequestError
from captpathfinder.settings import Settings
from captpathfinder.supabase_project.answers import is_hiccup
from captpathfinder.supabase_project.connection import http_client, project_client
from captpathfinder.telemetry.logs import get_logger
from captpathfinder.web.failures import explain_failure

AnswerT = TypeVar("AnswerT")
log = get_logger("storage")

CHUNK = 256 * 1024
# Uploads of large reports over slow lines, in seconds without progress.
TIMEOUT = httpx.Timeout(60.0, connect=5.0)
# What Storage takes in a key, less what would need care in URLs and shells.
KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]*(/[A-Za-z0-9_][A-Za-z0-9_.\-]*)*")
# The largest that every hosted plan allows; a month of 200,000 people as CSV.
SIZE_LIMIT = 50 * 1024 * 1024
MIME_TYPES = ("text/csv", "text/html", "application/pdf")
# How often a file is sent that arrives damaged, before the job waits for better times.
UPLOADS = 2
# Of one day's digests there are as many files as channels.
MOST_LISTED = 1000


class Storage:
    """Uploads to one bucket and signs links. Keys look like `2026-11/executives-2026-11-r1.csv`."""

    def __init__(self, settings: Settings) -> None:
        self.bucket = settings.reports_bucket
        self._base = settings.storage_url
        self._http = http_client(TIMEOUT, _check)
        self._client = project_client(settings, self._http)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def ensure_bucket(self) -> None:
        """Create the bucket, private, unless it is there; let it take every type that a report has.

        Raises `PermanentError` for a public one: reports are personal.
        """
        found = await self.find_bucket()
        if found is None:
            private: CreateOrUpdateBucketOptions = {
                "public": False,
                "file_size_limit": SIZE_LIMIT,
                "allowed_mime_types": list(MIME_TYPES),
            }
            try:
                await self._repeated(lambda: self._client.storage.create_bucket(self.bucket, options=private))
                return
            except SupabaseRequestError:
                # Another worker was faster. (Some servers say 400 where the real one says 409.)
                found = await self.find_bucket()
                if found is None:
                    raise
        if found.get("public"):
            log.warning("the bucket of the reports is public; nothing was uploaded", bucket=self.bucket)
            raise PermanentError(
                f"The Storage bucket {self.bucket} is public: anybody could read the reports. "
                "Make it private (Storage > bucket > Edit), or set REPORTS_BUCKET to another name."
            )
        listed = found.get("allowed_mime_types")
        allowed = [str(kind) for kind in listed] if isinstance(listed, list) else []
        if missing := missing_types(allowed):
            # A bucket made for an earlier version, or by hand. Its other settings stay as they are.
            changed: CreateOrUpdateBucketOptions = {
                "public": False,
                "allowed_mime_types": [*allowed, *missing],
            }
            if found.get("file_size_limit") is not None:
                changed["file_size_limit"] = found["file_size_limit"]
            await self._repeated(lambda: self._client.storage.update_bucket(self.bucket, changed))
            log.info("the bucket of the reports takes more types of files now", types=missing)

    async def find_bucket(self) -> dict[str, Any] | None:
        """The bucket's description, or None when there is none."""
        url = f"{self._base}/bucket/{self.bucket}"
        try:
            response = await self._repeated(lambda: self._http.get(url, headers=self._client.options.headers))
        except SupabaseRequestError as error:
            if error.status == 404:
                return None
            raise
        try:
            body = response.json()
        except ValueError:
            said = "Storage: the answer is not Storage's (no JSON; the page of a proxy?)"
            raise SupabaseError(said, status=200) from None
        return body if isinstance(body, dict) else None

    async def upload(self, key: str, path: Path, content_type: str) -> str:
        """Upload a file, replacing what is there, then read it back and compare size and digest.

        Returns where it lies, as `bucket/key`. Raises `SupabaseError` when what is stored is not what was
        sent.
        """
        _check_key(key)
        size, digest = await asyncio.to_thread(_measure, path)
        options: FileOptions = {"content-type": content_type, "upsert": "true", "cache-control": "0"}
        stored = (0, "")
        for _ in range(UPLOADS):
            # The library opens the path anew for each attempt, and sends it without holding it in memory.
            await self._repeated(lambda: self._client.storage.from_(self.bucket).upload(key, path, options))
            stored = await self._read_back(key, digest)
            if stored == (size, digest):
                return f"{self.bucket}/{key}"
        difference = f"{stored[0]} bytes where {size} were sent" if stored[0] != size else "other bytes"
        raise SupabaseError(f"Storage holds {difference} of {key}, after {UPLOADS} uploads")

    async def sign(self, key: str, lifetime_seconds: float, *, download_as: str | None = None) -> str:
        """A link that opens the object for so long, without a key.

        `download_as` makes browsers save it under that name: HTML is otherwise shown as source, because
        Storage serves it as plain text.
        """
        _check_key(key)
        seconds = max(1, int(lifetime_seconds))
        options: URLOptions = {"download": download_as} if download_as else {}
        files = self._client.storage.from_(self.bucket)
        try:
            signed = await self._repeated(lambda: files.create_signed_url(key, seconds, options))
        except ValidationError:
            raise SupabaseError(f"Storage answered the signing of {key} without a link") from None
        return str(signed["signedURL"])

    async def remove(self, folder: str, ending: str) -> int:
        """Remove the objects of a folder whose names end so; returns how many."""
        files = self._client.storage.from_(self.bucket)
        if await self.find_bucket() is None:
            return 0
        listed = await self._repeated(lambda: files.list(folder, {"limit": MOST_LISTED}))
        # Within the folder, or (Supabase Lite) from the bucket on.
        names = [str(entry["name"]).rsplit("/", 1)[-1] for entry in listed]
        keys = [f"{folder}/{name}" for name in names if name.endswith(ending)]
        if keys and len(await self._repeated(lambda: files.remove(keys))) < len(keys):
            raise SupabaseError(f"Storage: not all of {', '.join(keys)} were removed")
        return len(keys)

    async def _read_back(self, key: str, version: str) -> tuple[int, str]:
        digest, size = hashlib.sha256(), 0
        # The version keeps a content delivery network from answering with the object that was there before.
        # Source: https://supabase.com/docs/guides/storage/cdn/smart-cdn#bypassing-cache
        url = f"{self._base}/object/{self.bucket}/{quote(key)}?version={version[:16]}"
        headers = {**self._client.options.headers, "accept-encoding": "identity"}
        try:
            async with self._http.stream("GET", url, headers=headers) as response:
                async for chunk in response.aiter_bytes(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
        except httpx.TransportError as error:
            raise SupabaseError(f"Storage: no answer: {explain_failure(error)}") from error
        return size, digest.hexdigest()

    async def _repeated(self, request: Callable[[], Awaitable[AnswerT]]) -> AnswerT:
        """What `request` answers. All may be repeated: uploads replace, buckets and links do not mind."""

        async def once() -> AnswerT:
            try:
                return await request()
            except httpx.TransportError as error:
                raise SupabaseError(f"Storage: no answer: {explain_failure(error)}") from error

        retrying = AsyncRetrying(
            retry=retry_if_exception(is_hiccup),
            stop=stop_after_attempt(3),
            wait=wait_exponential_jitter(multiplier=0.2, max=2.0, jitter=0.2),
            reraise=True,
        )
        return await retrying(once)


def missing_types(allowed: list[str] | None) -> list[str]:
    """The types of a report's files that a bucket's `allowed_mime_types` leave out; None allows all.

    >>> missing_types(["text/*"])
    ['application/pdf']
    """
    if not allowed:
        return []
    known = {kind.strip().lower() for kind in allowed}
    return [
        kind for kind in MIME_TYPES if not known & {kind, f"{kind.split('/', maxsplit=1)[0]}/*", "*/*", "*"}
    ]


async def _check(response: httpx.Response) -> None:
    if not response.is_success:
        await response.aread()
        raise storage_error(response)


def storage_error(response: httpx.Response) -> SupabaseError:
    """The error of an answer; its status is the body's `statusCode`, where a 400 carries one."""
    try:
        body = response.json()
    except ValueError:
        body = {}
    body = body if isinstance(body, dict) else {}
    inside = str(body.get("statusCode") or "")
    status = int(inside) if inside.isdigit() else response.status_code
    code = str(body.get("code") or body.get("error") or "") or None
    what = response.request.url.path.partition("/storage/v1/")[2].partition("/")[0]
    message = f"Storage answered {response.request.method} {what} with {status}{f' {code}' if code else ''}"
    if status == 403 and code in ("Unauthorized", "InvalidKey"):
        # The real server says this of an object key it does not like as well as of a wrong API key.
        message += ". Check SUPABASE_SECRET_KEY with `captpathfinder doctor`"
    if status in (401, 403):
        return SupabaseRefusedError(message, status=status, code=code)
    if status == 413:
        return SupabaseRequestError(
            f"{message}: raise the bucket's file size limit", status=status, code=code
        )
    if status == 415:
        return SupabaseRequestError(
            f"{message}: allow {', '.join(MIME_TYPES)} in the bucket's settings", status=status, code=code
        )
    if 400 <= status < 500 and status not in (408, 425, 429):
        return SupabaseRequestError(message, status=status, code=code)
    return SupabaseError(message, status=status, code=code)


def _check_key(key: str) -> None:
    if not KEY.fullmatch(key):
        raise PermanentError(f"{key!r} cannot be the name of an object in Storage")


def _measure(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return file.tell(), digest.hexdigest()
