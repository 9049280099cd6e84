"""A blurred copy takes the place of its drawing by itself, in the grid and in the viewer."""

from __future__ import annotations

import pytest

from albums.models import Person, VeiledCopy
from albums.services import concealment, people
from processing import veil_store
from tests.browsing import IN_A_BROWSER, signed_in
from tests.furnishing import hang

pytestmark = [*IN_A_BROWSER, pytest.mark.usefixtures("everybody_said_yes")]
NOTE = "Somebody on this photo asked not to be shown. It is being blurred and appears here by itself."
IN_VIEWER, IN_GRID = "[data-stage-slide] > img", ".tile .photo"
IS_SEEN = "(where) => document.querySelector(where)?.naturalWidth > 0"
IS_COPY = """(where) => {
  const one = document.querySelector(where);
  return one.complete && one.naturalWidth > 0 && one.currentSrc.includes("&again");
}"""


def test_others_see_a_drawing_and_then_the_blurred_copy(live_server, browser, room, bob, vera, add_face):
    (photo,) = hang(room, 1)
    person = Person.objects.create(room=room)
    add_face(photo, person, x=40, y=40, width=200, height=200)
    people.claim_person(user=vera, person=person)
    concealment.conceal(user=vera, room=room, veil=True)
    window = signed_in(browser, live_server.url, bob, viewport={"width": 390, "height": 844})
    statuses: list[int] = []
    window.on("response", lambda answer: statuses.append(answer.status) if "?v=" in answer.url else None)
    grid, viewer = window.new_page(), window.new_page()
    grid.goto(f"{live_server.url}{room.get_absolute_url()}")
    viewer.goto(f"{live_server.url}{photo.get_absolute_url()}")
    viewer.get_by_text(NOTE).wait_for()
    assert viewer.evaluate(IS_SEEN, IN_VIEWER)  # no broken picture
    grid.wait_for_function(IS_SEEN, arg=IN_GRID)
    assert set(statuses) == {404}

    assert veil_store.veil(room.pk)
    for page, where in ((viewer, IN_VIEWER), (grid, IN_GRID)):
        page.wait_for_function(IS_COPY, arg=where)
    assert viewer.get_by_text(NOTE).count() == 0
    assert VeiledCopy.objects.filter(photo=photo).exists()
    statuses.clear()
    viewer.reload()  # now it is an ordinary picture
    viewer.wait_for_function("(where) => document.querySelector(where)?.complete", arg=IN_VIEWER)
    assert 404 not in statuses
    window.close()
