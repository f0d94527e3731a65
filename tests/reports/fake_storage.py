"""A Storage server on loopback that answers as the real one does, HTTP 400 with the code inside included."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

BUCKET_MISSING = {
    "statusCode": "404",
    "error": "Bucket not found",
    "message": "Bucket not found",
    "code": "NoSuchBucket",
}
BUCKET_EXISTS = {"statusCode": "409", "error": "Duplicate", "message": "The resource already exists"}
TOO_LARGE = {"statusCode": "413", "error": "Payload too large", "message": "…", "code": "EntityTooLarge"}
WRONG_TYPE = {"statusCode": "415", "error": "invalid_mime_type", "message": "mime type is not supported"}


@dataclass
class FakeStorage:
    """What it holds, and how it misbehaves.

    damage: so many uploads are stored with a wrong last byte. busy: so many are read and not taken.
    refuse: what every upload is answered.
    hidden: so many times the bucket is not seen.
    people: whom `report_rows` and `digest_people` answer, page by page.
    """

    url: str = ""
    bucket: dict[str, Any] | None = None
    objects: dict[str, bytes] = field(default_factory=dict)
    uploads: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    bucket_requests: list[tuple[str, Any]] = field(default_factory=list)
    damage: int = 0
    busy: int = 0
    refuse: dict[str, str] | None = None
    hidden: int = 0
    people: list[dict[str, Any]] = field(default_factory=list)

    async def see_bucket(self, _request: web.Request) -> web.Response:
        if self.bucket is None or self.hidden > 0:
            self.hidden -= 1
            return web.json_response(BUCKET_MISSING, status=400)
        return web.json_response(self.bucket)

    async def make_bucket(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.bucket_requests.append((request.method, body))
        if request.method == "PUT":
            self.bucket = {**(self.bucket or {}), **body}
        elif self.bucket is not None:
            return web.json_response(BUCKET_EXISTS, status=400)
        else:
            self.bucket = body
        return web.json_response({"message": "done"})

    async def upload(self, request: web.Request) -> web.Response:
        key = request.match_info["key"]
        headers = {name.lower(): value for name, value in request.headers.items()}
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            if part.name == "file":
                data = bytes(await part.read())
                # Storage keeps the type of the part, as it does that of a body without parts.
                headers["content-type"] = part.headers["content-type"]
        self.uploads.append((key, headers))
        if self.busy > 0:
            self.busy -= 1
            return web.json_response({"message": "busy"}, status=503)
        if self.refuse is not None:
            return web.json_response(self.refuse, status=400)
        if self.damage > 0:
            self.damage -= 1
            data = data[:-1] + b"?"
        self.objects[key] = data
        return web.json_response({"Key": f"reports/{key}"})

    async def download(self, request: web.Request) -> web.Response:
        return web.Response(body=self.objects[request.match_info["key"]])

    async def list(self, request: web.Request) -> web.Response:
        folder = (await request.json())["prefix"] + "/"
        names = [key.removeprefix(folder) for key in self.objects if key.startswith(folder)]
        return web.json_response([{"name": name, "id": name} for name in names])

    async def remove(self, request: web.Request) -> web.Response:
        keys = (await request.json())["prefixes"]
        for key in keys:
            del self.objects[key]
        return web.json_response([{"name": key} for key in keys])

    async def page(self, request: web.Request) -> web.Response:
        asked = await request.json()
        numbered = [{**person, "place": place} for place, person in enumerate(self.people, start=1)]
        key, name = ("place", "after_place") if "digest_id" in asked else ("detection_id", "after_id")
        after = [person for person in numbered if person[key] > asked[name]]
        return web.json_response(after[: min(asked["max_rows"], 2)])

    async def sign(self, request: web.Request) -> web.Response:
        key = request.match_info["key"]
        body = json.loads(await request.text())
        return web.json_response({"signedURL": f"/object/sign/reports/{key}?token={body['expiresIn']}"})


@asynccontextmanager
async def open_fake() -> AsyncIterator[FakeStorage]:
    """The server on a free port."""
    fake = FakeStorage()
    app = web.Application()
    base = "/storage/v1"
    app.router.add_get(f"{base}/bucket/reports", fake.see_bucket)
    app.router.add_post(f"{base}/bucket", fake.make_bucket)
    app.router.add_put(f"{base}/bucket/reports", fake.make_bucket)
    app.router.add_post(f"{base}/object/sign/reports/{{key:.+}}", fake.sign)
    app.router.add_post(f"{base}/object/list/reports", fake.list)
    app.router.add_delete(f"{base}/object/reports", fake.remove)
    app.router.add_post(f"{base}/object/reports/{{key:.+}}", fake.upload)
    app.router.add_get(f"{base}/object/reports/{{key:.+}}", fake.download)
    app.router.add_post("/rest/v1/rpc/{function:report_rows|digest_people}", fake.page)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield fake
    finally:
        await runner.cleanup()
