"""From wal2json to what each subscriber may see: rows rendered, filtered, and held to privileges and RLS.

The rules are those of Supabase's `realtime.apply_rls` (github.com/supabase/walrus): a role that may not
select the primary key gets an error instead of the row, columns it may not select are left out, and where
row level security is on, a row is handed on only if the role, with the subscriber's claims, can select it
by its primary key at that moment. Values are turned into JSON by Postgres itself.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import psycopg
from psycopg import sql

from local.realtime.auth import Identity
from local.realtime.frames import Action, change_data
from local.realtime.slot import Connection
from local.realtime.subscriptions import OPERATORS, Filter, Subscription

log = logging.getLogger(__name__)

ACTIONS: Mapping[str, Action] = {"I": "INSERT", "U": "UPDATE", "D": "DELETE"}

UNAUTHORIZED = "Error 401: Unauthorized"
NO_PRIMARY_KEY = "Error 400: Bad Request, no primary key"
TOO_LARGE = "Error 413: Payload Too Large"

# Of a record over the limit, only values of up to this many bytes of JSON are handed on.
SMALL_VALUE_BYTES = 64

COLUMNS_OF_TABLE = """
    select
        attribute.attname,
        type.typname,
        has_column_privilege(%(role)s::name, class.oid, attribute.attnum, 'SELECT'),
        class.relrowsecurity
    from pg_class as class
    join pg_namespace as namespace on namespace.oid = class.relnamespace
    join pg_attribute as attribute on attribute.attrelid = class.oid
    join pg_type as type on type.oid = attribute.atttypid
    where
        namespace.nspname = %(schema)s
        and class.relname = %(table)s
        and attribute.attnum > 0
        and not attribute.attisdropped
    order by attribute.attnum
"""


class Listener(Protocol):
    """A channel that is listening: for whom, and for what."""

    @property
    def identity(self) -> Identity:
        """The role and claims it listens with."""

    @property
    def subscriptions(self) -> Sequence[Subscription]:
        """What it asked for."""


@dataclass(frozen=True)
class Delivery:
    """One change for one listener: the `data` of the frame, and the subscriptions it is for."""

    listener: Listener
    change: TableChange
    data: str
    ids: tuple[int, ...]


@dataclass(frozen=True)
class TableChange:
    """What changes of one table have in common: they can be rendered by one query.

    `columns` and `old_columns` are (name, type with modifier) in the order of wal2json's values.
    """

    schema: str
    table: str
    action: Action
    columns: tuple[tuple[str, str], ...]
    old_columns: tuple[tuple[str, str], ...]
    primary_key: tuple[str, ...]

    @property
    def key_types(self) -> dict[str, str]:
        """The type of each column of the primary key."""
        types = dict(self.old_columns) | dict(self.columns)
        return {name: types[name] for name in self.primary_key if name in types}


@dataclass
class Row:
    """One change as Postgres rendered it: values are JSON text by column name."""

    commit_timestamp: str
    too_large: bool
    record: dict[str, str]
    old_record: dict[str, str]
    filters: dict[Filter, bool]

    def passes(self, filters: Iterable[Filter]) -> bool:
        """Whether all filters hold; one on a column that is not there (as in a DELETE) is left aside."""
        wanted = list(filters)
        known = [self.filters[f] for f in wanted if f in self.filters]
        return all(known) and (bool(known) or not wanted)


@dataclass(frozen=True)
class Access:
    """What one role may see of a table: all columns as (name, `pg_type.typname`), and which it may select."""

    columns: tuple[tuple[str, str], ...]
    selectable: frozenset[str]
    row_security: bool


@dataclass
class _Group:
    change: TableChange
    interested: list[tuple[Listener, list[Subscription]]]
    positions: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


class Renderer:
    """Turns one batch of wal2json texts into deliveries."""

    def __init__(self, connection: Connection, max_record_bytes: int) -> None:
        self._connection = connection
        self._max_record_bytes = max_record_bytes

    async def render(self, batch: Sequence[str], listeners: Sequence[Listener]) -> list[Delivery]:
        """All deliveries of a batch, in commit order.

        Changes nobody is subscribed to cost no query. A table whose rendering fails (it may just have
        been dropped) loses its changes of this batch and is logged; a broken connection raises.
        """
        deliveries: list[tuple[int, Delivery]] = []
        for group in _group(batch, listeners):
            try:
                deliveries += await self._render_group(group)
            except psycopg.Error as error:
                if self._connection.broken:
                    raise
                log.error("changes of %s.%s lost: %s", group.change.schema, group.change.table, error)
        deliveries.sort(key=lambda item: item[0])
        return [delivery for _, delivery in deliveries]

    async def _render_group(self, group: _Group) -> list[tuple[int, Delivery]]:
        rows = await self._rows(group)
        access: dict[str, Access] = {}
        visible: dict[tuple[str, str], set[int]] = {}
        deliveries: list[tuple[int, Delivery]] = []
        for listener, subscriptions in group.interested:
            identity = listener.identity
            if identity.role not in access:
                access[identity.role] = await self._access(group.change, identity.role)
            allowed = access[identity.role]
            refusal = _refusal(group.change, allowed)
            if refusal is None and allowed.row_security and group.change.action != "DELETE":
                viewer = (identity.role, identity.claims_json)
                if viewer not in visible:
                    visible[viewer] = await self._visible(group.change, rows, identity)
                shown = {i: row for i, row in enumerate(rows) if i in visible[viewer]}
            else:
                shown = dict(enumerate(rows))
            for i, row in shown.items():
                for select, ids in _by_selection(subscriptions, row, refusal is not None).items():
                    data = _data(group.change, row, allowed, select, refusal)
                    deliveries.append((group.positions[i], Delivery(listener, group.change, data, ids)))
        return deliveries

    async def _rows(self, group: _Group) -> list[Row]:
        change = group.change
        filters = sorted(
            {f for _, subscriptions in group.interested for s in subscriptions for f in s.filters},
            key=lambda f: (f.column, f.operator, f.value),
        )
        values = _expressions(change.columns, "columns")
        old_values = _expressions(change.old_columns, "identity")
        usable = [f for f in filters if f.column in (values or old_values)]
        conditions = [
            sql.SQL("coalesce({} {} {}, false)").format(
                (values or old_values)[f.column],
                sql.SQL("= any" if f.operator == "in" else OPERATORS[f.operator]),
                sql.SQL("({})").format(sql.Placeholder(f"filter_{i}")),
            )
            for i, f in enumerate(usable)
        ]
        query = sql.SQL("""
            select
                to_char(
                    (change.wal ->> 'timestamp')::timestamptz at time zone 'utc',
                    'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'
                ),
                octet_length(change.wal::text) > %(max_record_bytes)s,
                array[{values}]::text[],
                array[{old_values}]::text[],
                array[{conditions}]::boolean[]
            from (
                select raw.wal::jsonb as wal, raw.position
                from unnest(%(texts)s::text[]) with ordinality as raw (wal, position)
            ) as change
            order by change.position
        """).format(
            values=_as_json(values.values()),
            old_values=_as_json(old_values.values()),
            conditions=sql.SQL(", ").join(conditions),
        )
        parameters: dict[str, Any] = {f"filter_{i}": f.value for i, f in enumerate(usable)}
        parameters |= {"texts": group.texts, "max_record_bytes": self._max_record_bytes}
        cursor = await self._connection.cursor(row_factory=psycopg.rows.tuple_row).execute(query, parameters)
        return [
            Row(
                commit_timestamp=timestamp,
                too_large=too_large,
                record=_named(change.columns, record, too_large=too_large),
                old_record=_named(change.old_columns, old_record, too_large=too_large),
                filters=dict(zip(usable, passed, strict=True)),
            )
            for timestamp, too_large, record, old_record, passed in await cursor.fetchall()
        ]

    async def _access(self, change: TableChange, role: str) -> Access:
        cursor = await self._connection.execute(
            COLUMNS_OF_TABLE, {"role": role, "schema": change.schema, "table": change.table}
        )
        found = await cursor.fetchall()
        return Access(
            columns=tuple((str(name), str(type_name)) for name, type_name, _, _ in found),
            selectable=frozenset(str(name) for name, _, selectable, _ in found if selectable),
            row_security=any(row_security for _, _, _, row_security in found),
        )

    async def _visible(self, change: TableChange, rows: Sequence[Row], identity: Identity) -> set[int]:
        """The indices of the rows that `identity` can select by primary key, with its claims set."""
        types = change.key_types
        keys = [[(row.old_record | row.record).get(name, "null") for name in types] for row in rows]
        condition = sql.SQL(" and ").join(
            sql.SQL("subject.{} = (key.value ->> {})::{}").format(
                sql.Identifier(name), sql.Literal(i), _type(type_name)
            )
            for i, (name, type_name) in enumerate(types.items())
        )
        query = sql.SQL("""
            select key.position - 1
            from jsonb_array_elements(%s::jsonb) with ordinality as key (value, position)
            where exists (select from {table} as subject where {condition})
        """).format(table=sql.Identifier(change.schema, change.table), condition=condition)
        text = "[" + ",".join("[" + ",".join(key) + "]" for key in keys) + "]"
        try:
            async with self._connection.transaction(force_rollback=True):
                await self._connection.execute(
                    "select set_config('role', %s, true), set_config('request.jwt.claims', %s, true)",
                    [identity.role, identity.claims_json],
                )
                cursor = await self._connection.execute(query, [text])
                return {int(str(position)) for (position,) in await cursor.fetchall()}
        except psycopg.errors.InsufficientPrivilege as error:
            # No usage on the schema, or a policy that calls what the role may not: nothing to see.
            log.warning(
                "role %s sees nothing of %s.%s: %s", identity.role, change.schema, change.table, error
            )
            return set()


def _group(batch: Sequence[str], listeners: Sequence[Listener]) -> list[_Group]:
    groups: dict[TableChange, _Group] = {}
    for position, text in enumerate(batch):
        change = _parse(text)
        if change not in groups:
            interested = [
                (listener, wanted)
                for listener in listeners
                if (
                    wanted := [
                        subscription
                        for subscription in listener.subscriptions
                        if subscription.wants(change.action, change.schema, change.table)
                    ]
                )
            ]
            groups[change] = _Group(change, interested)
        groups[change].positions.append(position)
        groups[change].texts.append(text)
    return [group for group in groups.values() if group.interested]


def _parse(text: str) -> TableChange:
    wal = json.loads(text)
    return TableChange(
        schema=wal["schema"],
        table=wal["table"],
        action=ACTIONS[wal["action"]],
        columns=tuple((column["name"], column["type"]) for column in wal.get("columns", ())),
        old_columns=tuple((column["name"], column["type"]) for column in wal.get("identity", ())),
        primary_key=tuple(column["name"] for column in wal.get("pk", ())),
    )


def _expressions(columns: Sequence[tuple[str, str]], part: str) -> dict[str, sql.Composable]:
    """Per column, the SQL that reads its value from wal2json's `part` as its own type."""
    expressions: dict[str, sql.Composable] = {}
    for i, (name, type_name) in enumerate(columns):
        value: sql.Composable = sql.SQL("(change.wal -> {} -> {} ->> 'value')").format(
            sql.Literal(part), sql.Literal(i)
        )
        if type_name == "bytea":
            # wal2json leaves the hex format's prefix out.
            value = sql.SQL("('\\x' || {})").format(value)
        expressions[name] = sql.SQL("{}::{}").format(value, _type(type_name))
    return expressions


def _type(name: str) -> sql.SQL:
    """A type as wal2json names it, which is how SQL spells it."""
    return sql.SQL(name.replace("%", "%%").replace("{", "{{").replace("}", "}}"))


def _as_json(expressions: Iterable[sql.Composable]) -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL("to_jsonb({})::text").format(value) for value in expressions)


def _named(
    columns: Sequence[tuple[str, str]], values: Sequence[str | None], *, too_large: bool
) -> dict[str, str]:
    named = {name: value for (name, _), value in zip(columns, values, strict=True)}
    if too_large:
        return {
            name: value
            for name, value in named.items()
            if value is not None and len(value.encode()) <= SMALL_VALUE_BYTES
        }
    return {name: "null" if value is None else value for name, value in named.items()}


def _refusal(change: TableChange, access: Access) -> str | None:
    if change.action == "DELETE":
        return None
    if not change.primary_key:
        return NO_PRIMARY_KEY
    return None if access.selectable.issuperset(change.primary_key) else UNAUTHORIZED


def _by_selection(
    subscriptions: Sequence[Subscription], row: Row, refused: bool
) -> dict[tuple[str, ...] | None, tuple[int, ...]]:
    """The ids of the subscriptions a row is for, by the columns they selected. A refusal heeds no filter."""
    ids: dict[tuple[str, ...] | None, tuple[int, ...]] = {}
    for subscription in subscriptions:
        if refused or row.passes(subscription.filters):
            ids[subscription.select] = (*ids.get(subscription.select, ()), subscription.id)
    return ids


def refused_data(schema: str, table: str, action: Action, error: str) -> str:
    """The `data` of a change that is only announced: no row, no columns, no time."""
    return change_data(
        schema=schema,
        table=table,
        action=action,
        columns=(),
        record={},
        old_record={},
        commit_timestamp=None,
        errors=[error],
    )


def _data(
    change: TableChange, row: Row, access: Access, select: tuple[str, ...] | None, refusal: str | None
) -> str:
    if refusal is not None:
        return refused_data(change.schema, change.table, change.action, refusal)
    shown = access.selectable
    if select is not None:
        shown &= {*select, *change.primary_key}
    # Old values cannot be checked against policies, so with row level security only keys are told.
    secured = access.row_security and change.action == "DELETE"
    told = shown & set(change.primary_key) if secured else shown
    # An UPDATE leaves unchanged large values out of its record; a full replica identity has them.
    record = row.old_record | row.record if change.action == "UPDATE" else row.record
    return change_data(
        schema=change.schema,
        table=change.table,
        action=change.action,
        columns=[column for column in access.columns if column[0] in shown],
        record={name: value for name, value in record.items() if name in shown},
        old_record={name: value for name, value in row.old_record.items() if name in told},
        commit_timestamp=row.commit_timestamp,
        errors=[TOO_LARGE] if row.too_large else (),
    )
