"""Settings of the embedded PostgreSQL: quick for one firm on one small machine, light when idle."""

from __future__ import annotations

import psutil

MEGABYTE = 1024 * 1024


def postgres_settings(memory: int | None = None, *, is_durable: bool = True) -> dict[str, str]:
    """`memory` is the shared buffers in MB; without it a 32nd of the machine, at most 192 (the file cache helps)."""
    total = psutil.virtual_memory().total // MEGABYTE
    buffers = memory or max(48, min(192, total // 32))
    settings = {
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
        "max_connections": "60",
        "shared_buffers": f"{buffers}MB",
        "effective_cache_size": f"{max(256, total // 2)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{max(64, min(256, total // 16))}MB",
        "jit": "off",
        # Fresh tables are loaded without the log, which one server without replicas does not need.
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "wal_buffers": "16MB",
        "wal_compression": "on",
        "max_wal_size": "4GB",
        "min_wal_size": "256MB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "effective_io_concurrency": "100",
        "default_statistics_target": "100",
        "max_locks_per_transaction": "256",  # partitions: a dump locks all of them
        "max_parallel_workers_per_gather": "2",
        "autovacuum_naptime": "20s",
        "autovacuum_vacuum_insert_scale_factor": "0.1",
        "autovacuum_analyze_scale_factor": "0.05",
        "track_io_timing": "on",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_min_duration_statement": "2000",
        "log_line_prefix": "%m [%p] ",
        "password_encryption": "scram-sha-256",
    }
    if not is_durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "1GB"}
    return settings
