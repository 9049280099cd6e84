from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from albums.models import FileProblem


@admin.register(FileProblem)
class FileProblemAdmin(admin.ModelAdmin):
    """What the nightly check of files found; it goes when the file is right again."""

    list_display = ("name", "kind", "photo", "size_bytes", "found_at")
    list_filter = ("kind",)
    list_select_related = ("photo",)
    search_fields = ("name",)
    date_hierarchy = "found_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: FileProblem | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: FileProblem | None = None) -> bool:
        return False
