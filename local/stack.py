"""The one-machine stack: starts its services in order, remembers them, and stops every one of them again.

All of a stack is in its home folder: the database (unless its user may not go there, see
`local.postgres.data_folder`), objects of Storage, what the control room was sent, logs, secrets, and
`state.json`, which says which process is which service. Two stacks with different homes do not meet.

In tests::

    with Stack(tmp_path, worker=False, dies_with_caller=True) as stack:
        stack.environment["SUPABASE_URL"]
        stack.kill("realtime")
        stack.start("realtime")
"""

from __future__ import annotations

import contextlib
import http.client
import json
import shlex
import shutil
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

from local import lite, provision, services
from local.errors import StackError
from local.machine import PATIENCE, data_folder, free_port, port_is_free
from local.migrations import MIGRATIONS, PROJECT, apply_migrations, apply_seed
from local.postgres import Cluster, DefaultPrivileges
from local.privileges import Privileges
from local.process import ProcessId, alone, marked_processes, spawn
from local.secret_store import Secrets, write_private
from local.services import PORT_ORDER, SERVICES, Service

Report = Callable[[str], None]


class Stack:
    """One stack in the folder `home`.

    first_port: the gateway's port, the others follow; None takes free ones.
    worker: run the worker as a service of the stack.
    durable: False turns fsync off, for tests.
    dies_with_caller: every service stops when the calling thread ends, even if killed (Linux); for tests.
    migrations: folder to take instead of supabase/migrations.
    realtime_arguments, control_room_arguments: passed to those services.
    """

    def __init__(
        self,
        home: Path,
        *,
        first_port: int | None = None,
        worker: bool = False,
        durable: bool = True,
        dies_with_caller: bool = False,
        default_privileges: DefaultPrivileges = "old",
        migrations: Path | None = None,
        realtime_arguments: Sequence[str] = (),
        control_room_arguments: Sequence[str] = (),
        report: Report = lambda _line: None,
    ) -> None:
        self.home = home.resolve()
        self._first_port = first_port
        self._with_worker = worker
        self._durable = durable
        self._dies_with_caller = dies_with_caller
        self._default_privileges: DefaultPrivileges = default_privileges
        self._migrations = migrations
        self._extra: dict[Service, Sequence[str]] = {
            "realtime": realtime_arguments,
            "control_room": control_room_arguments,
        }
        self._report = report
        self._ports: dict[str, int] = {}
        self._earlier_ports: dict[str, int] = {}
        self._processes: dict[str, ProcessId] = {}
        self._started: dict[Service, datetime] = {}
        self._cluster: Cluster | None = None
        self._secrets: Secrets | None = None

    def up(self) -> dict[str, str]:
        """Start whatever is not running and return the environment; what was half-started is stopped first.

        Raises `StackError`, with everything stopped again, if a part does not come up.
        """
        self._prepare_home()
        with self._locked():
            self._load_state()
            if self.is_up() and not provision.edited_migrations(self.cluster.dsn(), self._migrations):
                self._report("The stack is already running.")
                return self.environment
            self._stop_everything()
            try:
                self._start_everything()
            except BaseException:
                self._stop_everything()
                raise
        return self.environment

    def down(self, *, purge: bool = False) -> list[str]:
        """Stop everything that belongs to this stack and return what was stopped.

        purge: delete the home folder, and with it all data, as well.
        """
        if not self.home.exists():
            return []
        with self._locked():
            self._load_state()
            stopped = self._stop_everything()
            if purge:
                self.cluster.destroy()
        if purge:
            shutil.rmtree(self.home, ignore_errors=True)
            # What was in the folder; the next start makes up others, and writes them down.
            self._secrets = self._cluster = None
        return stopped

    def is_up(self) -> bool:
        """Whether every service that belongs to the stack runs, and the gateway answers."""
        self._load_state()
        return all(self.is_alive(service) for service in self._services()) and self._answers("gateway")

    def status(self) -> dict[Service, str]:
        """Return for each service `running (pid …, port …)` or `stopped`."""
        if not self.home.exists():
            return dict.fromkeys(SERVICES, "stopped")
        self._load_state()
        answer: dict[Service, str] = {}
        for service in SERVICES:
            pid = self._pid(service)
            port = f", port {self._ports[service]}" if service in self._ports else ""
            answer[service] = "stopped" if pid is None else f"running (pid {pid}{port})"
        return answer

    def __enter__(self) -> Self:
        """Start it."""
        self.up()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it; its folder stays."""
        self.down()

    def start(self, service: Service) -> None:
        """Start one service on the port it had, and wait until it is ready; do nothing if it runs."""
        if self.is_alive(service):
            return
        self._claim_ports(service)
        if service == "postgres":
            self._start_postgres()
        elif service == "lite":
            self._start_lite()
        else:
            self._spawn(
                service,
                services.command(service, self._ports, self.home, self._extra.get(service, ())),
                services.environment(service, self.secrets, self._ports, self.cluster),
            )
            self._wait_until_ready(service)

    def stop(self, service: Service) -> None:
        """Ask one service to end, and return when it is gone."""
        if service == "postgres":
            self.cluster.stop()
        elif (process := self._processes.pop(service, None)) is not None:
            process.stop()
        self._save_state()

    def kill(self, service: Service) -> None:
        """Kill one service as a crash would, and return when it is gone."""
        if service == "postgres":
            self.cluster.kill()
        elif (process := self._processes.pop(service, None)) is not None:
            process.stop(patience=0)
        self._save_state()

    def restart_postgres(self) -> None:
        """Restart the database on its port; every connection to it is lost, pg_cron starts anew."""
        self.cluster.restart()

    def restart_lite(self) -> None:
        """Restart Supabase Lite, which sees functions made since only then."""
        self.stop("lite")
        self.start("lite")

    def is_alive(self, service: Service) -> bool:
        """Whether the process of a service runs."""
        return self._pid(service) is not None

    def wait_ready(self) -> None:
        """Wait until every service answers; raise `StackError` naming the one that does not."""
        for service in self._services():
            self._wait_until_ready(service)

    @classmethod
    def attach(cls, home: Path) -> Self:
        """Return the stack in `home` that another command started."""
        stack = cls(home)
        stack._load_state()
        return stack

    @property
    def cluster(self) -> Cluster:
        """The database server."""
        if self._cluster is None:
            self._cluster = Cluster(
                data_folder(self.home),
                passwords=self.secrets.database_passwords,
                durable=self._durable,
                port=self._ports.get("postgres"),
                dies_with_caller=self._dies_with_caller,
            )
        return self._cluster

    @property
    def secrets(self) -> Secrets:
        """The secrets, made up at the first start."""
        if self._secrets is None:
            self._secrets = Secrets.load_or_create(self.home / "secrets.json")
        return self._secrets

    @property
    def environment(self) -> dict[str, str]:
        """What `<home>/env` holds: all that the worker, the demo and a person need to use the stack."""
        return services.user_environment(self.secrets, self._ports, self.cluster)

    def url(self, service: Service) -> str:
        """Return the base URL of a service that speaks HTTP."""
        return services.url(self._ports, service)

    def _start_everything(self) -> None:
        self._ports.clear()
        self._earlier_ports = self._read_ports()
        if self._first_port is not None:
            self._claim_fixed_ports(self._first_port)
        shutil.rmtree(self.home / "logs", ignore_errors=True)
        (self.home / "logs").mkdir()
        for service in self._services():
            self._report(f"Starting {service.replace('_', ' ')} …")
            self.start(service)
            if service == "postgres":
                self._rebuild_if_edited()
                self._migrate()
            elif service == "lite":
                provision.create_buckets(self.url("lite"), self.secrets.secret_key)
        lines = [f"export {name}={shlex.quote(value)}\n" for name, value in self.environment.items()]
        write_private(self.home / "env", "".join(lines))
        write_private(self.home / "ports.json", json.dumps(self._ports, indent=2) + "\n")

    def _claim_fixed_ports(self, first: int) -> None:
        for port, name in enumerate(PORT_ORDER, start=first):
            if services.owner(name) not in self._services():
                continue
            if not port_is_free(port):
                raise StackError(
                    f"port {port} (for {name.replace('_', ' ')}) is taken",
                    hint="stop what listens there, choose another with --port, or leave --port out",
                )
            self._ports[name] = port

    def _rebuild_if_edited(self) -> None:
        """Build the database anew if a migration it applied was edited, as the baseline is until 0.1.0."""
        if not provision.edited_migrations(self.cluster.dsn(), self._migrations):
            return
        self._report("The migrations have changed: building the database anew. What was in it is gone.")
        self.cluster.destroy()
        # Objects of Storage are files there; what names them was in the database.
        shutil.rmtree(self.home / "lite", ignore_errors=True)
        self.start("postgres")

    def _migrate(self) -> None:
        applied = apply_migrations(self.cluster.dsn(), self._migrations)
        apply_seed(self.cluster.dsn())
        if applied:
            self._report(f"Applied {len(applied)} migrations.")
        provision.register_webhook_source(
            self.cluster.dsn(), self.secrets.webhook_username, self.secrets.webhook_password
        )

    def _start_postgres(self) -> None:
        cluster = self.cluster
        if not cluster.folder.is_relative_to(self.home):
            self._report(
                f"Postgres runs as {cluster.user}, who may not enter {self.home}:"
                f" its data is in {cluster.folder}."
            )
        if not cluster.exists:
            # A copy, as the durable are not, may as well have the migrations from the beginning.
            migrations = None if self._durable else self._migrations or MIGRATIONS
            cluster.create(self._default_privileges, migrations)
        cluster.use_port(self._ports["postgres"])
        cluster.start()
        self._save_state()

    def _start_lite(self) -> None:
        superuser = self.cluster.dsn("supabase_admin")
        port, keys = self._ports["lite"], self.secrets.keys
        before = Privileges.read(superuser)
        command = lite.prepare(self.cluster, self.home, port, keys)
        process = self._spawn("lite", command.arguments, command.environment, command.folder)
        try:
            lite.settle(before, dsn=superuser, port=port, keys=keys, is_alive=process.is_alive)
        except BaseException:
            self.kill("lite")
            raise

    def _spawn(
        self, service: Service, command: Sequence[str], environment: dict[str, str], folder: Path = PROJECT
    ) -> ProcessId:
        self._started[service] = datetime.now(UTC)
        process = spawn(
            command,
            environment=environment,
            folder=folder,
            log=self.home / "logs" / f"{service}.log",
            marker=str(self.home),
            dies_with_caller=self._dies_with_caller,
        )
        self._processes[service] = process
        self._save_state()
        return process

    def _wait_until_ready(self, service: Service) -> None:
        limit = time.monotonic() + PATIENCE
        while not self._answers(service):
            if not self.is_alive(service):
                raise StackError(f"{service} ended while starting: {self._last_words(service)}")
            if time.monotonic() > limit:
                raise StackError(
                    f"{service} did not answer within {PATIENCE} s", hint=self._log_hint(service)
                )
            time.sleep(0.03)

    def _answers(self, service: Service) -> bool:
        if service == "postgres":
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self.cluster.dsn(), connect_timeout=5).close()
                return True
            return False
        if service == "worker":
            return provision.worker_is_heard(self.cluster.dsn(), self._started[service])
        path = "/" if service == "lite" else "/health"
        try:
            address = self.url(service) + path
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 (a fixed http address)
                return True
        except (OSError, http.client.HTTPException, StackError):
            # No HTTP where nothing listens yet, and the system connected the port to itself.
            return False

    def _last_words(self, service: Service) -> str:
        with contextlib.suppress(OSError, IndexError):
            text = (self.home / "logs" / f"{service}.log").read_text(errors="replace")
            return f"{text.strip().splitlines()[-1]} ({self._log_hint(service)})"
        return self._log_hint(service)

    def _log_hint(self, service: Service) -> str:
        log = self.cluster.log if service == "postgres" else self.home / "logs" / f"{service}.log"
        return f"its log is {log}"

    def _stop_everything(self) -> list[str]:
        stopped = []
        for service in reversed(SERVICES):
            pid = self._pid(service)
            if pid is not None:
                self.stop(service)
                stopped.append(f"{service} (pid {pid})")
        # What a starter that was killed had no time to write down.
        for process in marked_processes(str(self.home)):
            process.stop()
            stopped.append(f"a left-over process (pid {process.pid})")
        self._processes.clear()
        self._ports.clear()
        self._cluster = None
        (self.home / "state.json").unlink(missing_ok=True)
        return stopped

    def _services(self) -> tuple[Service, ...]:
        return SERVICES if self._with_worker else SERVICES[:-1]

    def _claim_ports(self, service: Service) -> None:
        """Give a service the ports that it had, where they are free, so that links and bookmarks hold."""
        for name in PORT_ORDER:
            if services.owner(name) == service and name not in self._ports:
                earlier = self._earlier_ports.get(name)
                self._ports[name] = earlier if earlier and port_is_free(earlier) else free_port()

    def _pid(self, service: Service) -> int | None:
        if service == "postgres":
            return self.cluster.pid()
        process = self._processes.get(service)
        return process.pid if process is not None and process.is_alive() else None

    def _prepare_home(self) -> None:
        for folder in reversed([self.home, *self.home.parents]):
            if not folder.exists():
                folder.mkdir(mode=0o700)
        self.home.chmod(0o700)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Let one command at a time change a stack."""
        with contextlib.ExitStack() as held:
            try:
                held.enter_context(alone(self.home / "lock"))
            except BlockingIOError:
                raise StackError(
                    f"another command is starting or stopping the stack in {self.home}",
                    hint="wait for it, or stop it",
                ) from None
            yield

    def _read_ports(self) -> dict[str, int]:
        """The ports of the last start."""
        with contextlib.suppress(OSError, ValueError, AttributeError, TypeError):
            ports = json.loads((self.home / "ports.json").read_text())
            return {str(name): int(port) for name, port in ports.items()}
        return {}

    def _save_state(self) -> None:
        processes = {name: [process.pid, process.started] for name, process in self._processes.items()}
        state = {"ports": self._ports, "processes": processes}
        write_private(self.home / "state.json", json.dumps(state, indent=2) + "\n")

    def _load_state(self) -> None:
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            state = json.loads((self.home / "state.json").read_text())
            self._ports = {str(name): int(port) for name, port in state["ports"].items()}
            self._processes = {
                str(name): ProcessId(int(pid), str(started))
                for name, (pid, started) in state["processes"].items()
            }
            if self._cluster is not None and "postgres" in self._ports:
                self._cluster.use_port(self._ports["postgres"])
