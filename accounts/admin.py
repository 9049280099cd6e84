from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from accounts.models import User

# The site's own sign-in, with its limits and its second factor, also guards the administration.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


@admin.register(User)
class PersonAdmin(UserAdmin):
    list_display = ("display_name", "email", "is_guest", "is_staff", "date_joined")
    list_filter = ("is_guest", "is_staff", "is_active")
    search_fields = ("display_name", "email", "username")
    ordering = ("-date_joined",)
    fieldsets = (*UserAdmin.fieldsets, ("Photoroom", {"fields": ("display_name", "is_guest")}))  # type: ignore[misc]
