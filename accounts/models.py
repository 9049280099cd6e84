from __future__ import annotations

import secrets
from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models


class PeopleManager(UserManager["User"]):
    def create_guest(self, *, display_name: str) -> User:
        """A user who typed a name and has no password; may turn into an account later and loses nothing."""
        guest = self.model(username=f"guest-{secrets.token_hex(8)}", display_name=display_name, is_guest=True)
        guest.set_unusable_password()
        guest.save(using=self._db)
        return guest


class User(AbstractUser):
    """Somebody who uses the site: an account with an e-mail address, or a guest known by a name on one device."""

    display_name = models.CharField(max_length=60)
    is_guest = models.BooleanField(default=False)
    language = models.CharField(max_length=10, blank=True)  # of pages and mails; empty: as the browser says

    objects: ClassVar[PeopleManager] = PeopleManager()

    def __str__(self) -> str:
        return self.display_name or self.email or self.username

    def get_short_name(self) -> str:
        return str(self)
