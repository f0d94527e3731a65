"""The settings that a cluster of the project's own is started with."""

from __future__ import annotations

from local.machine import Installation, knows_setting


def server_settings(
    installation: Installation, port: int, *, durable: bool, cron_database: str | None
) -> dict[str, str | int]:
    """Return what stands in the server's configuration.

    durable: False turns off what guards against a crash of the machine. cron_database: where pg_cron runs
    its jobs; None leaves pg_cron unloaded.
    """
    settings: dict[str, str | int] = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",
        "password_encryption": "scram-sha-256",
        "max_connections": 100,
        "shared_buffers": "128MB",
        "wal_level": "logical",
        "max_wal_senders": 10,
        "max_replication_slots": 10,
        "max_worker_processes": 20,
        # A slot whose reader is gone must not fill the disk.
        "max_slot_wal_keep_size": "1GB",
        "timezone": "UTC",
        "statement_timeout": "2min",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] %q%u@%d ",
        # Statements may hold members' data and secrets: only their errors are logged, not their text.
        "log_min_error_statement": "panic",
        "fsync": "on" if durable else "off",
    }
    if not durable:
        # What its processes share goes with its folder, even if it is killed and never starts again.
        settings |= {
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "dynamic_shared_memory_type": "mmap",
        }
    if knows_setting(installation.bin, "output_plugin_libraries"):
        # Realtime needs wal2json, which is not among those allowed by default.
        settings["output_plugin_libraries"] = "pgoutput, test_decoding, wal2json"
    if cron_database:
        settings |= {
            "shared_preload_libraries": "pg_cron",
            "cron.database_name": cron_database,
            "cron.use_background_workers": "on",
        }
    return settings
