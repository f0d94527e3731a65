"""What a page says when it cannot be shown: one pure function from the error to the words."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError
from starlette.exceptions import HTTPException

from captpathfinder.errors import SupabaseError, SupabaseRefusedError, SupabaseRequestError
from captpathfinder.worker.decisions import describe_validation


@dataclass(frozen=True)
class Trouble:
    """An error as a person is told it: what happened, what to do, and the technical detail, if any."""

    status: int
    heading: str
    advice: str
    detail: str = ""
    is_unforeseen: bool = False


_HTTP = {
    400: ("This request makes no sense", "Go back, reload the page, and try again."),
    403: (
        "Nothing was changed",
        "This form is out of date, or is not of this dashboard. Go back, reload the page, try again.",
    ),
    404: ("There is no such page", "Use the navigation above."),
    405: ("This address takes no such request", "Use the navigation above."),
    413: ("This is too much", "Nothing was changed."),
    415: ("This is not a form", "Nothing was changed."),
}


_NAMED = {
    "viewer": ("Nothing was changed", "You may look at everything here; changing it is for editors."),
    "person": (
        "Nobody of this id is known",
        "They are no executive and never were one here, are put aside for good, or were forgotten.",
    ),
    "job": ("There is no such job", "It was discarded, or is so old that it was cleared away."),
}


def trouble_of(error: Exception, *, changes: bool) -> Trouble:
    """The words for an error; `changes`: it happened while something was being changed."""
    if isinstance(error, HTTPException):
        heading, advice = _NAMED.get(str(error.detail)) or _HTTP.get(
            error.status_code, ("This did not work", "Go back and try again.")
        )
        return Trouble(error.status_code, heading, advice)
    unsure = (
        " It is not certain whether what you asked for was done: look before you ask again."
        if changes
        else ""
    )
    if isinstance(error, SupabaseRefusedError):
        return Trouble(
            503,
            "Supabase refuses the worker's key",
            "Nothing was changed. Check SUPABASE_SECRET_KEY; captpathfinder doctor says more.",
            str(error),
        )
    if isinstance(error, SupabaseRequestError):
        return Trouble(
            502,
            "The database and the worker do not fit together",
            "Apply the migrations that came with this version of the worker, then reload this page.",
            str(error),
        )
    if isinstance(error, SupabaseError):
        return Trouble(
            503,
            "Cannot reach Supabase",
            "The dashboard runs, but the project does not answer. Reload in a moment; if it stays like this, "
            f"look at the project's status and run captpathfinder doctor.{unsure}",
            str(error),
        )
    if isinstance(error, ValidationError):
        return Trouble(
            502,
            "The database and the worker do not fit together",
            "The database answered what this version of the worker cannot read. Update the older of the two.",
            describe_validation(error),
        )
    return Trouble(
        500,
        "Something went wrong here",
        f"It is in the worker's log. Reload the page, and report it if it happens again.{unsure}",
        is_unforeseen=True,
    )
