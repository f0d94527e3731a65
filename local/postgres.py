"""One Postgres cluster of the project's own: made, started, stopped, with the roles a hosted project has.

The server runs as an unprivileged user, listens on 127.0.0.1 only, and asks every role for a generated
password (SCRAM). `Cluster` is one cluster in a folder; `TemplateCluster` gives tests a fresh, migrated
database in some tens of milliseconds. Migrations: see `local.migrations`.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import psycopg
from psycopg import conninfo, sql

from local import configuration
from local import migrations as migrating
from local.configuration import server_settings
from local.data_folder import key_of, made_once
from local.errors import StackError
from local.machine import (
    PATIENCE,
    find_installation,
    forget_shared_memory,
    free_port,
    server_user,
    temporary_folder,
)
from local.migrations import MIGRATIONS, apply_migrations, apply_seed
from local.process import dying_with_caller

DefaultPrivileges = Literal["old", "new"]
Mode = Literal["fast", "immediate", "crash"]
LoginRole = Literal["supabase_admin", "postgres", "authenticator"]

LOGIN_ROLES: tuple[LoginRole, ...] = ("supabase_admin", "postgres", "authenticator")
_SIGNALS = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT, "crash": signal.SIGKILL}
ROLES_SQL = Path(__file__).with_name("roles.sql")


def generate_passwords() -> dict[str, str]:
    """Return a random password for each role that logs in."""
    return {role: secrets.token_urlsafe(24) for role in LOGIN_ROLES}


class Cluster:
    """One Postgres cluster in `folder` (its data in `folder`/data, its log in `folder`/log).

    port: TCP port on 127.0.0.1; None picks a free one at each start.
    passwords: of the roles in `LOGIN_ROLES`; needed again to use a cluster made earlier.
    durable: False turns fsync off: faster, and loses data if the machine (not the server) crashes.
    cron_database: where pg_cron runs its jobs; None leaves pg_cron unloaded.
    dies_with_caller: the server stops when the process that started it ends, even if killed (Linux).
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        passwords: Mapping[str, str] | None = None,
        durable: bool = True,
        cron_database: str | None = "postgres",
        dies_with_caller: bool = False,
    ) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "log"
        self._complete_mark = self.data / "captpathfinder.complete"
        self.port = port
        self.passwords = dict(passwords or generate_passwords())
        self.durable = durable
        self.cron_database = cron_database
        self.dies_with_caller = dies_with_caller
        self.installation = find_installation()
        self.user = server_user()
        self._wanted_port = port
        self._process: subprocess.Popen[bytes] | None = None

    def create(self, default_privileges: DefaultPrivileges = "old", migrations: Path | None = None) -> None:
        """Make the cluster, its roles and the database `postgres`; leave it stopped.

        default_privileges: "old" grants whatever `postgres` creates in `public` to the API roles, as older
        and self-hosted projects do; "new" grants nothing, as projects since 2026 do.
        migrations: a folder whose migrations are applied; None leaves the database empty.

        One that need not be durable is a copy of one that was made before, if that was made alike.
        """
        self._make_folder()
        make = functools.partial(self._make, default_privileges, migrations)
        if self.durable:
            make()
        elif made_once(self._key(default_privileges, migrations), make, self.data):
            self._begin_anew(migrated=migrations is not None)
        self._complete_mark.write_text(self._owner)

    def _key(self, default_privileges: DefaultPrivileges, migrations: Path | None) -> str:
        code = [Path(module.__file__ or "") for module in (sys.modules[__name__], configuration, migrating)]
        applied = sorted(migrations.glob("*.sql")) if migrations else []
        version = self._run("postgres", "--version")
        return key_of([version, str(self.user), default_privileges, ROLES_SQL, *code, *applied])

    def _make(self, default_privileges: DefaultPrivileges, migrations: Path | None) -> None:
        with tempfile.NamedTemporaryFile("w", prefix="captpf-", dir=self.folder) as password:
            password.write(self.passwords["supabase_admin"] + "\n")
            password.flush()
            if self.user:
                shutil.chown(password.name, self.user, self.user)
            self._run(
                "initdb",
                "--username=supabase_admin",
                f"--pwfile={password.name}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
                *([] if self.durable else ["--wal-segsize=1"]),
                f"--pgdata={self.data}",
            )
        # Creating the extension pg_cron takes a server that has it loaded.
        cron_database, self.cron_database = self.cron_database, "postgres"
        try:
            self.start()
            self._bootstrap(default_privileges)
            if migrations:
                apply_migrations(self.dsn(), migrations)
        except BaseException:
            self.stop("immediate")
            shutil.rmtree(self.data, ignore_errors=True)
            raise
        finally:
            self.cron_database = cron_database
        self.stop()

    def _begin_anew(self, *, migrated: bool) -> None:
        """Give a copy its own passwords, and a schedule that owes nothing yet, without a running server."""
        self._write_configuration()
        statements: list[sql.Composable] = [
            sql.SQL("alter role {} password {}").format(sql.Identifier(role), sql.Literal(password))
            for role, password in self.passwords.items()
        ]
        if migrated:
            statements.append(sql.SQL("truncate public.job_runs; select pathfinder.start_schedule(now())"))
        said = sql.SQL("\n").join([*statements, sql.SQL("")]).as_string(None)
        self._run("postgres", "--single", "-D", str(self.data), "postgres", said=said)

    @property
    def exists(self) -> bool:
        """Whether `create` has run to its end here, with these passwords: nobody can enter any other."""
        try:
            return self._complete_mark.read_text() == self._owner
        except FileNotFoundError:
            return False

    def destroy(self, mode: Mode = "fast") -> None:
        """Stop the server and delete the folder."""
        self.stop(mode)
        forget_shared_memory(self.data)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _owner(self) -> str:
        """Tells one set of passwords from another, and nothing about them."""
        return hashlib.sha256(json.dumps(dict(self.passwords), sort_keys=True).encode()).hexdigest()

    def _make_folder(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        owners = {0, os.geteuid(), pwd.getpwnam(self.user).pw_uid if self.user else os.geteuid()}
        if self.folder.is_symlink() or self.folder.stat().st_uid not in owners:
            raise StackError(
                f"{self.folder} belongs to somebody else", hint="remove it, or choose another --home"
            )
        self.folder.chmod(0o700)
        if self.user:
            shutil.chown(self.folder, self.user, self.user)
        # Left by a `create` that was interrupted, with nothing in it yet; or its secrets are gone.
        if self.data.exists() and not self.exists:
            shutil.rmtree(self.data)

    def _bootstrap(self, default_privileges: DefaultPrivileges) -> None:
        with psycopg.connect(self.dsn("supabase_admin")) as connection:
            connection.execute(ROLES_SQL.read_text())
            for role in LOGIN_ROLES:
                statement = sql.SQL("alter role {} password {}")
                connection.execute(statement.format(sql.Identifier(role), sql.Literal(self.passwords[role])))
            if default_privileges == "old":
                for kind in ("tables", "functions", "sequences"):
                    connection.execute(
                        sql.SQL(
                            "alter default privileges for role postgres in schema public"
                            " grant all on {} to postgres, anon, authenticated, service_role"
                        ).format(sql.SQL(kind))
                    )

    def start(self) -> None:
        """Start the server and wait until it answers; do nothing if it runs already.

        Raises `StackError` with the end of the server's log if it does not come up.
        """
        if self.is_running():
            return
        self._forget_stranger()
        limit = time.monotonic() + PATIENCE
        while True:
            self.port = self._wanted_port or free_port()
            self._write_configuration()
            if self._launch():
                return
            # Somebody else may have taken the free port between finding and binding it; and the children of
            # a server that was killed take a moment to notice.
            tail = self._log_tail()
            port_lost = self._wanted_port is None and "could not bind" in tail
            if time.monotonic() > limit or not (port_lost or "shared memory block" in tail):
                raise StackError(f"Postgres did not start: {tail}", hint=f"its log is {self.log}")
            time.sleep(0.1)

    def _forget_stranger(self) -> None:
        """Remove a pid file left by a crash that names a process which is not this server.

        Postgres itself overrules one whose process is gone, but takes any living process for a server.
        """
        pid_file = self.data / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError):
            os.kill(int(pid_file.read_text().split("\n", 1)[0]), 0)
            pid_file.unlink()

    def _launch(self) -> bool:
        self.log.unlink(missing_ok=True)
        command: list[str] = [str(self.installation.bin / "postgres"), "-D", str(self.data)]
        if self.dies_with_caller:
            command = dying_with_caller(command, "INT")
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
                start_new_session=True,
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user else None,
            )
        limit = time.monotonic() + PATIENCE
        while self._process.poll() is None:
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self.dsn("supabase_admin"), connect_timeout=5).close()
                return True
            if time.monotonic() > limit:
                self.stop()
                raise StackError(
                    f"Postgres did not answer within {PATIENCE} s", hint=f"its log is {self.log}"
                )
            time.sleep(0.02)
        return False

    def stop(self, mode: Mode = "fast") -> None:
        """Stop the server and wait until it is gone; do nothing if it does not run."""
        pid = self.pid()
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, _SIGNALS[mode])
        limit = time.monotonic() + PATIENCE
        while self.is_running():
            if time.monotonic() > limit:
                raise StackError(f"Postgres (pid {pid}) did not stop within {PATIENCE} s")
            time.sleep(0.01)
        if self._process is not None:
            self._process.wait()
            self._process = None

    def use_port(self, port: int) -> None:
        """Listen on this port from the next start on; of a running server, say where it listens."""
        self.port = self._wanted_port = port

    def kill(self) -> None:
        """Kill the server as a crash would, and return when it is gone."""
        self.stop("crash")

    def restart(self) -> None:
        """Stop the server and start it again on the same port, ending every connection."""
        port, wanted = self.port, self._wanted_port
        self.stop()
        self._wanted_port = port
        try:
            self.start()
        finally:
            self._wanted_port = wanted

    def pid(self) -> int | None:
        """Return the pid of this folder's running server, or None.

        A pid file left by a crash may name a process that is something else by now, so the process has to
        be a Postgres that has this data folder.
        """
        if self._process is not None and self._process.poll() is None:
            return self._process.pid
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return None
        return pid if os.fsencode(self.data) in arguments else None

    def is_running(self) -> bool:
        """Whether this folder's server runs, whoever started it."""
        return self.pid() is not None

    def _write_configuration(self) -> None:
        # Without a port yet, none is opened either: each start writes this anew.
        port = self.port or 5432
        settings = server_settings(
            self.installation, port, durable=self.durable, cron_database=self.cron_database
        )
        lines = [f"{name} = '{value}'" for name, value in settings.items()]
        self._write(self.data / "postgresql.auto.conf", "\n".join(lines) + "\n")

    def _write(self, path: Path, text: str) -> None:
        path.write_text(text)
        path.chmod(0o600)
        if self.user:
            shutil.chown(path, self.user, self.user)

    def _log_tail(self) -> str:
        try:
            lines = self.log.read_text(errors="replace").strip().splitlines()
        except FileNotFoundError:
            return "no log"
        return " | ".join(lines[-5:])

    def _run(self, program: str, *arguments: str, said: str = "") -> str:
        answer = subprocess.run(
            [self.installation.bin / program, *arguments],
            input=said,
            capture_output=True,
            text=True,
            cwd=self.folder,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            user=self.user,
            group=self.user,
            extra_groups=[] if self.user else None,
            check=False,
        )
        if answer.returncode != 0:
            raise StackError(f"{program} failed: {answer.stderr.strip()}")
        return answer.stdout

    def dsn(self, role: LoginRole = "postgres", database: str = "postgres") -> str:
        """Return a connection URI for `role`, password included."""
        return f"postgresql://{role}:{self.passwords[role]}@127.0.0.1:{self.port}/{database}?sslmode=disable"

    def connect(
        self, role: LoginRole = "postgres", database: str = "postgres", *, autocommit: bool = False
    ) -> psycopg.Connection[tuple[object, ...]]:
        """Open a connection as `role`."""
        return psycopg.connect(self.dsn(role, database), autocommit=autocommit)

    def create_database(self, name: str, template: str = "template1") -> str:
        """Create a database owned by `postgres` as a copy of `template`; return the DSN of `postgres` for it.

        Nobody may be connected to the template, so pg_cron must not be running in it.
        """
        statement = sql.SQL("create database {} template {} strategy file_copy owner postgres")
        with self.connect("supabase_admin", "template1", autocommit=True) as connection:
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return self.dsn("postgres", name)

    def drop_database(self, name: str) -> None:
        """Drop a database, ending whatever is connected to it."""
        with self.connect("supabase_admin", "template1", autocommit=True) as connection:
            connection.execute(
                sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
            )

    @classmethod
    @contextlib.contextmanager
    def temporary(
        cls,
        *,
        default_privileges: DefaultPrivileges = "old",
        cron_database: str | None = "postgres",
        migrations: Path | None = None,
    ) -> Iterator[Cluster]:
        """Run a cluster that is gone after the `with` block, or when the process dies; see `create`."""
        with temporary_folder() as folder:
            cluster = cls(folder, durable=False, cron_database=cron_database, dies_with_caller=True)
            try:
                cluster.create(default_privileges, migrations)
                cluster.start()
                yield cluster
            finally:
                cluster.destroy("immediate")


class TemplateCluster:
    """A cluster that hands out fresh, fully migrated databases, each a copy of one that was migrated once.

    pg_cron holds a connection to its database, which forbids copying that; so after the migrations the
    server runs without it. `cron.job` holds what the migrations scheduled, but nothing runs it, and
    `cron.schedule` fails: a test of the schedule calls `tick(now)` itself.
    """

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self._count = 0

    def new_database(self, prefix: str = "test") -> str:
        """Create a fresh database and return the DSN of the role `postgres` for it."""
        self._count += 1
        return self.cluster.create_database(f"{prefix}_{self._count}", template="postgres")

    def dsn_of(self, dsn: str, role: LoginRole) -> str:
        """Return the DSN of another role for the same database as `dsn`."""
        return self.cluster.dsn(role, self.database_of(dsn))

    def drop(self, dsn: str) -> None:
        """Drop a database made by `new_database`."""
        self.cluster.drop_database(self.database_of(dsn))

    @staticmethod
    def database_of(dsn: str) -> str:
        """Return the name of the database that `dsn` points to."""
        return str(conninfo.conninfo_to_dict(dsn)["dbname"])

    @classmethod
    @contextlib.contextmanager
    def temporary(cls, *, default_privileges: DefaultPrivileges = "old") -> Iterator[TemplateCluster]:
        """Run a cluster whose template has all migrations, and the seed, applied."""
        with Cluster.temporary(
            default_privileges=default_privileges, cron_database=None, migrations=MIGRATIONS
        ) as cluster:
            apply_seed(cluster.dsn())
            yield cls(cluster)
