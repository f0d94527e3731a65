"""Variables that look as if they were meant for the worker and are not: misspelt, quoted, or alone."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping

# Names that start like this are meant for the worker, so that little likeness is enough to ask.
_OWN = ("SUPABASE_", "AA_", "COMMUNITY_API_")
# Others use such names too.
_SHARED = ("WORKER_", "REALTIME_", "HEALTH_", "DASHBOARD_", "LOG_", "PUBLIC_", "REPORTS_", "SMTP_")
_LIKE, _VERY_LIKE = 0.7, 0.88
# Of the Supabase command line, of self-hosted projects, and of `make up`.
_OF_OTHERS = frozenset(
    {
        "SUPABASE_ACCESS_TOKEN", "SUPABASE_ANON_KEY", "SUPABASE_AUTH_EXTERNAL_URL", "SUPABASE_DB_PASSWORD",
        "SUPABASE_DB_URL", "SUPABASE_INTERNAL_IMAGE_REGISTRY", "SUPABASE_JWT_SECRET", "SUPABASE_PROJECT_ID",
        "SUPABASE_PROJECT_REF", "SUPABASE_PUBLIC_URL", "SUPABASE_PUBLISHABLE_KEY", "SUPABASE_WORKDIR",
    }
)  # fmt: skip


def misspelt(
    environment: Mapping[str, str], known: Collection[str], same: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Each variable that is probably a misspelling, with the name that was probably meant.

    `same` has the names that stand for another one. A name whose meaning is set properly is somebody else's.

    >>> list(misspelt({"AA_APIKEY": "x"}, ["AA_API_KEY"], {}))
    [('AA_APIKEY', 'AA_API_KEY')]
    """
    given = {same.get(name.upper(), name.upper()) for name in environment}
    for name in sorted(environment):
        upper = name.upper()
        if upper in known or upper in _OF_OTHERS:
            continue
        if upper.startswith(_OWN):
            least = _LIKE
        elif upper.startswith(_SHARED) or upper[:2] in ("SU", "AA", "CO"):
            least = _VERY_LIKE
        else:
            continue
        meant = difflib.get_close_matches(upper, known, n=1, cutoff=least)
        if meant and same.get(meant[0], meant[0]) not in given:
            yield name, meant[0]


def quoted(environment: Mapping[str, str], known: Collection[str]) -> Iterator[str]:
    """Each variable of the worker with quotes around its value, as `docker --env-file` leaves them."""
    for name, value in sorted(environment.items()):
        is_own = name.upper() in known or name.startswith("CHANNEL_")
        if is_own and len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            yield name


def alone(environment: Mapping[str, str]) -> Iterator[str]:
    """Each `CHANNEL_X_HOSTS` whose `CHANNEL_X` is not set: one of the two is misspelt."""
    for name in sorted(environment):
        secret = name.removesuffix("_HOSTS")
        if name.startswith("CHANNEL_") and secret != name and not environment.get(secret):
            yield name
