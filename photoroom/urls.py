from django.contrib import admin
from django.urls import include, path

from albums.api.errors import server_error, unknown_address
from photoroom.health import healthz, readyz
from photoroom.installable import manifest, offline, service_worker, share_target

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("sw.js", service_worker, name="service_worker"),
    path("offline/", offline, name="offline"),
    path("share-target/", share_target, name="share_target"),
    path("admin/", admin.site.urls),
    path("account/", include("accounts.urls")),
    path("account/", include("allauth.urls")),
    path("api/v1/", include("albums.api.urls")),
    path("api/<anything:rest>", unknown_address),
    path("api/", unknown_address),
    path("", include("albums.urls")),
]

handler500 = server_error
