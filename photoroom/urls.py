from django.contrib import admin
from django.urls import include, path

from photoroom.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("account/", include("accounts.urls")),
    path("account/", include("allauth.urls")),
    path("api/v1/", include("albums.api.urls")),
    path("", include("albums.urls")),
]
