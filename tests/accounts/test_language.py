def test_a_page_is_in_the_language_of_the_browser_until_somebody_chooses(client):
    assert 'lang="de" dir="ltr"' in client.get("/", headers={"accept-language": "de"}).content.decode()
    answer = client.post(
        "/account/language/", {"language": "ar"}, headers={"referer": "http://testserver/j/"}
    )
    assert answer.status_code == 302
    assert answer["Location"] == "http://testserver/j/"
    page = client.get("/", headers={"accept-language": "de"})
    assert 'lang="ar" dir="rtl"' in page.content.decode()
    assert page["Content-Language"] == "ar"
    assert "Accept-Language" in page["Vary"]
    assert "private" in page["Cache-Control"]


def test_the_choice_goes_along_to_other_devices(client, alice):
    client.force_login(alice)
    client.post("/account/language/", {"language": "fr"})
    alice.refresh_from_db()
    assert alice.language == "fr"
    client.cookies.pop("django_language")
    assert client.get("/")["Content-Language"] == "fr"


def test_languages_that_the_site_does_not_speak_are_not_kept(client, alice):
    client.force_login(alice)
    client.post("/account/language/", {"language": "tlh"})
    alice.refresh_from_db()
    assert alice.language == ""
