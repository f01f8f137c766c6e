"""The web server, alike in production and in the demo; WEB_CONCURRENCY sets the number of processes."""

import os
from pathlib import Path

bind = f"0.0.0.0:{os.environ.get('PORT', '8000')}"
# As gthread, and connections are spread evenly over the processes.
worker_class = "impact.web_worker.EvenWorker"
threads = 8
# Loaded once and shared by all processes: a quicker start and less memory.
preload_app = True
# A submission with its documents on a slow line takes longer than the 30 seconds gunicorn gives by default.
timeout = 120
graceful_timeout = 30
# Against slow leaks in any package; spread, so that the processes do not start anew all at once.
max_requests = 5000
max_requests_jitter = 500


def child_exit(_server, worker):
    worker.leave()


# On a disk the heartbeat file may block a worker, and its master then takes it for dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
# No sender says where the site stands, not even the proxy.
forwarder_headers = ""
# Not used, and it would be written to the home folder, which may be read-only.
control_socket_disable = True
# No access log: addresses of pages carry signed links. The proxy in front may keep one without them.
accesslog = None
# A request that fails is named with its address, which may be a signed link: the formatter removes it.
logconfig_dict = {
    "formatters": {
        "generic": {
            "()": "core.redacting.RedactingFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "loggers": {"gunicorn.error": {"level": "INFO", "handlers": ["error_console"], "propagate": False}},
}
# Somebody waits for the answer, and a thread that waits for PostgreSQL serves nobody else. Milliseconds; the
# environment may say otherwise.
database_limits = {
    "DATABASE_STATEMENT_TIMEOUT": "30000",
    "DATABASE_LOCK_TIMEOUT": "10000",
    "DATABASE_IDLE_IN_TRANSACTION_SESSION_TIMEOUT": "60000",
}
raw_env = [f"{name}={os.environ.get(name, limit)}" for name, limit in database_limits.items()]
