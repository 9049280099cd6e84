from __future__ import annotations

from django import forms, template
from django.utils.translation import gettext as _

from accounts.forms import PASSWORD_HINT

register = template.Library()


@register.filter
def plain(form: forms.Form) -> forms.Form:
    """allauth's forms in the words of this site: no placeholder that repeats the label, one line on passwords."""
    for field in form:
        widget = field.field.widget
        widget.attrs.pop("placeholder", None)
        field.label = str(field.label).capitalize()
        if getattr(widget, "input_type", "") == "email":
            field.label = _("E-mail address")
        if widget.attrs.get("autocomplete") == "new-password" and field.help_text:
            field.help_text = PASSWORD_HINT
    return form
