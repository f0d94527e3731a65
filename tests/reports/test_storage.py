"""The bucket, the uploads and the links, against a server that answers as the real Storage does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from captpathfinder.errors import PermanentError, SupabaseError, SupabaseRequestError
from captpathfinder.settings import Settings
from captpathfinder.supabase_project.storage import MIME_TYPES, Storage, missing_types
from tests.reports.fake_storage import TOO_LARGE, WRONG_TYPE, FakeStorage, open_fake

KEY = "2026-11/executives-2026-11-r1.pdf"


@pytest.fixture
async def fake() -> AsyncIterator[FakeStorage]:
    async with open_fake() as opened:
        yield opened


@pytest.fixture
async def storage(fake: FakeStorage) -> AsyncIterator[Storage]:
    settings = Settings.model_validate({"supabase_url": fake.url, "supabase_secret_key": "sb_secret_x"})
    async with Storage(settings) as opened:
        yield opened


CONTENT = b"%PDF-1.7 " + bytes(range(256)) * 3000


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.pdf"
    path.write_bytes(CONTENT)
    return path


async def test_a_missing_bucket_is_made_private_and_bounded(fake: FakeStorage, storage: Storage) -> None:
    await storage.ensure_bucket()
    assert fake.bucket == {
        "id": "reports",
        "name": "reports",
        "public": False,
        "file_size_limit": 52_428_800,
        "allowed_mime_types": list(MIME_TYPES),
    }
    await storage.ensure_bucket()
    assert len(fake.bucket_requests) == 1


async def test_a_bucket_that_another_worker_made_meanwhile_is_taken(
    fake: FakeStorage, storage: Storage
) -> None:
    fake.bucket = {"id": "reports", "public": False, "allowed_mime_types": None}
    fake.hidden = 1
    await storage.ensure_bucket()
    assert [method for method, _ in fake.bucket_requests] == ["POST"]


async def test_a_bucket_from_before_the_pdf_learns_to_take_it(fake: FakeStorage, storage: Storage) -> None:
    fake.bucket = {
        "id": "reports",
        "public": False,
        "file_size_limit": 7,
        "allowed_mime_types": ["text/csv", "image/png"],
    }
    await storage.ensure_bucket()
    assert fake.bucket["allowed_mime_types"] == ["text/csv", "image/png", "text/html", "application/pdf"]
    assert fake.bucket["file_size_limit"] == 7
    assert fake.bucket["public"] is False


async def test_a_public_bucket_is_refused_each_time(fake: FakeStorage, storage: Storage) -> None:
    await storage.ensure_bucket()
    assert fake.bucket is not None
    fake.bucket["public"] = True
    with pytest.raises(PermanentError, match="is public: anybody could read"):
        await storage.ensure_bucket()
    assert len(fake.bucket_requests) == 1


def test_wildcards_allow_what_they_cover() -> None:
    assert missing_types(None) == []
    assert missing_types(["text/*"]) == ["application/pdf"]
    assert missing_types(["*/*"]) == []
    assert missing_types(["image/png"]) == list(MIME_TYPES)


async def test_an_upload_replaces_and_says_what_it_is(
    fake: FakeStorage, storage: Storage, report: Path
) -> None:
    assert await storage.upload(KEY, report, "application/pdf") == f"reports/{KEY}"
    assert fake.objects[KEY] == CONTENT
    [(key, headers)] = fake.uploads
    assert key == KEY
    assert headers["content-type"] == "application/pdf"
    assert headers["x-upsert"] == "true"
    # The size is known before, so that a proxy need not collect the whole.
    assert int(headers["content-length"]) > len(CONTENT)


async def test_a_damaged_upload_of_the_right_size_is_sent_again(
    fake: FakeStorage, storage: Storage, report: Path
) -> None:
    fake.damage = 1
    await storage.upload(KEY, report, "application/pdf")
    assert len(fake.uploads) == 2
    assert fake.objects[KEY] == CONTENT


async def test_an_upload_that_was_read_and_not_taken_is_sent_again_whole(
    fake: FakeStorage, storage: Storage, report: Path
) -> None:
    fake.busy = 2
    await storage.upload(KEY, report, "application/pdf")
    assert len(fake.uploads) == 3
    assert len({headers["content-length"] for _, headers in fake.uploads}) == 1
    assert fake.objects[KEY] == CONTENT


async def test_an_upload_that_stays_damaged_is_no_success(
    fake: FakeStorage, storage: Storage, report: Path
) -> None:
    fake.damage = 9
    with pytest.raises(SupabaseError, match="other bytes") as caught:
        await storage.upload(KEY, report, "application/pdf")
    assert not isinstance(caught.value, PermanentError)


@pytest.mark.parametrize(("answer", "advice"), [(TOO_LARGE, "size limit"), (WRONG_TYPE, "allow text/csv")])
async def test_the_status_inside_a_400_counts(
    fake: FakeStorage, storage: Storage, report: Path, answer: dict[str, str], advice: str
) -> None:
    fake.refuse = answer
    with pytest.raises(SupabaseRequestError, match=advice) as caught:
        await storage.upload(KEY, report, "application/pdf")
    assert caught.value.status == int(answer["statusCode"])
    assert len(fake.uploads) == 1


async def test_links_are_whole_and_last_as_long_as_asked(fake: FakeStorage, storage: Storage) -> None:
    link = await storage.sign(KEY, 3600)
    assert link == f"{fake.url}/storage/v1/object/sign/reports/{KEY}?token=3600"
    assert (await storage.sign(KEY, 60, download_as="a.csv")).endswith("?token=60&download=a.csv")


async def test_a_key_that_storage_would_not_take_is_refused_before(storage: Storage, report: Path) -> None:
    for key in ("2026-11/é.pdf", "../x.pdf", "a b.pdf", "a#b.pdf"):
        with pytest.raises(PermanentError, match="name of an object"):
            await storage.upload(key, report, "application/pdf")


async def test_only_what_ends_so_is_removed_and_doing_it_twice_does_no_harm(
    fake: FakeStorage, storage: Storage
) -> None:
    assert await storage.remove("digests/2026-11-20", "-7.csv") == 0, "there is no bucket yet"
    await storage.ensure_bucket()
    kept = {"digests/2026-11-20/sales-17.csv": b"", "digests/2026-11-27/sales-7.csv": b""}
    fake.objects |= kept | {"digests/2026-11-20/sales-7.csv": b""}
    assert await storage.remove("digests/2026-11-20", "-7.csv") == 1
    assert await storage.remove("digests/2026-11-20", "-7.csv") == 0
    assert fake.objects == kept
