"""Files as they come when something went wrong: one plain sentence, and nothing was changed."""

import csv
import json
import os
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from catalog.loading.files import LARGEST
from catalog.loading.guides import COLUMNS as GUIDES
from catalog.loading.listed import COLUMNS as LISTED
from catalog.loading.names import DATA
from catalog.loading.regions import COLUMNS as REGIONS
from catalog.models import CatalogVersion, DataElement, LifeEvent, Region, Release, ServiceItem
from tests.factories.catalog import make_item

pytestmark = pytest.mark.django_db

HEAD = "code,name,level,parent_code,full_name\r\n"
PLACES = HEAD + "510000,四川省,1,,四川省\r\n511600,广安市,2,510000,四川省/广安市\r\n"


def run(path) -> str:
    said = StringIO()
    call_command("load_catalog", path, stdout=said)
    return said.getvalue()


def refusal_of(path) -> str:
    """The one sentence of a file that cannot be used."""
    before = list(CatalogVersion.objects.values_list("number", "inputs_hash"))
    with pytest.raises(CommandError) as refusal:
        run(path)
    said = str(refusal.value)
    assert said.startswith(f"Nothing was changed. {path.name}")
    assert "\n" not in said
    assert list(CatalogVersion.objects.values_list("number", "inputs_hash")) == before
    return said


def written(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


BROKEN_TABLES = {
    "in GBK": (PLACES.encode("gbk"), "line 2: not UTF-8 text"),
    "in UTF-16": (PLACES.encode("utf-16"), "line 1: not UTF-8 text"),
    "in UTF-16 without a mark": (HEAD.encode("utf-16-be"), "line 1: not text: it holds a zero"),
    "with a zero byte": (
        PLACES.replace("广安市", "广\x00安市", 1),
        "line 3: not text: it holds a z",
    ),
    "cut in a quoted cell": (PLACES + '"511602,广安区,3', "not a CSV table"),
    "cut in a quoted name of a column": ('"code,name', "line 1: not a CSV table"),
    "cut in a letter": (PLACES.encode()[:-3], "line 3: not UTF-8 text"),
    "with a cell of 5 MB": (PLACES + "x" * 5_000_000 + ",a,3,,a\r\n", "line 4: not a CSV table"),
    "with a column's name of 5 MB": ("x" * 5_000_000, "line 1: not a CSV table"),
    "without a column": (PLACES.replace("level", "rank"), "line 1: columns missing"),
    "with a column twice": (
        PLACES.replace("full_name", "full_name,name", 1),
        "line 1: two columns",
    ),
    "with nothing in it": ("", "line 1: the file is empty"),
    "with nothing but blanks": ("\r\n \r\n", "line 1: the file is empty"),
    "with nothing but a mark": (b"\xef\xbb\xbf", "line 1: columns missing"),
    "that is a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "line 1: not UTF-8 text"),
}


@pytest.mark.parametrize("what", BROKEN_TABLES)
def test_a_table_that_cannot_be_used_says_line_and_reason(tmp_path, what):
    content, reason = BROKEN_TABLES[what]

    assert reason in refusal_of(written(tmp_path, "places.csv", content))

    assert not Region.objects.exists()


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_mark_at_the_start_and_any_end_of_line_are_no_fault(tmp_path, mark, end):
    path = written(tmp_path, "places.csv", mark + PLACES.replace("\r\n", end))

    assert run(path) == "places.csv: 2 read, 2 made, 0 changed, 0 refused\n"


def test_a_folder_and_a_file_larger_than_any_are_refused(tmp_path):
    assert "this is a folder" in refusal_of(tmp_path)
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(LARGEST + 1)

    assert "larger than 50 MB" in refusal_of(large)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("511600,又一次,2,510000,又一次", "line 4: 511600 is there twice"),
        ("511601,坏,²,510000,坏", "line 4: the level is a number"),
        ("511601,坏,2,511601,坏", "line 4: no division 511601 to belong to"),
        ("٥١١٦٠٢,坏,2,510000,坏", "line 4: a division code has"),
        ("511601,坏,2", "line 4: 3 cells where the first line names 5"),
        (f"511601,{'长' * 61},2,510000,坏", "line 4: name: 61 characters"),
    ],
)
def test_a_row_that_cannot_be_used_says_line_and_reason_and_is_left_out(tmp_path, row, reason):
    said = run(written(tmp_path, "places.csv", PLACES + row + "\r\n"))

    assert "3 read, 2 made, 0 changed, 1 refused" in said
    assert reason in said
    assert dict(Region.objects.values_list("code", "name")) == {
        "510000000000": "四川省",
        "511600000000": "广安市",
    }


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("department", "|", "a guide has a name and a department"),
        ("department", "局" * 130, "department: name: 1"),
        ("life_events", "长" * 200, "life_events: name: 200 characters"),
        ("audience", "人人", "no audience"),
        ("statutory_limit", "９", "the limit is a whole number"),
        ("materials", "纸" * 200, "materials: name: 200 characters"),
    ],
)
def test_a_guide_that_cannot_be_used_is_left_out_with_its_reason(tmp_path, column, value, reason):
    with (DATA / "services_cn_core.csv").open(encoding="utf-8-sig", newline="") as file:
        row = next(csv.DictReader(file))
    run(written(tmp_path, "places.csv", PLACES))
    path = tmp_path / "guides.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow({**row, column: value})

    said = run(path)

    assert f"  line 2: {reason}" in said
    assert set(GUIDES) <= set(row)
    assert not ServiceItem.objects.exists()


BROKEN_JSON = {
    "nothing": ("", "line 1: the file is empty"),
    "half a file": ('{"elements": [\n{"code": ', "line 2: not JSON"),
    "a file in GBK": ('{"名": 1}'.encode("gbk"), "line 1: not UTF-8 text"),
    "a number": ("5", "neither life events, nor elements, nor a release"),
    "no number": ('{"elements": [NaN]}', "a number that is none"),
    "a number without end": ('{"elements": [1e999]}', "a number that is none"),
    "a number of many figures": ('{"elements": [' + "9" * 5_000 + "]}", "too many figures"),
    "far too deep": ("[" * 200_000, "nested too deeply"),
    "too deep": ('{"elements": ' + "[" * 60 + "]" * 60 + "}", "nested too deeply"),
    "a zero in a word": ('{"elements":\n["a\\u0000b"]}', "line 2: characters that cannot be seen"),
    "half a sign": ('{"elements":\n["\\uD800"]}', "line 2: characters that cannot be seen"),
    "a word turned round": ('{"elements":\n["\u202eabc"]}', "line 2: characters that cannot be"),
    "elements that are none": ('{"elements": {"a": 1}}', "no list of elements"),
    "a release without content": ('{"item": "x", "content": 1}', "content: 1 is not of type"),
}


@pytest.mark.parametrize("what", BROKEN_JSON)
def test_json_that_cannot_be_used_says_why(tmp_path, what):
    content, reason = BROKEN_JSON[what]

    assert reason in refusal_of(written(tmp_path, "x.json", content))

    assert not DataElement.objects.exists()


ELEMENT = {
    "code": "person.name",
    "name": {"zh": "姓名", "en": "Name"},
    "kind": "text",
    "sensitivity": "personal",
    "reuse": "case",
    "record_type": None,
    "constraints": {},
}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"code": ["a"]}, "code: ['a'] is not of type 'string'"),
        ({"name": "姓名"}, "name: '姓名' is not of type 'object'"),
        ({"name": {"zh": "姓名"}}, "name: 'en' is a required property"),
        ({"kind": {}}, "kind: {} is not of type 'string'"),
        ({"constraints": "none"}, "constraints: 'none' is not of type 'object'"),
        ({"record_type": "x" * 31}, "record_type: 31 characters, at most 30 fit"),
        ({"extra": 1}, "Additional properties are not allowed"),
    ],
)
def test_an_element_of_another_shape_is_left_out_with_its_reason(tmp_path, changes, reason):
    elements = [{**ELEMENT, **changes}, {**ELEMENT, "code": "person.other"}]

    said = run(written(tmp_path, "elements.json", json.dumps({"elements": elements})))

    assert f"  entry 1: {reason}" in said
    assert list(DataElement.objects.values_list("code", flat=True)) == ["person.other"]


@pytest.mark.parametrize(
    "changes",
    [
        {"id": ["x"]},
        {"id": "a b/c"},
        {"id": "x" * 13},
        {"name": {"zh": "x"}},
        {"name": "长" * 61},
        {"batch": 7},
        {"lead_department": "局" * 31},
        {"members": [{"id": None}]},
        {"members": {"id": "x"}},
        {"audience": ["P"]},
    ],
)
def test_a_life_event_of_another_shape_is_left_out(tmp_path, changes):
    event = {"id": "LE1", "name": "搬家", "audience": "P", "members": [], **changes}

    said = run(written(tmp_path, "events.json", json.dumps([event])))

    assert "1 read, 0 made, 0 changed, 1 refused\n  entry 1: " in said
    assert not LifeEvent.objects.exists()


def changed(path, value):
    """The release file of CN014 with one part of it replaced; `...` takes it out."""
    release = json.loads((DATA / "releases/CN014.json").read_text(encoding="utf-8"))
    part = release
    for step in path[:-1]:
        part = part[step]
    if value is ...:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    return json.dumps(release, ensure_ascii=False)


@pytest.fixture
def offices():
    """What the release of CN014 needs around it: the item, its offices, its elements."""
    item = make_item(code="CN014")
    region = Region.objects.get_or_create(
        code="511602000000", defaults={"name": "广安区", "full_name": "广安区", "level": 3}
    )[0]
    for number, name in enumerate(("区公安分局", "区行政审批局")):
        item.department.__class__.objects.create(code=f"T-000{number}", name=name, region=region)
    run(DATA / "elements.json")
    return item


BROKEN_RELEASES = {
    "no steps": (("content", "steps"), ..., "content: 'steps' is a required property"),
    "steps that are a word": (("content", "steps"), "x", "content/steps: 'x' is not of type"),
    "a step that is a word": (("content", "steps"), ["x"], "content/steps/0: 'x' is not of type"),
    "a step of nobody": (("content", "steps", 0, "department"), "火星局", "no department '火星局'"),
    "pages that are a word": (("content", "pages"), "x", "content/pages: 'x' is not of type"),
    "a page of numbers": (("content", "pages", 0), 7, "content/pages/0: 7 is not of type"),
    "a question of words": (
        ("content", "pages", 0, "questions", 0),
        "x",
        "questions/0: 'x' is not",
    ),
    "an unknown element": (
        ("content", "pages", 0, "questions", 0, "element"),
        "no.such",
        "no element 'no.such'",
    ),
    "a key that is a list": (("content", "pages", 0, "questions", 0, "key"), [], "key: [] is not"),
    "materials that are a word": (("content", "materials"), "x", "materials: 'x' is not of type"),
    "a material without a name": (("content", "materials", 0, "name"), ..., "'name' is a required"),
    "a name without end": (
        ("content", "materials", 0, "name"),
        {"zh": "长" * 121, "en": ""},
        "name: 121 characters, at most 120 fit",
    ),
    "a fact from nowhere": (("content", "facts"), {"a": "x"}, "fact 'a'"),
    "a fact that is no JSON": (("content", "facts"), {"a": "fixed:{"}, "fact 'a'"),
    "a condition that is none": (
        ("content", "pages", 0, "questions", 0, "show_if"),
        {"any": 1},
        "'any' needs a list",
    ),
    "a limit that is a word": (("content", "limits"), "soon", "limits: 'soon' is not of type"),
    "a text that is a number": (("content", "name"), 5, "name: 5 is not of type"),
    "another item": (("item",), "CN015", "it is about 'CN015'"),
    "options that are none": (
        ("content", "pages", 0, "questions", 0, "options"),
        "x",
        "options: 'x' is not of type",
    ),
}


@pytest.mark.parametrize("what", BROKEN_RELEASES)
def test_a_release_of_another_shape_is_refused_with_its_reason(tmp_path, offices, what):
    path, value, reason = BROKEN_RELEASES[what]

    assert reason in refusal_of(written(tmp_path, "CN014.json", changed(path, value)))

    assert not Release.objects.exists()


def test_the_release_itself_is_taken(tmp_path, offices):
    run(written(tmp_path, "CN014.json", changed(("item",), "CN014")))

    assert Release.objects.get().item == offices


def test_a_release_of_an_item_nobody_offers_is_refused(tmp_path, offices):
    ServiceItem.objects.update(code="CN999")

    assert "no item 'CN014'" in refusal_of(
        written(tmp_path, "CN014.json", changed(("item",), "CN014"))
    )


def test_a_file_of_the_default_set_that_is_gone_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr("catalog.loading.run.default_files", lambda: [tmp_path / "departments.csv"])

    with pytest.raises(CommandError, match=r"departments\.csv: No such file"):
        call_command("load_catalog")


def test_the_command_ends_with_a_sentence_and_a_failing_status(tmp_path):
    """As somebody types it: no traceback, and whatever comes after it in a script does not run."""
    path = written(tmp_path, "broken.csv", b"\xff\xfe")
    done = subprocess.run(
        [sys.executable, "manage.py", "load_catalog", str(path)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test"},
    )

    assert done.returncode != 0
    assert "broken.csv, line 1: not UTF-8 text" in done.stderr
    assert "Traceback" not in done.stderr


def test_listed_items_need_all_their_columns(tmp_path):
    names = [name for name in LISTED if name != "division_code"]
    path = written(tmp_path, "items.csv", ",".join(names) + "\n")

    assert "line 1: columns missing" in refusal_of(path)
    assert set(REGIONS) != set(LISTED)
