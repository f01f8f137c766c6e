"""The demo and development: one machine, nothing leaves it."""

from impact.settings.base import *  # noqa: F403
from impact.settings.base import LOCAL_DIR, MIDDLEWARE, env

MIDDLEWARE = ["impact.demo.query_count.QueryCountMiddleware", *MIDDLEWARE]
DEMO_MODE = True
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="demo-only-" + "0" * 50)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
# A demo on one machine may be tried without an authenticator app; nowhere else.
STAFF_SECOND_FACTOR_REQUIRED = False
# Sent mails lie in a folder, where /demo/mail/ finds them.
EMAIL_BACKEND = "impact.demo.letterbox.EmailBackend"
EMAIL_FILE_PATH = LOCAL_DIR / "mail"
