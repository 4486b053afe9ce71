"""Django's settings, from `configuration.py` and `catalogue/`."""

from pathlib import Path

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from tocsin.base import keys
from tocsin.base.private_files import private_folder
from tocsin.portal import catalogue
from tocsin.portal.configuration import Configuration, database_settings, openid_settings
from tocsin.portal.hosts import AllowedHosts
from tocsin.portal.logs import logging_settings

CONFIGURATION = Configuration.from_environment()
private_folder(CONFIGURATION.data)
keys.keep_in(CONFIGURATION.data)
PACKAGE = Path(__file__).resolve().parent.parent


# One random secret per data folder, made at first start; `portal.apps` takes up a new one while the process runs. Sessions begun
# by an earlier version, which signed with the secret itself, go on.
SECRET_KEY, SECRET_KEY_FALLBACKS = keys.session_secrets()
DEBUG = False
ALLOWED_HOSTS = AllowedHosts(CONFIGURATION)
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in CONFIGURATION.public_hosts]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",  # needed by the three below; none of its pages is open
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_htmx",
    "ninja",
    *catalogue.APPS,
]
MIDDLEWARE = [
    "tocsin.portal.log_request.LogRequest",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "tocsin.portal.middleware.PrivateAnswers",
    "tocsin.portal.middleware.RefusalsTold",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "tocsin.portal.budgets.Budgets",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tocsin.portal.middleware.LoginRequired",
    "tocsin.portal.middleware.RefusalPages",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "tocsin.portal.urls"
ASGI_APPLICATION = "tocsin.portal.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["tocsin.portal.subject_templates.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tocsin.portal.context.frame",
            ],
        },
    },
]

DATABASES = {"default": database_settings(CONFIGURATION.database_url, CONFIGURATION.data)}
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "tocsin.portal.uploads.NamelessFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FILES = 20  # before anybody looks at a file; forms of their own say less
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DEVICE_PROTOCOLS = catalogue.DEVICE_PROTOCOLS
DEVICE_POLLERS = catalogue.DEVICE_POLLERS
CHANNELS = catalogue.CHANNELS
CHANNEL_ORDER = catalogue.CHANNEL_ORDER
NOTICES = catalogue.NOTICES
TIME_LINES = catalogue.TIME_LINES
ALARM_CASES = catalogue.ALARM_CASES
WARNING_SOURCES = catalogue.WARNING_SOURCES
IN_AREA = catalogue.IN_AREA
RECEIPT_TAKERS = catalogue.RECEIPT_TAKERS
ALARM_GUIDANCE = catalogue.ALARM_GUIDANCE
ALARM_POINTS = catalogue.ALARM_POINTS
LIVE = catalogue.LIVE
WAITING = catalogue.WAITING
HOMES = catalogue.HOMES
HOME_PIECES = catalogue.HOME_PIECES
HOME_PIECES_OF_ROLE = catalogue.HOME_PIECES_OF_ROLE
LIST_VIEWS = catalogue.LIST_VIEWS
MAP_LAYERS = catalogue.MAP_LAYERS
GAUGES = catalogue.GAUGES
SETUP_STEPS = catalogue.SETUP_STEPS
READINESS_CHECKS = catalogue.READINESS_CHECKS
FEATURE_COLLECTIONS = catalogue.FEATURE_COLLECTIONS
PAPERS = catalogue.PAPERS
POLICY_FILES = catalogue.POLICY_FILES
POLICY_TRIALS = catalogue.POLICY_TRIALS
ATTACHED_TO = catalogue.ATTACHED_TO
FIELD_ACTS = catalogue.FIELD_ACTS
NEED_SUBJECTS = catalogue.NEED_SUBJECTS
SUPPLY_SUBJECTS = catalogue.SUPPLY_SUBJECTS
RELEASE_SUBJECTS = catalogue.RELEASE_SUBJECTS
RELEASE_FOLLOWED_BY = catalogue.RELEASE_FOLLOWED_BY
TELLING_OCCASIONS = catalogue.TELLING_OCCASIONS
SUPPLY_HELP = catalogue.SUPPLY_HELP
SUPPLY_REQUISITIONS = catalogue.SUPPLY_REQUISITIONS
RETENTION = catalogue.RETENTION
STILL_NEEDED = catalogue.STILL_NEEDED
OWN_DATA = catalogue.OWN_DATA
TASKS_MET_BY = catalogue.TASKS_MET_BY
ORDERS_FOLLOWED_BY = catalogue.ORDERS_FOLLOWED_BY
TASK_WORDS = catalogue.TASK_WORDS
TASK_PAGES = catalogue.TASK_PAGES
ALARMS_FOLLOWED_BY = catalogue.ALARMS_FOLLOWED_BY
ALARM_WORDS = catalogue.ALARM_WORDS
ALARM_WORKS = catalogue.ALARM_WORKS
OBJECT_SECTIONS = catalogue.OBJECT_SECTIONS
DEVICE_SECTIONS = catalogue.DEVICE_SECTIONS
PLANNED_OUTAGES = catalogue.PLANNED_OUTAGES
GRANTED_RESOURCE = catalogue.GRANTED_RESOURCE
RESOURCE_SECTIONS = catalogue.RESOURCE_SECTIONS
WARNING_SECTIONS = catalogue.WARNING_SECTIONS
PUBLIC_LINES = catalogue.PUBLIC_LINES
WORKS_AT_FIRM = catalogue.WORKS_AT_FIRM
DEVICE_TOPICS = catalogue.DEVICE_TOPICS
FINDING_ORIGINS = catalogue.FINDING_ORIGINS
SIGHTING_LINKS = catalogue.SIGHTING_LINKS
PERMIT_PAGE = catalogue.PERMIT_PAGE
IMPORT_KINDS = catalogue.IMPORT_KINDS
INCIDENTS_AT_FIRMS = catalogue.INCIDENTS_AT_FIRMS

AUTH_USER_MODEL = "jurisdiction.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "tocsin.jurisdiction.people.services.passwords.NotTriedFirst"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_ADAPTER = "tocsin.jurisdiction.people.views.openid.NoSelfService"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_RATE_LIMITS = False  # our own brake counts, over all processes: jurisdiction.services.logins
MFA_ADAPTER = "tocsin.jurisdiction.people.services.second_step.SealedSecrets"
MFA_TOTP_ISSUER = "Tocsin"
MFA_RECOVERY_CODE_DIGITS = 12
SOCIALACCOUNT_ADAPTER = "tocsin.jurisdiction.people.views.openid.KnownPeople"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form could not lead to the provider's page: form-action is 'self'
SOCIALACCOUNT_PROVIDERS = openid_settings(CONFIGURATION.openid)
CSRF_FAILURE_VIEW = "tocsin.portal.views.foreign_form"
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/home/"
LOGOUT_REDIRECT_URL = "/login/"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = (
    7 * 24 * 3600
)  # what is stored of a session is dropped then; it ends earlier, by jurisdiction/people/policy.toml
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONFIGURATION.behind_https
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if CONFIGURATION.behind_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
if CONFIGURATION.behind_https:  # no other host, and no page without HTTPS, can set or read a cookie of such a name
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Everything comes from this server; scripts and styles are files. MapLibre's worker is one of them; its images are made as blobs.
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = CONFIGURATION.time_zone

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "static"]
SERVESTATIC_USE_MANIFEST = False
SERVESTATIC_USE_FINDERS = True  # the installed package is the only source: no collectstatic step for a newcomer
SERVESTATIC_MIMETYPES = {".geojson": "application/geo+json", ".mjs": "text/javascript"}

LOGGING = logging_settings(CONFIGURATION.log_level, CONFIGURATION.log_format)
