from __future__ import annotations

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

# These point along the line of writing: they turn around where one reads from right to left.
MIRRORED = frozenset(
    {"back", "left", "right", "undo", "redo", "door", "sign-out", "reply", "send", "external"}
)


@register.simple_tag
def icon(name: str, css_class: str = "icon") -> SafeString:
    """A symbol named in static/img/icons.json; it says nothing to screen readers, the text beside it does."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f"{css_class} icon-mirrored" if name in MIRRORED else css_class,
        static("vendor/lucide-static/icons.svg"),
        name,
    )


@register.filter
def initial(who: object) -> str:
    return str(who)[:1] or "?"
