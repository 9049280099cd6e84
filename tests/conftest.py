"""The people of every test: Alice owns the room, Bob is a member, Vera may only look, Gina is a guest who is a member,
and Charlie should see nothing of Alice's room."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_save
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from accounts.models import User
from albums.models import Consent, Face, Membership, Person, Photo, Room
from albums.services import photos as photo_services
from albums.services import rooms as room_services
from tests.browsing import open_browser
from tests.editor_pages import open_editor_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LIBRARY = Path(__file__).parent / "processing"
# Of a test that talks to other processes. Each one is counted at the end of the run: what needs it often is to be mended.
MOST_RERUNS = 2
# A busy machine draws examples slowly; that says nothing about the code.
hypothesis_settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("any machine")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the library's tests that ask no database: `.ci/run` runs them once, not once for each database.

    Tests that drive a browser or a worker on a busy machine get a second try, and a third, unless `--reruns` says otherwise.
    """
    tried_again = config.getoption("reruns", None) is None
    for item in items:
        asks = item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(item.fixturenames)
        if not asks and LIBRARY in item.path.parents:
            item.add_marker("no_database")
        if tried_again and (item.get_closest_marker("browser") or item.get_closest_marker("real_worker")):
            item.add_marker(pytest.mark.flaky(reruns=MOST_RERUNS))


@pytest.fixture(autouse=True)
def own_data_folder(settings, tmp_path):
    """Every test writes into a folder of its own."""
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.UPLOADS_DIR = tmp_path / "uploads"


@pytest.fixture(autouse=True)
def own_language():
    """A request answers in its reader's language and leaves it to the thread; the next test begins in the site's."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def empty_cache():
    """Attempts that an earlier test made count for nobody: the next one's users have the same keys."""
    cache.clear()


@pytest.fixture(autouse=True)
def kept_connection(monkeypatch):
    """A response that a test closes itself must not close the connection that the test's transaction lives in."""
    monkeypatch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", lambda self: None)


@pytest.fixture(autouse=True)
def quiet_queue(request, monkeypatch):
    """No broker in unit tests: rings are kept in a list; tests of a real worker ask for one by their marker."""
    if request.node.get_closest_marker("real_worker"):
        return None
    rung: list[int] = []
    monkeypatch.setattr(
        "processing.job_tasks.ring", lambda task, job_id, countdown=0, **more: rung.append(job_id)
    )
    return rung


@pytest.fixture
def browser() -> Iterator[Browser]:
    """A Chromium of this test alone, ended before the database is emptied."""
    yield from open_browser()


@pytest.fixture
def open_editor(live_server, browser, photo) -> Callable[..., Page]:
    """Opens the editor of the module's own `photo` for somebody; options are those of a window."""

    def open_it(user: User, **options: Any) -> Page:
        return open_editor_page(browser, live_server.url, user, photo, **options)

    return open_it


def make_user(name: str) -> User:
    return User.objects.create_user(
        username=name.lower(),
        email=f"{name.lower()}@example.org",
        password="correct horse",
        display_name=name,
    )


@pytest.fixture
def alice(db) -> User:
    """Owns the room."""
    return make_user("Alice")


@pytest.fixture
def room(alice) -> Room:
    return room_services.create_room(owner=alice, name="Alice's party")


@pytest.fixture
def bob(room) -> User:
    """A member of Alice's room."""
    user = make_user("Bob")
    Membership.objects.create(room=room, user=user, role="member")
    return user


@pytest.fixture
def vera(room) -> User:
    """A viewer of Alice's room."""
    user = make_user("Vera")
    Membership.objects.create(room=room, user=user, role="viewer")
    return user


@pytest.fixture
def gina(room) -> User:
    """A guest, without a password, who is a member of Alice's room."""
    user = User.objects.create_guest(display_name="Gina")
    Membership.objects.create(room=room, user=user, role="member")
    return user


@pytest.fixture
def charlie(db) -> User:
    """An outsider: should have no access to Alice's stuff."""
    return make_user("Charlie")


def picture(color: object = "teal", size: tuple[int, int] = (64, 48), format_name: str = "JPEG") -> bytes:
    """A small picture of one color, made in memory."""
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", size, color).save(stream, format_name)
    return stream.getvalue()


@pytest.fixture
def add_photo(room, alice, django_capture_on_commit_callbacks) -> Callable[..., Photo]:
    """Uploads a small picture through the service; every call another color."""
    count = 0

    def add(uploader: User = alice, *, name: str = "", data: bytes = b"", to: Room = room) -> Photo:
        nonlocal count
        count += 1
        data = data or picture((count % 256, count // 256 % 256, 90))
        photo, _ = photo_services.add_photo(
            room=to, uploader=uploader, file=ContentFile(data), filename=name or f"IMG_{count}.jpg"
        )
        return photo

    return add


@pytest.fixture
def add_face(room) -> Callable[..., Face]:
    """Puts a face on a photo, of a person if one is given."""

    def add(
        photo: Photo, person: Person | None = None, *, seed: int = 0, x: int = 10, **columns: object
    ) -> Face:
        import numpy as np

        vector = np.random.default_rng(seed).normal(size=128)
        descriptor = (0.7 * vector / np.linalg.norm(vector)).astype("<f4").tobytes()
        values = {"x": x, "y": 10, "width": 20, "height": 20, "score": 1.0, "sharpness": 2.0, "quality": "A"}
        return Face.objects.create(
            photo=photo, room=photo.room, person=person, descriptor=descriptor, **(values | columns)
        )

    return add


@pytest.fixture
def everybody_said_yes(db):
    """Whoever comes into a room of this test has said yes to having their face looked for."""

    def say_yes(instance: Membership, created: bool, **kwargs: object) -> None:
        if created:
            Consent.objects.create(room_id=instance.room_id, user_id=instance.user_id, text_version="test")

    post_save.connect(say_yes, sender=Membership)
    yield
    post_save.disconnect(say_yes, sender=Membership)
