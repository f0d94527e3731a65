"""Take a picture of every privilege in a database, and put things back to it.

Supabase Lite, at its first request, grants all tables and sequences of every schema that has row level
security to the API roles, and sets default privileges to match. A hosted project does no such thing, so the
stack undoes it: what a test sees here has to be what the migrations gave.
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg import sql

from local.errors import StackError

_SYSTEM_SCHEMAS = "n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_t%'"

# Each row is one object: kind, name as SQL, access list. A null access list means the built-in default.
_OBJECTS = f"""
    select case c.relkind when 'S' then 'sequence' else 'table' end as kind,
        format('%I.%I', n.nspname, c.relname) as name,
        coalesce(
            c.relacl, acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner)
        ) as acl
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and {_SYSTEM_SCHEMAS}
    union all
    select 'column', format('%I (%I.%I)', a.attname, n.nspname, c.relname), a.attacl
    from pg_attribute as a
    join pg_class as c on c.oid = a.attrelid
    join pg_namespace as n on n.oid = c.relnamespace
    where a.attacl is not null and {_SYSTEM_SCHEMAS}
    union all
    select 'routine', p.oid::regprocedure::text, coalesce(p.proacl, acldefault('f', p.proowner))
    from pg_proc as p
    join pg_namespace as n on n.oid = p.pronamespace
    where {_SYSTEM_SCHEMAS}
    union all
    select 'schema', format('%I', n.nspname), coalesce(n.nspacl, acldefault('n', n.nspowner))
    from pg_namespace as n
    where {_SYSTEM_SCHEMAS}
    union all
    select 'default ' || case d.defaclobjtype
            when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions'
            when 'T' then 'types' else 'schemas' end,
        format('for role %I', d.defaclrole::regrole::text)
            || case when d.defaclnamespace = 0 then '' else format(' in schema %I', n.nspname) end,
        d.defaclacl
    from pg_default_acl as d
    left join pg_namespace as n on n.oid = d.defaclnamespace
"""  # noqa: S608 (only constants of this module are inserted)

_GRANTS = f"""
    select o.kind, o.name, pg_get_userbyid(a.grantor)::text, a.privilege_type, a.is_grantable,
        case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end
    from ({_OBJECTS}) as o
    cross join lateral aclexplode(o.acl) as a
"""  # noqa: S608 (only constants of this module are inserted)


@dataclass(frozen=True, order=True)
class Grant:
    """One privilege on one object, as `aclexplode` gives it; `grantee` is quoted, or `public`."""

    kind: str
    name: str
    grantor: str
    privilege: str
    grantable: bool
    grantee: str

    def sql(self, verb: str) -> str:
        """Return the statement that gives (`grant`) or takes (`revoke`) it, to be run as the grantor."""
        direction = "to" if verb == "grant" else "from"
        option = " with grant option" if verb == "grant" and self.grantable else ""
        action = f"{verb} {self.privilege} on"
        if self.kind.startswith("default "):
            what = self.kind.removeprefix("default ")
            return f"alter default privileges {self.name} {action} {what} {direction} {self.grantee}{option}"
        return f"{action} {self.kind} {self.name} {direction} {self.grantee}{option}"


@dataclass(frozen=True)
class Privileges:
    """Every object outside the system schemas, and every privilege on one."""

    objects: frozenset[tuple[str, str]]
    grants: frozenset[Grant]

    @classmethod
    def read(cls, dsn: str) -> Privileges:
        """Read them from the database `dsn` points to."""
        with psycopg.connect(dsn) as connection:
            objects = connection.execute(f"select kind, name from ({_OBJECTS}) as o").fetchall()  # noqa: S608 (a constant)
            grants = connection.execute(_GRANTS).fetchall()
        return cls(
            frozenset((kind, name) for kind, name in objects), frozenset(Grant(*row) for row in grants)
        )

    def differences(self, now: Privileges) -> tuple[list[Grant], list[Grant]]:
        """Return what was added and what was lost since, on objects there were, and in default privileges."""
        added = [
            grant
            for grant in now.grants - self.grants
            if grant.kind.startswith("default ") or (grant.kind, grant.name) in self.objects
        ]
        lost = [
            grant
            for grant in self.grants - now.grants
            if grant.kind.startswith("default ") or (grant.kind, grant.name) in now.objects
        ]
        return sorted(added), sorted(lost)


def restore(before: Privileges, dsn: str) -> int:
    """Make the privileges what they were in `before`; return how many had to be changed.

    dsn: of a superuser. Objects that did not exist before are left alone. Raises `StackError` if a
    difference remains, which leaves the database as it was found.
    """
    added, lost = before.differences(Privileges.read(dsn))
    with psycopg.connect(dsn) as connection:
        for verb, grants in (("revoke", added), ("grant", lost)):
            for grant in grants:
                connection.execute(sql.SQL("set local role {}").format(sql.Identifier(grant.grantor)))
                connection.execute(grant.sql(verb).encode())
        connection.execute("reset role")
    verify(before, dsn)
    return len(added) + len(lost)


def verify(before: Privileges, dsn: str) -> None:
    """Raise `StackError` if the privileges are not those of `before`."""
    added, lost = before.differences(Privileges.read(dsn))
    if added or lost:
        examples = ", ".join(
            f"{grant.grantee}: {grant.privilege} on {grant.name}" for grant in (added + lost)[:3]
        )
        raise StackError(
            f"after Supabase Lite started there are {len(added)} privileges too many and {len(lost)} too few:"
            f" {examples}"
        )
