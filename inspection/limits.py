"""What the process may use: set before it has read the first byte, and never raised again."""

from __future__ import annotations

import contextlib
import resource

OPEN_FILES = 32


def limit_process(*, memory_bytes: int, cpu_seconds: int) -> None:
    """Limit memory, processor time and open files; no file can be written, no process started."""
    wanted = {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,
    }
    for kind, most in wanted.items():
        # macOS knows no limit of memory; the portal runs there only to be tried.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))
