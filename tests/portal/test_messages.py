"""The tool that keeps every sentence translated."""

import gettext
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from portal.messages_catalog import compile_package, po_path, problems, write

SOURCE = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext_lazy

PLAIN = _("Hello.")
LONG = _("One sentence " "in two pieces.")
COUNTED = ngettext("%(n)s case", "%(n)s cases", 2)
SHORT = pgettext_lazy("month", "May")
VARIABLE = _(PLAIN)
"""
TEMPLATE = """{% load i18n %}
{# a note #}  <p title="{% translate "From an attribute" %}">{{ day|date:_("j F") }}</p>
    {% blocktranslate trimmed with who=name %}
      Dear {{ who }},
      welcome.
    {% endblocktranslate %}
  {% translate "Less deep, which Python would not allow" %}
<p>It's "quoted" (and not Python</p>
"""


@pytest.fixture
def tree(tmp_path: Path, settings: Any) -> Path:
    """A small tree of its own: two packages and their templates."""
    settings.BASE_DIR = tmp_path
    for folder in ("portal", "catalog", "templates/catalog", "templates/components"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "catalog/words.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "templates/catalog/page.html").write_text(TEMPLATE, encoding="utf-8")
    (tmp_path / "templates/components/part.html").write_text(
        '{% load i18n %}{% translate "Shared" %}', encoding="utf-8"
    )
    return tmp_path


def translate(package: str, words: dict[str, str]) -> None:
    """Write translations into the PO file as a translator would."""
    path = po_path(package)
    text = path.read_text(encoding="utf-8")
    for msgid, msgstr in words.items():
        empty = f'msgid "{msgid}"\nmsgstr ""'
        assert empty in text
        text = text.replace(empty, f'msgid "{msgid}"\nmsgstr "{msgstr}"')
    path.write_text(text, encoding="utf-8")


def test_every_sentence_of_code_and_templates_is_found(tree: Path) -> None:
    write("catalog")
    found = po_path("catalog").read_text(encoding="utf-8")
    for sentence in (
        'msgid "Hello."',
        'msgid "One sentence in two pieces."',
        'msgid "%(n)s case"\nmsgid_plural "%(n)s cases"',
        'msgctxt "month"\nmsgid "May"',
        'msgid "From an attribute"',
        'msgid "Less deep, which Python would not allow"',
        'msgid "j F"',
        'msgid "Dear %(who)s, welcome."',
    ):
        assert sentence in found
    assert found.count("msgid ") == 1 + 8


def test_shared_components_speak_with_the_portals_voice(tree: Path) -> None:
    write("portal")
    assert 'msgid "Shared"' in po_path("portal").read_text(encoding="utf-8")


def test_the_file_names_no_place_of_a_sentence(tree: Path) -> None:
    write("catalog")
    found = po_path("catalog").read_text(encoding="utf-8")
    assert str(tree) not in found
    assert "#:" not in found
    assert "Date" not in found


def test_collecting_again_keeps_translations_and_changes_nothing(tree: Path) -> None:
    write("catalog")
    translate("catalog", {"Hello.": "您好。"})
    before = po_path("catalog").read_text(encoding="utf-8")
    write("catalog")
    assert po_path("catalog").read_text(encoding="utf-8") == before


def test_a_sentence_nobody_uses_any_more_is_dropped(tree: Path) -> None:
    write("catalog")
    translate("catalog", {"Hello.": "您好。"})
    source = tree / "catalog/words.py"
    source.write_text(SOURCE.replace('_("Hello.")', '""'), encoding="utf-8")
    write("catalog")
    assert "Hello." not in po_path("catalog").read_text(encoding="utf-8")


def test_each_kind_of_gap_is_named(tree: Path) -> None:
    write("catalog")
    words = {"Hello.": "您好。", "Dear %(who)s, welcome.": "欢迎。", "j F": "n 月 j 日"}
    translate("catalog", words)
    path = po_path("catalog")
    text = path.read_text(encoding="utf-8").replace('msgid "j F"', '#, fuzzy\nmsgid "j F"')
    path.write_text(text, encoding="utf-8")
    (tree / "catalog/more.py").write_text('_("New sentence.")', encoding="utf-8")
    assert problems("catalog") == [
        "catalog: empty: '%(n)s case'",
        "catalog: empty: 'From an attribute'",
        "catalog: empty: 'Less deep, which Python would not allow'",
        "catalog: empty: 'May'",
        "catalog: empty: 'One sentence in two pieces.'",
        "catalog: fuzzy: 'j F'",
        "catalog: missing: 'New sentence.'",
        "catalog: placeholders differ: 'Dear %(who)s, welcome.'",
    ]


def test_the_check_fails_and_says_where(tree: Path) -> None:
    call_command("messages", "portal", verbosity=0)
    with pytest.raises(CommandError, match="portal: empty: 'Shared'"):
        call_command("messages", "portal", check=True)
    translate("portal", {"Shared": "共用"})
    call_command("messages", "portal", check=True)


def test_one_sentence_with_two_translations_is_refused(tree: Path) -> None:
    (tree / "portal/words.py").write_text('_("Hello.")', encoding="utf-8")
    call_command("messages", verbosity=0)
    translate("portal", {"Hello.": "你好", "Shared": "共用"})
    translate("catalog", {"Hello.": "您好。"})
    with pytest.raises(CommandError, match=r"portal: not as in catalog: 'Hello\.'"):
        call_command("messages", "portal", check=True)


def test_a_package_nobody_knows_is_refused(tree: Path) -> None:
    with pytest.raises(CommandError, match="Unknown: weather"):
        call_command("messages", "weather")


def test_the_compiled_file_is_what_gettext_reads(tree: Path) -> None:
    write("catalog")
    translate("catalog", {"Hello.": "您好。"})
    assert compile_package("catalog")
    with po_path("catalog").with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Hello.") == "您好。"


def test_compiling_again_does_nothing_until_the_words_change(tree: Path) -> None:
    write("catalog")
    assert compile_package("catalog")
    assert not compile_package("catalog")
    os.utime(po_path("catalog"), ns=(1, 1))  # an older file put back counts as changed
    assert compile_package("catalog")
