from django.urls import path

from accounts.views import data, language, profile, tokens, upgrade

app_name = "accounts"
urlpatterns = [
    path("", profile.profile, name="profile"),
    path("language/", language.choose, name="language"),
    path("upgrade/", upgrade.upgrade, name="upgrade"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/revoke/", tokens.token_revoke, name="token_revoke"),
    path("export/", data.export, name="export"),
    path("delete/", data.delete, name="delete"),
]
