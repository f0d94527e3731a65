"""Whether subscriptions can be made at all: the table is published, the role exists, the filters fit."""

from __future__ import annotations

import re
from collections.abc import Sequence

import psycopg
from psycopg import sql

from local.realtime.auth import Identity
from local.realtime.changes import COLUMNS_OF_TABLE
from local.realtime.slot import Connection, connect
from local.realtime.subscriptions import OPERATORS, Subscription, SubscriptionError

PUBLISHED_TABLES = """
    select schemaname, tablename
    from pg_publication_tables
    where
        pubname = %(publication)s::name
        and %(schema)s::text in ('*', schemaname)
        and %(table)s::text in ('*', tablename)
"""


def not_published(subscription: Subscription) -> SubscriptionError:
    """The refusal of a table that is not in the publication."""
    return SubscriptionError(
        "Unable to subscribe to changes with given parameters. "
        "Please check Realtime is enabled for the given connect parameters: "
        f"[{subscription.describe()}]"
    )


async def check_subscriptions(
    dsn: str, publication: str, identity: Identity, subscriptions: Sequence[Subscription]
) -> None:
    """Raise `SubscriptionError` for the first that cannot be made, `psycopg.OperationalError` if unknown."""
    connection = await connect(dsn)
    try:
        for subscription in subscriptions:
            try:
                await _check(connection, publication, identity, subscription)
            except psycopg.OperationalError:
                raise
            except psycopg.Error as error:
                raise _failed(subscription, _spelled(error)) from error
    finally:
        await connection.close()


async def _check(
    connection: Connection, publication: str, identity: Identity, subscription: Subscription
) -> None:
    cursor = await connection.execute(
        PUBLISHED_TABLES,
        {"publication": publication, "schema": subscription.schema, "table": subscription.table},
    )
    tables = [(str(schema), str(table)) for schema, table in await cursor.fetchall()]
    if not tables:
        raise not_published(subscription)
    for schema, table in tables:
        cursor = await connection.execute(
            COLUMNS_OF_TABLE, {"role": identity.role, "schema": schema, "table": table}
        )
        selectable = {str(name) for name, _, may_select, _ in await cursor.fetchall() if may_select}
        for f in subscription.filters:
            if f.column not in selectable:
                raise _failed(
                    subscription, f"ERROR P0001 (raise_exception) invalid column for filter {f.column}"
                )
            # Planning reads the value as the column's type; no row is touched.
            await connection.execute(
                sql.SQL("select from {} where {} {} ({}) limit 0").format(
                    sql.Identifier(schema, table),
                    sql.Identifier(f.column),
                    sql.SQL("= any" if f.operator == "in" else OPERATORS[f.operator]),
                    sql.Literal(f.value),
                )
            )
        for name in subscription.select or ():
            if name not in selectable:
                raise _failed(subscription, f"ERROR P0001 (raise_exception) invalid column for select {name}")


def _failed(subscription: Subscription, exception: str) -> SubscriptionError:
    return SubscriptionError(
        "Unable to subscribe to changes with given parameters. "
        "An exception happened so please check your connect parameters: "
        f"[{subscription.describe()}]. Exception: {exception}"
    )


def _spelled(error: psycopg.Error) -> str:
    condition = re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__).lower()
    return f"ERROR {error.sqlstate} ({condition}) {error.diag.message_primary}"
