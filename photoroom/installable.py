"""What makes the site an app on somebody's device: its manifest, its service worker, and the page that is shown offline.

All three say nothing of anybody: the worker keeps the offline page and static files, which are named by their content.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

WORKER = Path(settings.BASE_DIR) / "static/js/service_worker.js"
SHELL = (
    "css/variables.css",
    "css/base.css",
    "css/components.css",
    "css/offline.css",
    "img/logo.svg",
    "js/offline.js",
    "vendor/lucide-static/icons.svg",
)


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Name, icons and ways in, in the reader's language."""
    response = JsonResponse(manifest_data(), content_type="application/manifest+json")
    response["Cache-Control"] = "private, max-age=3600"
    return response


def manifest_data() -> dict[str, Any]:
    def icon(name: str, side_px: int, purpose: str = "any") -> dict[str, str]:
        return {
            "src": static(f"img/{name}.png"),
            "sizes": f"{side_px}x{side_px}",
            "type": "image/png",
            "purpose": purpose,
        }

    return {
        "id": "/",
        "name": "Photoroom",
        "short_name": "Photoroom",
        "description": _(
            "All photos of all friends in one room, and for each of them the ones that they are on."
        ),
        "lang": get_language() or "en",
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": reverse("albums:rooms"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#faf9f7",
        "theme_color": "#17694f",
        "categories": ["photo", "social"],
        "icons": [
            icon("icon-192", 192),
            icon("icon-512", 512),
            icon("icon-maskable-512", 512, "maskable"),
        ],
        "shortcuts": [
            shortcut(_("Your rooms"), reverse("albums:rooms")),
            shortcut(_("Notifications"), reverse("albums:notifications")),
            shortcut(_("Open a room"), reverse("albums:room_new")),
        ],
        "share_target": {
            "action": reverse("share_target"),
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {"files": [{"name": "files", "accept": ["image/*", "video/*", ".heic", ".heif"]}]},
        },
    }


def shortcut(name: str, url: str) -> dict[str, Any]:
    icons = [{"src": static("img/icon-192.png"), "sizes": "192x192", "type": "image/png"}]
    return {"name": name, "url": url, "icons": icons}


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script with what it keeps. Any change of a static file, and of the language, makes it another script."""
    response = HttpResponse(
        worker_script(get_language() or "en"), content_type="text/javascript; charset=utf-8"
    )
    response["Cache-Control"] = "private, no-cache"
    response["Service-Worker-Allowed"] = "/"
    return response


@cache
def worker_script(language: str) -> str:
    files = [reverse("offline"), *(static(name) for name in SHELL)]
    source = WORKER.read_text(encoding="utf-8")
    state = json.dumps([language, files, source, getattr(staticfiles_storage, "manifest_hash", "")])
    version = hashlib.sha256(state.encode()).hexdigest()[:16]
    shell = json.dumps({"version": version, "files": files, "offline": files[0]})
    return f"const shell = {shell};\n{source}"


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Shown by the service worker where there is no connection; the same for everybody."""
    return render(request, "offline.html")


@csrf_exempt  # the phone's own share sheet posts here; nothing of it is read
@require_POST
def share_target(request: HttpRequest) -> HttpResponse:
    """The service worker takes files that are shared with the app. Where it did not, they have to be chosen by hand."""
    return redirect(f"{reverse('albums:rooms')}?shared=none")
