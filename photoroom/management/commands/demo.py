"""`manage.py demo`: a room with sample photos, for whoever has none at hand."""

import secrets
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from accounts.models import User
from albums.models import Room
from albums.services.photos import add_photo
from albums.services.rooms import create_room
from photoroom import preflight
from photoroom.addresses import is_listening, page_addresses
from photoroom.sample_room import BEGAN_AT, SAMPLES, sample_photos

EMAIL = "demo@example.org"
ROOM = "Summer party (demo)"


class Command(BaseCommand):
    """Make a demo account with a room of sample photos; again, it only gives the account a new password."""

    help = "Fill a room with sample photos and print how to sign in."

    def handle(self, *args: Any, **options: Any) -> None:
        """Fill the room, then say where it is."""
        preflight.check_data_folder(settings.DATA_DIR)
        preflight.migrate()
        photos = sample_photos()
        if not photos:
            raise CommandError("No sample photos are here: run `make demo` with a network connection once.")
        owner, password = demo_account()
        room = Room.objects.filter(memberships__user=owner, name=ROOM).first()
        room = room or create_room(owner=owner, name=ROOM, date=BEGAN_AT.date())
        added = 0
        for filename, content in photos:
            _, result = add_photo(
                room=room, uploader=owner, file=ContentFile(content, filename), filename=filename
            )
            added += result != "duplicate"
        self.tell(room, added, password)

    def tell(self, room: Room, added: int, password: str) -> None:
        """Say what to do next."""
        address = settings.PUBLIC_URL or page_addresses(settings.HOST, settings.PORT)[0].rstrip("/")
        path = reverse("albums:room", args=[room.pk])
        self.stdout.write(f"The room “{room.name}” has {added} new photos.")
        if not (SAMPLES / "faces").exists():
            self.stdout.write(
                "Photos of people are missing: `make demo` fetches them when there is a network."
            )
        if not is_listening(settings.HOST, settings.PORT):
            self.stdout.write("Start the site with `make run`; it processes them.")
        self.stdout.write(f"Open    {address}{path}\nE-mail  {EMAIL}\nPassword  {password}")


def demo_account() -> tuple[User, str]:
    """The owner of the demo room, with a new password."""
    password = secrets.token_urlsafe(9)
    user, _ = User.objects.get_or_create(
        email=EMAIL, defaults={"username": "demo", "display_name": "Demo host"}
    )
    user.set_password(password)
    user.save()
    EmailAddress.objects.update_or_create(
        user=user, email=EMAIL, defaults={"verified": True, "primary": True}
    )
    return user, password
