"""Text of the catalogue in templates: in the reader's language, marked where it is not."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.text import Text, in_english, lang_of

register = template.Library()
register.filter("lang_of", lang_of)


@register.filter
def shown(text: object) -> str:
    """A text as a plain string, for tags that take strings."""
    return str(text)


@register.simple_tag
def words(text: Text | None) -> SafeString | str:
    """A text of two languages; Chinese inside an English page says that it is Chinese."""
    if text is None:
        return ""
    if text.is_foreign:
        return chinese(text.zh)
    return str(text)


@register.simple_tag
def name_of(thing: Any) -> SafeString | str:
    """The name of an item, department, region, event or subject."""
    if in_english() and not thing.name_en:
        return chinese(thing.name)
    return str(thing.display_name)


@register.filter
def chinese(text: str) -> SafeString | str:
    """Text there is only in Chinese, marked as such inside an English page."""
    return format_html('<span lang="zh-Hans">{}</span>', text) if in_english() else text
