"""Posts the webhooks as the community platform does: JSON over HTTP, with Basic authentication."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import httpx
from pydantic import BaseModel, ConfigDict
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from local.demo.stream import Expected, Post

# How many members' posts are under way at once.
CONCURRENCY = 8


class Result(BaseModel):
    """The part of an answer that says what became of the webhook."""

    model_config = ConfigDict(extra="allow")

    status: str
    user_id: str | None = None
    is_senior: bool | None = None
    seniority_level: str | None = None
    event_id: int | None = None
    reason: str | None = None


class Answer(BaseModel):
    """The answer to an accepted webhook."""

    status: str
    result: Result


@dataclass(frozen=True)
class Sent:
    """One post and what came back: the HTTP status, and the result of an accepted one."""

    post: Post
    http_status: int
    result: Result | None

    @property
    def outcome(self) -> Expected | str:
        """What became of it, in the words of `Post.expected`."""
        if self.http_status == 401:
            return "unauthorised"
        if self.http_status == 400:
            return "malformed"
        return self.result.status if self.result else f"HTTP {self.http_status}"

    @property
    def as_expected(self) -> bool:
        """Whether it is the right answer; a busy machine may store a webhook for the next minute."""
        stored = self.outcome == "queued" and self.post.expected in {"processed", "duplicate", "held"}
        return stored or self.outcome == self.post.expected


async def send(posts: dict[str, list[Post]], environment: dict[str, str], console: Console) -> list[Sent]:
    """Post everything, each member's posts in order, and show the progress."""
    limit = asyncio.Semaphore(CONCURRENCY)
    sent: list[Sent] = []
    authentic = httpx.BasicAuth(environment["WEBHOOK_USERNAME"], environment["WEBHOOK_PASSWORD"])
    stranger = httpx.BasicAuth(environment["WEBHOOK_USERNAME"], "not the password at all")
    columns = (TextColumn("  posting"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("posting", total=sum(map(len, posts.values())))
        async with httpx.AsyncClient(timeout=30) as client:

            async def post_in_order(queue: list[Post]) -> None:
                for post in queue:
                    async with limit:
                        answer = await client.post(
                            environment["WEBHOOK_URL"],
                            content=post.body,
                            headers={"Content-Type": "application/json"},
                            auth=authentic if post.authentic else stranger,
                        )
                    sent.append(Sent(post, answer.status_code, _result(answer)))
                    progress.advance(task)

            async with asyncio.TaskGroup() as group:
                for queue in posts.values():
                    group.create_task(post_in_order(queue))
    return sent


def _result(answer: httpx.Response) -> Result | None:
    return Answer.model_validate_json(answer.content).result if answer.is_success else None
