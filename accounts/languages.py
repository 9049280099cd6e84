"""Which language somebody reads. Pages follow the browser until somebody chooses; mails have nothing else to follow."""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.conf import settings
from django.utils import translation

from accounts.models import User


def is_offered(language: str) -> bool:
    return language in dict(settings.LANGUAGES)


def choose_language(*, user: User, language: str) -> None:
    """Store what somebody chose; empty goes back to what the browser says."""
    user.language = language if is_offered(language) else ""
    user.save(update_fields=["language"])


def keep_language(user: User) -> None:
    """Note on a new account the language of the page that it was made on, for its mails."""
    if not user.language:
        choose_language(user=user, language=translation.get_language() or "")


def reading(user: User) -> AbstractContextManager[None]:
    """In this block sentences are in the language of the user, whoever asked: for mails and notices."""
    return speaking(user.language)


def speaking(language: str) -> AbstractContextManager[None]:
    """The same for a language that somebody has chosen, or not (empty)."""
    return translation.override(language if is_offered(language) else settings.LANGUAGE_CODE)
