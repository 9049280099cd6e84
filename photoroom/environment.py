"""Values from the environment, checked: what makes no sense stops the start with a sentence that names the variable."""

from __future__ import annotations

import logging
import zoneinfo
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()
ENGINES = ("django.db.backends.sqlite3", "django.db.backends.postgresql")
REDIS_SCHEMES = ("redis", "rediss", "unix")
LOG_LEVELS = tuple(logging.getLevelNamesMapping())


def whole_number(name: str, default: int) -> int:
    """Zero or more."""
    try:
        value: int = env.int(name, default=default)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {env.str(name)!r}.") from error
    if value < 0:
        raise ImproperlyConfigured(f"{name} must not be below zero, and it is {value}.")
    return value


def positive(name: str, default: int) -> int:
    value = whole_number(name, default)
    if value == 0:
        raise ImproperlyConfigured(f"{name} must be a whole number above zero, not {value}.")
    return value


def yes_or_no(name: str, *, default: bool) -> bool:
    """Anything but a clear yes would be a no otherwise, a misspelled `true` as well."""
    text = env.str(name, default=str(default)).strip().lower()
    if text not in (*env.BOOLEAN_TRUE_STRINGS, "false", "off", "n", "no", "0", ""):
        raise ImproperlyConfigured(f"{name} must be true or false, not {text!r}.")
    return text in env.BOOLEAN_TRUE_STRINGS


def one_of(name: str, default: str, choices: tuple[str, ...]) -> str:
    value: str = env.str(name, default=default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    return value


def time_zone(name: str, default: str) -> str:
    value: str = env.str(name, default=default)
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ImproperlyConfigured(
            f"{name} must be a time zone such as Europe/Berlin, not {value!r}."
        ) from error
    return value


def web_address(name: str) -> str:
    """Scheme and host, without a slash at its end; empty where it is not set."""
    value: str = env.str(name, default="").rstrip("/")
    try:
        parts = urlsplit(value)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_address = False
    if value and not is_address:
        raise ImproperlyConfigured(f"{name} must look like https://photos.example.org.")
    return value


def tile_address(name: str) -> str:
    """A pattern of addresses of map tiles; empty where it is not set."""
    value: str = env.str(name, default="")
    try:
        parts = urlsplit(value.replace("{s}", "a"))
        is_pattern = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_pattern = False
    if value and not (is_pattern and all(part in value for part in ("{z}", "{x}", "{y}"))):
        raise ImproperlyConfigured(f"{name} must look like https://tiles.example.org/{{z}}/{{x}}/{{y}}.png.")
    return value


def redis_address(name: str) -> str:
    value: str = env.str(name, default="")
    if value and (urlsplit(value).scheme not in REDIS_SCHEMES or "://" not in value):
        raise ImproperlyConfigured(f"{name} must look like redis://host:6379/0.")
    return value


def database(name: str, default: str) -> dict[str, Any]:
    sentence = f"{name} must look like postgres://user:password@host:5432/name, or sqlite:////path/to/file."
    value = env.str(name, default="") or default
    try:
        if env.DB_SCHEMES.get(urlsplit(value).scheme) not in ENGINES:
            raise ImproperlyConfigured(sentence)
        found: dict[str, Any] = env.db_url_config(value)
    except ValueError as error:  # a port that is no number
        raise ImproperlyConfigured(sentence) from error
    return found


def mail(name: str, default: str) -> dict[str, Any]:
    """Django's settings for sending mail."""
    try:
        found: dict[str, Any] = env.email_url(name, default=default)
    except (ImproperlyConfigured, ValueError, KeyError) as error:
        sentence = (
            f"{name} must look like smtp+tls://user:password@host:587, or consolemail:// to print mails."
        )
        raise ImproperlyConfigured(sentence) from error
    return found


def path_prefix(name: str) -> str:
    """The beginning of an address on this site, with a slash on both ends; empty where it is not set."""
    value: str = env.str(name, default="")
    if value and not (value.startswith("/") and value.endswith("/")):
        raise ImproperlyConfigured(
            f"{name} must begin and end with a slash, such as /protected/, not {value!r}."
        )
    return value
