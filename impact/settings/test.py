"""Tests: real PostgreSQL and broker; tasks run at once unless a test starts a real worker."""

from impact.settings.base import *  # noqa: F403
from impact.settings.base import BROKER_WRITE_OPTIONS, CACHES, DATABASES, REDIS_URL, STORAGES, env

SECRET_KEY = "test-only-" + "0" * 50
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
STORAGES = {
    "default": STORAGES["default"],
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
# Several test runs on one machine share the places for readers.
UPLOAD_READERS = 16
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.locmem.EmailBackend")
CELERY_TASK_ALWAYS_EAGER = env.bool("CELERY_TASK_ALWAYS_EAGER", default=True)
CELERY_TASK_EAGER_PROPAGATES = True

# Made once for a test run, by impact.local.testing; a test process's own database is a copy.
DATABASES["default"]["TEST"] = {"TEMPLATE": "impact_migrated"}
# A lock that is never given fails its test; those that tests wait for come within seconds.
LOCK_WAIT_SECONDS = 120
DATABASES["default"]["OPTIONS"]["options"] = " ".join(
    [DATABASES["default"]["OPTIONS"].get("options", ""), f"-c lock_timeout={LOCK_WAIT_SECONDS}s"]
).strip()
# Each process of a parallel test run, and the worker it starts, has its own broker and cache.
TEST_PROCESS = int(env.str("PYTEST_XDIST_WORKER", default="gw0").removeprefix("gw"))
CELERY_BROKER_URL = f"{REDIS_URL}/{2 * TEST_PROCESS}"
CACHE_URL = f"{REDIS_URL}/{2 * TEST_PROCESS + 1}"
CACHES = {name: {**cache, "LOCATION": CACHE_URL} for name, cache in CACHES.items()}
# As many processes as cores, and a browser: here a server that waits for its turn does not hang.
VALKEY_ANSWER_SECONDS = 2.0
BROKER_WRITE_OPTIONS = dict.fromkeys(BROKER_WRITE_OPTIONS, VALKEY_ANSWER_SECONDS)
