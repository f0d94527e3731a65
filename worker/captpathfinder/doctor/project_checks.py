"""What the doctor asks of Supabase: key, functions, schema, clock, bucket, the project's own health."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from captpathfinder.context import Context
from captpathfinder.doctor.findings import Finding, note, ok, wrong
from captpathfinder.errors import SupabaseError, SupabaseRefusedError, SupabaseRequestError
from captpathfinder.supabase_project.answers import CHECK_THE_KEY
from captpathfinder.supabase_project.schema import SCHEMA, compare_schema, database_schema

# Tokens and leases bear some seconds; more makes times in messages and retries wrong.
MOST_SKEW = 5.0
# From when on `health()` calls the schedule late.
LATE = timedelta(minutes=5)

# Postgres refuses a row without its key: the function is there.
_NOTHING_GIVEN = "23502"

_MIGRATE = "Apply the migrations: supabase db push --remote."


async def check_key(context: Context) -> list[Finding]:
    """Whether the URL leads to a Supabase project and the key acts as `service_role`."""
    url = context.settings.rest_url
    try:
        rows = await context.api.rows("settings", {}, order="id")
    except SupabaseRefusedError as error:
        said = str(error).removesuffix(CHECK_THE_KEY).strip()
        return [wrong("Supabase key", said, "Copy the secret key from Settings > API Keys.")]
    except SupabaseRequestError as error:
        if error.status == 404:
            return [wrong("Supabase", f"{url} has no table settings ({error.code}).", _MIGRATE)]
        return [wrong("Supabase", str(error), "Check SUPABASE_URL.")]
    except SupabaseError as error:
        return [wrong("Supabase", f"{error}.", "Check SUPABASE_URL and the network.")]
    if not rows:
        return [
            wrong(
                "Supabase key",
                "the table settings looks empty, as it does to a key without rights",
                "Set SUPABASE_SECRET_KEY to the secret key (sb_secret_…), not the publishable one.",
            )
        ]
    return [ok("Supabase key", f"accepted at {url}")]


async def check_functions(context: Context) -> list[Finding]:
    """Whether every function that a running worker calls is there, and is open to this key.

    Each is called about what does not exist; `heartbeat`, for a worker without a name, which is refused
    before it is written: else `health` would take the doctor for a worker.
    """
    nobody = {"job_id": 0, "worker": "doctor", "attempt": 0}
    calls: dict[str, dict[str, Any]] = {
        "claim_outbox": {"worker": "doctor", "kinds": [], "max_jobs": 1, "lease_seconds": 1},
        "extend_lease": nobody,
        "record_progress": {**nobody, "progress": {}},
        "complete_outbox": {**nobody, "result": {}},
        "fail_outbox": {**nobody, "error": "", "retryable": True, "retry_after_seconds": None},
        "release_outbox": nobody,
        "redrive_outbox": {"job_id": 0},
        "heartbeat": {"worker": None},
        "report_rows": {"report_id": 0, "max_rows": 1},
        "digest_people": {"digest_id": 0, "max_rows": 1},
        "open_feedback": {"channel": "", "detection_id": 0, "expires_at": "2000-01-01T00:00:00Z"},
        "give_feedback": {
            "channel": "",
            "detection_id": 0,
            "expires_at": "2000-01-01T00:00:00Z",
            "verdict": "undo",
        },
        "stats": {},
    }
    missing: list[str] = []
    findings: list[Finding] = []
    for name, arguments in calls.items():
        try:
            await context.api.call(name, arguments)
        except SupabaseRequestError as error:
            if error.code == "PGRST202" or error.status == 404:
                missing.append(name)
            elif error.code != _NOTHING_GIVEN:
                findings.append(wrong(f"function {name}", str(error), _MIGRATE))
        except SupabaseRefusedError as error:
            findings.append(wrong(f"function {name}", str(error), _MIGRATE))
    if missing:
        return [
            wrong(
                "functions",
                f"missing: {', '.join(missing)}.",
                f"{_MIGRATE} Then notify pgrst, 'reload schema'.",
            )
        ]
    return findings or [ok("functions", f"all {len(calls)} that a running worker calls are there")]


def clock_skew(before: datetime, server: datetime, after: datetime) -> timedelta:
    """How far the server's clock is ahead of this machine's, from one question and its answer."""
    return server - (before + (after - before) / 2)


async def check_clock(context: Context) -> list[Finding]:
    """How far this machine's clock is off the database's."""
    before = context.now()
    answer = await context.api.health()
    after = context.now()
    server = datetime.fromisoformat(str(_checks(answer)["time"]))
    skew = clock_skew(before, server, after).total_seconds()
    if abs(skew) > MOST_SKEW:
        side = "behind" if skew > 0 else "ahead of"
        return [
            wrong(
                "clock",
                f"this machine's is {abs(skew):.0f} s {side} the database's.",
                "Set it: timedatectl set-ntp true.",
            )
        ]
    return [ok("clock", f"within {abs(skew):.1f} s of the database's")]


async def check_schema(context: Context) -> list[Finding]:
    """Whether the database has the migrations that this worker was made with."""
    version = database_schema(await context.api.health())
    match compare_schema(version):
        case "unknown":
            return [wrong("schema", "not all migrations were applied.", _MIGRATE)]
        case "older":
            return [wrong("schema", f"the database is at {version}, this worker needs {SCHEMA}.", _MIGRATE)]
        case "newer":
            found = f"the database is at {version}, this worker at {SCHEMA}."
            return [wrong("schema", found, "Update the worker.")]
        case "same":
            return [ok("schema", f"{version}, as this worker expects it")]


async def check_storage(context: Context) -> list[Finding]:
    """Whether the bucket of the reports is there, or can be made, and is private."""
    bucket = await context.storage.find_bucket()
    name = context.storage.bucket
    if bucket is None:
        return [note("storage", f"there is no bucket {name} yet; the first report creates it, private")]
    if bucket.get("public"):
        return [
            wrong(
                "storage",
                f"the bucket {name} is public: anybody can read the reports.",
                "Make it private in Storage.",
            )
        ]
    return [ok("storage", f"the bucket {name} is private")]


async def check_health(context: Context) -> list[Finding]:
    """What the project says about itself: the schedule, the rules, the sources, the queue."""
    answer = await context.api.health()
    is_down = answer.get("status") == "down"
    reasons = answer.get("reasons") or []
    findings = [(wrong if is_down else note)("health", str(reason), "") for reason in reasons]
    if not findings:
        findings.append(ok("health", "the project reports nothing wrong"))
    return [*_schedule(_checks(answer)), *findings]


def _schedule(checks: Mapping[str, Any]) -> list[Finding]:
    """The schedule, where it is well; otherwise the reasons of `health()` say what to do."""
    last = checks.get("last_tick_at")
    if not checks.get("tick_active") or checks.get("tick_failed") or last is None:
        return []
    age = datetime.fromisoformat(str(checks["time"])) - datetime.fromisoformat(str(last))
    return [ok("schedule", f"runs each minute, last {age.total_seconds():.0f} s ago")] if age < LATE else []


def _checks(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    checks = answer.get("checks")
    return checks if isinstance(checks, dict) else {}
