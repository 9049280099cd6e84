"""The viewer by hand: keys, fingers, back and forward, a comment with its Undo, the small map, a slideshow, the wall."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from albums.models import Comment, Favorite, Photo
from tests.browsing import IN_A_BROWSER, signed_in, watch
from tests.furnishing import hang

pytestmark = IN_A_BROWSER
SCALE = "document.querySelector('[data-stage-slide]').getBoundingClientRect().width / document.querySelector('[data-stage]').clientWidth"
# Two lie over each other while one fades: the last is the one that is shown.
IS_LAST = """photo => {
  const last = [...document.querySelectorAll("[data-slide]")].at(-1);
  return last?.dataset.slide === String(photo) && last.matches(".is-shown");
}"""
SWIPE = """([dx, dy]) => {
  const stage = document.querySelector("[data-stage]");
  const at = (x, y) => ({ pointerId: 7, pointerType: "touch", isPrimary: true, bubbles: true, button: 0, clientX: x, clientY: y });
  stage.setPointerCapture = () => undefined;
  stage.dispatchEvent(new PointerEvent("pointerdown", at(200, 300)));
  for (const part of [0.3, 0.6, 1]) stage.dispatchEvent(new PointerEvent("pointermove", at(200 + dx * part, 300 + dy * part)));
  stage.dispatchEvent(new PointerEvent("pointerup", at(200 + dx, 300 + dy)));
}"""


def test_the_viewer_a_slideshow_and_the_wall(live_server, browser, room, alice, bob):
    photos = hang(room, 5)[::-1]  # in the order in which they were taken
    first, second, third, *_ = photos
    Photo.objects.filter(pk=second.pk).update(
        uploader=bob, latitude=41.9, longitude=12.5, caption="Rome\u2019s best ice cream"
    )
    base = live_server.url + room.get_absolute_url()
    window = signed_in(browser, live_server.url, bob, viewport={"width": 390, "height": 844}, has_touch=True)
    page = window.new_page()
    complaints = watch(page, all_errors=True)

    page.goto(base)
    page.locator(f'.tile[data-photo="{first.pk}"] [data-viewer-link]').click()
    at(page, first)
    cannot_delete(page, first)
    go_through(page, first, second, third)
    look_closer(page)
    see_information(page)
    talk(page, second, bob)
    leave_and_come_back(page, base, second)
    delete_and_undo(page, base, second)
    play(page, base, photos)
    watch_the_wall(page, base, photos)
    assert complaints == []


def at(page, photo) -> None:
    page.locator(f'[data-viewer][data-photo="{photo.pk}"] [data-viewer-close]').wait_for()
    page.wait_for_url(re.compile(rf"/photos/{photo.pk}/"))


def cannot_delete(page, first) -> None:
    page.keyboard.press("Delete")
    page.locator(".toast-text", has_text="Only who added this photo").wait_for()
    assert not Photo.objects.get(pk=first.pk).deleted_at
    at(page, first)


def go_through(page, first, second, third) -> None:
    page.keyboard.press("ArrowRight")
    at(page, second)
    assert "2 of 5" in page.locator("[data-viewer-status]").inner_text()
    page.evaluate(SWIPE, [-220, 0])
    at(page, third)
    page.evaluate(SWIPE, [220, 10])
    at(page, second)
    assert page.locator(".stage-caption").inner_text() == "Rome\u2019s best ice cream"
    assert page.locator(".site-main").evaluate("element => element.inert"), "the page behind can't be reached"


def look_closer(page) -> None:
    page.keyboard.press("z")
    page.wait_for_function(f"() => {SCALE} > 2")
    page.wait_for_function("() => document.querySelector('[data-stage-slide] > img').src.includes('/full')")
    url = page.url
    page.keyboard.press("ArrowRight")  # moves the photo, not on
    assert page.url == url
    page.keyboard.press("Escape")
    page.wait_for_function(f"() => {SCALE} < 1.01")


def see_information(page) -> None:
    page.evaluate(SWIPE, [0, -120])
    panel = page.locator("#info")
    panel.wait_for()
    page.locator("[data-spot-map] .map-spot").wait_for()
    page.keyboard.press("i")
    panel.wait_for(state="hidden")


def talk(page, photo, bob) -> None:
    page.keyboard.press("c")
    page.locator("[data-comment-text]").fill("Lovely <b>light</b>")
    page.locator(".comment-send").click()
    page.locator(".comment-text", has_text="Lovely <b>light</b>").wait_for()
    assert page.locator("[data-comment-count]").inner_text() == "1"
    page.locator("[data-comment-delete] button").click()
    page.locator(".comment").wait_for(state="detached")
    page.get_by_role("button", name="Undo").click()
    page.locator(".comment").wait_for()
    assert Comment.objects.shown().get().text == "Lovely <b>light</b>"
    page.keyboard.press("i")
    page.locator("[data-favorite]").click()
    page.locator(".likes-line", has_text="You like this").wait_for(state="attached")
    assert page.locator("[data-like-count]").inner_text() == "1"
    assert Favorite.objects.get().user == bob


def leave_and_come_back(page, base, photo) -> None:
    page.go_back()
    page.locator(".viewer-overlay").wait_for(state="detached")
    assert page.url == base
    page.go_forward()
    at(page, photo)
    page.keyboard.press("Escape")
    page.locator(".viewer-overlay").wait_for(state="detached")
    expect(page.locator(f'.tile[data-photo="{photo.pk}"] .tile-link')).to_be_focused()
    page.goto(f"{base}photos/{photo.pk}/")
    page.locator("[data-viewer-close]").click()
    page.wait_for_url(base)


def delete_and_undo(page, base, photo) -> None:
    page.goto(base)
    tile = page.locator(f'.tile[data-photo="{photo.pk}"]')
    tile.locator("[data-viewer-link]").click()
    at(page, photo)
    page.keyboard.press("Delete")
    page.locator(f'[data-viewer][data-photo="{photo.pk}"]').wait_for(state="detached")
    tile.wait_for(state="hidden")
    page.get_by_role("button", name="Undo").click()
    at(page, photo)  # which is shown again, where it was
    page.keyboard.press("Escape")
    tile.wait_for()


def play(page, base, photos) -> None:
    page.evaluate("() => localStorage.setItem('photoroom-slideshow-seconds', '30')")  # while the page comes
    page.goto(f"{base}slideshow/?photo={photos[3].pk}")
    shown = page.locator("[data-slide].is-shown").last
    page.keyboard.press(" ")
    for photo in (photos[4], photos[0]):  # and from the beginning
        page.keyboard.press("ArrowRight")
        page.wait_for_function(IS_LAST, arg=photo.pk)
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(IS_LAST, arg=photos[4].pk)
    assert shown.locator("img").evaluate("image => image.naturalWidth") > 0
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile(rf"/photos/{photos[3].pk}/|{re.escape(base)}$"))


def watch_the_wall(page, base, photos) -> None:
    page.evaluate("() => localStorage.setItem('photoroom-wall-seconds', '30')")
    page.goto(f"{base}live/")
    newest = max(photos, key=lambda photo: photo.pk)
    page.wait_for_function(IS_LAST, arg=newest.pk)
    Photo.objects.filter(pk=newest.pk).update(deleted_at="2026-06-20T00:00Z")
    page.evaluate("() => dispatchEvent(new Event('online'))")  # it asks at once, not in four seconds
    page.locator(f'[data-slide="{newest.pk}"]').wait_for(state="detached")
    page.locator("[data-slide].is-shown").last.wait_for()
