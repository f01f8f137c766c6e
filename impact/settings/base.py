"""Settings that hold everywhere; the environment is read here and nowhere else."""

from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from core.redacting import logging_to_console
from impact.settings import mail_server

BASE_DIR = Path(__file__).resolve().parent.parent.parent

env = environ.Env()
env.smart_cast = False

LOCAL_DIR = Path(env.str("IMPACT_LOCAL_DIR", default=str(BASE_DIR / ".local")))

# https://docs.djangoproject.com/en/5.2/ref/settings/#debug
DEBUG = False
DEMO_MODE = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# The public address, for links in e-mails that no request has asked for.
SITE_URL: str = env.str("SITE_URL", default="http://127.0.0.1:8000")

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.simple_history",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "django.forms",
    "pgtrigger",
    "simple_history",
    "crispy_forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "core.translated",
    "core.accounts",
    "core.mail",
    "core.objections",
    "core.access_log",
    "core.decision_log",
    "core.files",
    "core.lists",
    "core.calculations",
    "core.violations",
    "core.privacy",
    "core.reference",
    "core.questionnaires",
    "impact.pages",
    "core.apps.CoreConfig",
    "impact.apps.ImpactConfig",
    "applications",
    "experts",
    "matching",
    "newsletter",
    "content",
    "impact.apps.ImpactAdminConfig",
]

MIDDLEWARE = [
    "core.visitor_pages.VisitorPagesMiddleware",
    "core.headers.HeadersMiddleware",
    "impact.pages.errors.ErrorPagesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.compression.CompressionMiddleware",
    "core.headers.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "core.middleware.CleanTextMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "core.damaged_links.DamagedLinkMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "core.given_back.GiveBackMiddleware",
    "core.accounts.middleware.KnownBrowserMiddleware",
    "core.accounts.middleware.StaffSecondFactorMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "impact.urls"
WSGI_APPLICATION = "impact.wsgi.application"
# Draws most inputs by Python; templates of the others are found as all templates are.
FORM_RENDERER = "core.forms.drawing.FormRenderer"
CRISPY_TEMPLATE_PACK = "impact"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["impact"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            # The tag of every form, also in the packages' templates.
            "builtins": ["core.templatetags.impact_csrf", "core.templatetags.impact_phrases"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "impact.pages.context.site",
            ],
        },
    }
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# PGHOST and its siblings serve the embedded server of the demo and the tests.
DATABASES = {"default": env.db("DATABASE_URL", default="postgres://impact@/impact")}
DATABASES["default"].setdefault("HOST", "")
if not DATABASES["default"]["HOST"]:
    DATABASES["default"] |= {
        "NAME": env.str("PGDATABASE", default="impact"),
        "USER": env.str("PGUSER", default="impact"),
        "PASSWORD": env.str("PGPASSWORD", default=""),
        "HOST": env.str("PGHOST", default=""),
        "PORT": env.str("PGPORT", default="5432"),
    }
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
# A server that is away is noticed within seconds, and one that vanished within a minute.
DATABASES["default"]["OPTIONS"] = {
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
    **DATABASES["default"].get("OPTIONS", {}),
}
# In milliseconds, 0 for no limit: gunicorn.conf.py sets them for the web server, where somebody waits.
# Migrations and matching runs take as long as they take.
STATEMENT_LIMITS = {
    name: env.int(f"DATABASE_{name.upper()}", default=0)
    for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
}
for name, milliseconds in STATEMENT_LIMITS.items():
    if milliseconds:
        options = DATABASES["default"]["OPTIONS"].get("options", "")
        DATABASES["default"]["OPTIONS"]["options"] = f"{options} -c {name}={milliseconds}".strip()

# An answer takes less than a millisecond; who waits longer waits for a server that hangs.
VALKEY_ANSWER_SECONDS = 0.5
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379")
CACHE_URL = f"{REDIS_URL}/{env.str('CACHE_DB', default='1')}"
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "core.cache.TolerantRedisCache", "LOCATION": CACHE_URL},
    "sessions": {"BACKEND": "core.cache.SessionCopies", "LOCATION": CACHE_URL},
    # Pages for visitors, and the foot of all pages, in the memory of each process: Redis takes longer.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "TIMEOUT": 10,  # short: a call opens and closes by the clock, and staff want to see what they changed
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
}
# A status is changed by a decision; going back to an older version of a row would step around it.
SIMPLE_HISTORY_REVERT_DISABLED = True
# The row is the session; without Redis it is read each time.
SESSION_ENGINE = "core.accounts.sessions"
SESSION_CACHE_ALIAS = "sessions"

# Jobs. The row is the truth, the broker only wakes the worker (docs/architecture.md).
# A task must end before the broker offers it again: time limit < visibility timeout.
CELERY_BROKER_URL = f"{REDIS_URL}/{env.str('BROKER_DB', default='0')}"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# In kB. A process that solved something keeps the solvers' memory: after its task another takes its place.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 220_000
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
# Once more, since a connection that was kept may be that of a broker which is there anew.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0}
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 1200,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 10,
    "socket_connect_timeout": 2,
}
# Somebody may wait for the request that publishes.
BROKER_WRITE_OPTIONS = {
    "socket_timeout": VALKEY_ANSWER_SECONDS,
    "socket_connect_timeout": VALKEY_ANSWER_SECONDS,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
# E-mails wait for nothing else: docker-compose.yml and the demo give them workers of their own. A worker
# that is told no queue serves both.
CELERY_TASK_QUEUES = (Queue("celery"), Queue("mail"))
CELERY_TASK_DEFAULT_QUEUE = "celery"
CELERY_TASK_ROUTES = {"core.mail.tasks.*": {"queue": "mail"}}
# Each call ends before its next one is due: what piled up while no worker ran is thrown away unread.
SWEEP = {"schedule": 10.0, "options": {"expires": 8}}
EXPIRES_HOURLY = {"expires": 50 * 60}
EXPIRES_DAILY = {"expires": 20 * 60 * 60}
RETENTION_AT = crontab(hour=3, minute=30)
CELERY_BEAT_SCHEDULE = {
    "mail-sweep": {"task": "core.mail.tasks.sweep", **SWEEP},
    "file-sweep": {"task": "core.files.tasks.sweep", **SWEEP},
    "calculation-sweep": {"task": "core.calculations.tasks.sweep", **SWEEP},
    "application-sweep": {"task": "applications.tasks.sweep", **SWEEP},
    "newsletter-sweep": {"task": "newsletter.tasks.sweep", **SWEEP},
    "matching-sweep": {"task": "matching.tasks.sweep", **SWEEP},
    "application-reminders": {
        "task": "applications.tasks.remind_before_closing",
        "schedule": crontab(minute=15),
        "options": EXPIRES_HOURLY,
    },
    "review-reminders": {
        "task": "applications.tasks.remind_reviewers",
        "schedule": crontab(minute=25),
        "options": EXPIRES_HOURLY,
    },
    "matching-reminders": {
        "task": "matching.tasks.remind_invited",
        "schedule": crontab(minute=35),
        "options": EXPIRES_HOURLY,
    },
    # Sessions, codes, drafts, subscribers…: each rule is with what it is about (docs/privacy.md).
    "retention": {
        "task": "core.privacy.tasks.delete_outlived",
        "schedule": RETENTION_AT,
        "options": EXPIRES_DAILY,
    },
    "expert-reminders": {
        "task": "experts.tasks.remind_to_confirm",
        "schedule": crontab(hour=7, minute=45),
        "options": EXPIRES_DAILY,
    },
    "files-orphaned": {
        "task": "core.files.tasks.remove_orphans",
        "schedule": crontab(hour=4, minute=10),
        "options": EXPIRES_DAILY,
    },
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = "pages:me"
# Also of staff: the theme’s own page about it breaks under our content security policy.
LOGOUT_REDIRECT_URL = "pages:home"
# https://docs.allauth.org/en/latest/account/configuration.html
ACCOUNT_ADAPTER = "core.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
# The password, which only staff may set, is asked for on the page of log-in by password.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
# Whoever has an account has proved the address, by a code of ours.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
# One limiter for everything that is guessed or asked for: core/accounts/limits.py.
ACCOUNT_RATE_LIMITS = False
# How long a proof of who one is lasts, for what is grave.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_FORMS = {
    "login": "core.accounts.forms.PasswordForm",
    "set_password": "core.accounts.forms.NewPasswordForm",
    "reauthenticate": "core.accounts.forms.PasswordAgainForm",
}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
MFA_ADAPTER = "core.accounts.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "core.accounts.forms.SecondFactorForm",
    "reauthenticate": "core.accounts.forms.SecondFactorAgainForm",
    "activate_totp": "core.accounts.forms.ActivateAppForm",
    "deactivate_totp": "core.accounts.forms.DeactivateAppForm",
    "generate_recovery_codes": "core.accounts.forms.NewRecoveryCodesForm",
    "add_webauthn": "core.accounts.forms.AddKeyForm",
    "edit_webauthn": "core.accounts.forms.RenameKeyForm",
}
MFA_RATE_LIMITS = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "IMPACT"
STAFF_SECOND_FACTOR_REQUIRED = True
# How many of our own proxies stand in front; their X-Forwarded-For is believed, nobody else's.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
# Long enough to write a section slowly; a local copy of the text survives a shorter one.
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
# From the log-in on, whatever is clicked.
STAFF_SESSION_SECONDS = 60 * 60 * 12
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
# Dates with the day first, times with their zone.
FORMAT_MODULE_PATH = ["core.formats"]
USE_TZ = True
# What readers see; PostgreSQL stores UTC. Deadlines of the calls are Brussels time.
TIME_ZONE = "Europe/Brussels"

# In production its absence is an error: impact/settings/production.py.
vars().update(mail_server.config(env.str("EMAIL_URL", default="") or "smtp://127.0.0.1:25"))
# For one answer of the mail server, and for all that is said about one e-mail.
EMAIL_TIMEOUT = 10
EMAIL_DIALOGUE_SECONDS = 60
# How many e-mails may be on their way to the mail server at the same time, from all workers together.
EMAIL_CONNECTIONS = env.int("EMAIL_CONNECTIONS", default=4)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="IMPACT <impact@example.org>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# The address and names that people may write to are settings, since staff change.
CONTACT_EMAIL: str = env.str("CONTACT_EMAIL", default="impact@example.org")

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(LOCAL_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(LOCAL_DIR / "media")))
# Nothing uploaded has an address of its own: views serve it to those who may read it.
MEDIA_URL = "/media-is-not-served/"
# Uploads are of nobody but the portal; static files are of everybody, whoever collected them.
UPLOADS_ONLY = {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
READABLE_BY_ALL = {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": UPLOADS_ONLY},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
        "OPTIONS": READABLE_BY_ALL,
    },
}
UPLOAD_MAX_BYTES = 10 * 1024 * 1024
# All documents of an application, as its members see them (default, to confirm).
UPLOAD_TOTAL_MAX_BYTES = 50 * 1024 * 1024
# What lies on the disk, removed documents and those of former versions included: of an application, and
# of all that one person has uploaded (defaults, to confirm).
UPLOAD_KEPT_TIMES_TOTAL = 3
UPLOAD_PERSON_MAX_BYTES = 300 * 1024 * 1024
# How long a removed document that no version lists stays on the disk (default, to confirm).
REMOVED_DOCUMENTS_KEPT_DAYS = 30
# How long personal data are kept (defaults, to confirm): each is part of a rule of retention, and stands on
# the privacy page. How long a deletion of an account can be cancelled; accounts with nothing on them; e-mails
# with codes; drafts of a closed call; invitations; profiles that are drafts, withdrawn or declined;
# subscribers who never confirmed, or have left; submitted applications, about which staff then decide.
ACCOUNT_DELETION_WAITS_DAYS = 7
IDLE_ACCOUNTS_KEPT_DAYS = 730
# So long before, at least, their owners are told.
IDLE_ACCOUNTS_TOLD_DAYS = 30
ACCOUNT_MAILS_KEPT_DAYS = 30
UNSENT_DRAFTS_KEPT_DAYS = 365
INVITATIONS_KEPT_DAYS = 180
IDLE_PROFILES_KEPT_DAYS = 730
UNCONFIRMED_SUBSCRIBERS_KEPT_DAYS = 30
FORMER_SUBSCRIBERS_KEPT_DAYS = 365
RECORDS_KEPT_DAYS = 3650
# A larger picture is refused before it is unpacked: a poster of A0 in 300 dots an inch, in colour, is not.
UPLOAD_IMAGE_MAX_PIXELS = env.int("UPLOAD_IMAGE_MAX_PIXELS", default=250_000_000)
UPLOAD_IMAGE_MAX_BYTES = env.int("UPLOAD_IMAGE_MAX_BYTES", default=500_000_000)
# Files are read by children with limits (core/uploads/sandbox.py): how many at once on a machine, how
# many threads of a process wait for one (a quarter of those of gunicorn.conf.py), how long, and what each
# child may use.
UPLOAD_READERS = env.int("UPLOAD_READERS", default=2)
UPLOAD_READERS_WAITING = 2
UPLOAD_READERS_WAIT_SECONDS = 3
UPLOAD_READER_SECONDS = 30
UPLOAD_READER_CPU_SECONDS = 10
UPLOAD_READER_MAX_BYTES = 400 * 1024 * 1024
# A virus scanner: unix:/run/clamav/clamd.ctl or tcp:clamav:3310. Empty: files are not scanned.
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", default="")
CLAMD_TIMEOUT_SECONDS = env.int("CLAMD_TIMEOUT_SECONDS", default=30)
# Unfinished applications that one person may lead, in one call and in all (defaults, to confirm).
DRAFTS_IN_CALL_MAX = 10
DRAFTS_MAX = 20
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# A longer list is written by the worker; 2,000 rows take about a second.
EXPORT_ROWS_AT_ONCE = 2000

# https://unfoldadmin.com/docs/configuration/settings/
UNFOLD = {
    "SITE_TITLE": "IMPACT",
    "SITE_HEADER": "IMPACT",
    "SITE_SUBHEADER": _("Administration"),
    "SITE_SYMBOL": "hub",
    "SITE_URL": "/",
    # Its colours are in the first of them, as a file of ours: the page policy allows no style in a page.
    "STYLES": [
        lambda request: static("css/colours.css"),
        lambda request: static("css/admin.css"),
        lambda request: static("css/staff.css"),
    ],
    "SCRIPTS": [lambda request: static("js/admin.js"), lambda request: static("js/logout.js")],
    "SHOW_LANGUAGES": True,
    "SHOW_BACK_BUTTON": True,
    "ACCOUNT": {"navigation": [{"title": _("My account"), "link": reverse_lazy("account_email")}]},
    "SIDEBAR": {"show_search": True, "command_search": False, "navigation": "impact.site.navigation"},
}

# Strict for everybody. Violations are reported to ourselves, and administrators see them summed up.
REPORTS_PATH = "/policy-reports/"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        # Not "report-to": browsers that know both then wait a minute, and some know this one alone.
        "report-uri": REPORTS_PATH,
    },
}
# What the administration's theme needs besides, each with its reason. It has no inline script.
CONTENT_SECURITY_POLICY_OF_STAFF = {
    # Alpine reads the theme's x-data, x-show and @click out of its templates and evaluates them as functions;
    # its build without eval understands no expressions such as the theme's.
    "script-src": [SELF, UNSAFE_EVAL],
    # Alpine writes the width of the bar under a list into its style attribute, and pages of the theme hold
    # such attributes. Style elements stay forbidden, and so does anything that loads from elsewhere.
    "style-src-attr": [UNSAFE_INLINE],
}
UNUSED_BROWSER_FEATURES = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
HEADERS_OF_EVERY_ANSWER = {
    "Permissions-Policy": ", ".join(
        [
            *(f"{feature}=()" for feature in UNUSED_BROWSER_FEATURES),
            # Passkeys.
            "publickey-credentials-create=(self)",
            "publickey-credentials-get=(self)",
        ]
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Nothing of an address goes to another site, so no signed link either. Not "no-referrer": browsers would
# then send "Origin: null" with forms, and Django refuses those.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "impact.pages.errors.form_not_checked"

LOGGING = logging_to_console(env.str("LOG_LEVEL", default="INFO"))
