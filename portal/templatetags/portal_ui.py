"""Small tags the templates of all packages share. None of them touches the database."""

import re
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils import translation
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from audit.kernel.sentences import colon, comma, gap

register = template.Library()
for mark in (gap, colon, comma):
    register.simple_tag(mark)
DATE = re.compile(r"[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日|\b[0-9]{1,2} [A-Z][a-z]{2} [0-9]{4}\b")


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, extra_class: str = "") -> SafeString:
    """An icon from the sprite. It stands beside words, so it says nothing by itself."""
    css = f"icon {extra_class}".strip()
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        css,
        static("icons.svg"),
        name,
    )


@register.simple_tag
def constant(name: str) -> SafeString:
    """A part that says the same on every page of a language; written out once in a process."""
    return _constant(name, translation.get_language() or settings.LANGUAGE_CODE)


@lru_cache(maxsize=64)
def _constant(name: str, _language: str) -> SafeString:
    return mark_safe(get_template(name).render())  # noqa: S308 - our own template


@register.simple_tag(takes_context=True)
def current(context: template.Context, address: str) -> SafeString | str:
    """`aria-current` for a link of a menu: the page itself, or a page below it."""
    request = context.get("request")
    path = getattr(request, "path", "")
    if path == address:
        return format_html(' aria-current="{}"', "page")
    if address != "/" and path.startswith(address):
        return format_html(' aria-current="{}"', "true")
    return ""


@register.filter
def whole_dates(text: Any) -> SafeString:
    """The text with its dates marked, so that no line breaks inside one."""
    marked = DATE.sub(r'<span class="nowrap">\g<0></span>', conditional_escape(text))
    return mark_safe(marked)  # noqa: S308 - the text was escaped before the marks were put in


@register.simple_tag
def place_name() -> str:
    """What the place this portal belongs to is called, in the reader's language."""
    names: dict[str, str] = settings.PORTAL_PLACE_NAME
    return names.get(translation.get_language() or "", names[settings.LANGUAGE_CODE])


@register.simple_tag
def face_address() -> str:
    """Where the colours of this portal's region are served."""
    return f"/face/{settings.PORTAL_REGION}.css"


@register.filter
def percent(part: Any, whole: Any) -> int:
    """`part` of `whole` in percent, between 0 and 100: the length of a bar."""
    try:
        share = 100 * float(part) / float(whole)
    except (TypeError, ValueError, ZeroDivisionError):
        return 0
    return round(min(max(share, 0.0), 100.0))
