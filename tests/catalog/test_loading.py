"""Loading: repeatable, accountable row by row, all or nothing."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalog.loading.listed import COLUMNS as LISTED
from catalog.loading.names import DATA
from catalog.loading.regions import COLUMNS as REGIONS
from catalog.loading.report import BrokenFile
from catalog.loading.run import load_default, load_file
from catalog.models import (
    Alias,
    CalendarDay,
    CatalogVersion,
    DataElement,
    Department,
    LifeEvent,
    Region,
    Release,
    SearchTerm,
    ServiceItem,
    Subject,
)
from catalog.models.life_event import LifeEventMember
from catalog.schema.definition import Definition

pytestmark = pytest.mark.django_db

PLACES = [
    ["510000", "四川省", "1", "", "四川省"],
    ["511600", "广安市", "2", "510000", "四川省/广安市"],
    ["511602", "广安区", "3", "511600", "四川省/广安市/广安区"],
]
ITEM = ["GA0001", "居住证办理", "", "区公安分局", "20", "公共服务", "512B-X", "511602"]


def table(path: Path, columns, rows) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    return path


@pytest.fixture
def places(tmp_path):
    return table(tmp_path / "places.csv", REGIONS, PLACES)


@pytest.fixture
def loaded_places(places):
    load_file(places)


def load_items(tmp_path, *rows):
    return load_file(table(tmp_path / "items.csv", LISTED, rows))[0]


def run(*args, **options) -> str:
    said = StringIO()
    call_command("load_catalog", *args, stdout=said, **options)
    return said.getvalue()


def test_the_whole_default_set_is_loaded_and_loading_it_again_changes_nothing():
    reports = {report.name: report for report in load_default()}

    assert Region.objects.count() == 3351
    assert [one.line for one in reports["divisions_cn.csv"].refused] == [2172, 2174, 2333]
    assert ServiceItem.objects.filter(code__startswith="GA").count() == 1135
    assert ServiceItem.objects.filter(code__startswith="CN").count() == 235
    assert ServiceItem.objects.filter(code__startswith="GA", listed_only=True).count() == 1135
    assert Release.objects.published().filter(is_sample=True).count() == 235
    assert Department.objects.filter(is_sample=True).count() == 1
    assert LifeEvent.objects.count() == 42
    assert Subject.objects.count() == 28
    assert DataElement.objects.count() == reports["elements.json"].read
    assert CalendarDay.objects.filter(provisional=False).exists()
    assert not ServiceItem.objects.filter(code__startswith="CN", name_en="").exists()
    assert not Department.objects.filter(name_en="").exists()
    matched = ServiceItem.objects.get(code="CN014").similar.values_list("code", flat=True)
    assert list(matched) == ["GA0029"]
    _six_are_whole()
    _ordered_and_english()

    version, terms = CatalogVersion.objects.get().number, SearchTerm.objects.count()
    assert load_default() == []
    assert CatalogVersion.objects.get().number == version

    again = load_default(again=True)
    assert [(report.made, report.changed) for report in again] == [(0, 0)] * len(again)
    assert SearchTerm.objects.count() == terms


def _ordered_and_english():
    newborn = LifeEventMember.objects.filter(event__source_id="LE01").order_by("position")
    codes = list(newborn.values_list("item__code", flat=True))
    assert codes[:3] == ["CN042", "CN043", "CN005"]
    fees = [one["fee"]["text"] for one in Release.objects.values_list("content", flat=True)]
    assert [fee for fee in fees if not fee["en"]] == []
    by_nationality = next(fee for fee in fees if fee["zh"] == "按国别收费")
    assert by_nationality["en"] == "The fee depends on the nationality"


def _six_are_whole():
    """The six services handled online: own forms, own steps, both languages, known registers."""
    online = Release.objects.filter(content__online=True).select_related("item__department")
    definitions = {one.item.code: Definition.read(one.content) for one in online}
    assert set(definitions) == {"CN005", "CN014", "CN058", "CN065", "CN100", "CN191"}
    offices = {one.item.code: one.item.department.name for one in online}
    assert offices == {
        "CN005": "区公安分局",
        "CN014": "区公安分局",
        "CN058": "区行政审批局",
        "CN065": "区行政审批局",
        "CN100": "区民政局",
        "CN191": "区发改局",
    }
    names = dict(Department.objects.values_list("code", "name"))
    steps = {
        code: [names[step.department] for step in definition.steps]
        for code, definition in definitions.items()
    }
    assert steps["CN100"] == ["区公安分局", "区行政审批局"]
    assert steps["CN014"] == steps["CN191"] == ["区行政审批局", "区行政审批局"]
    assert len({tuple(q.key for q in one.questions()) for one in definitions.values()}) == 6
    for code, definition in definitions.items():
        assert definition.pages, code
        for question in definition.questions():
            assert question.title.zh, code
            assert question.title.en, code
            # What no register holds is asked with a reason that is public.
            assert question.reuse in ("register", "profile", "reaffirm") or question.reason, (
                f"{code} asks {question.key} without saying why"
            )


def test_a_run_says_rows_read_made_changed_and_refused(tmp_path, places):
    assert run(places) == "places.csv: 3 read, 3 made, 0 changed, 0 refused\n"
    assert run(places) == "places.csv: 3 read, 0 made, 0 changed, 0 refused\n"
    renamed = [*PLACES[:2], ["511602", "新广安区", "3", "511600", "四川省/广安市/新广安区"]]
    table(places, REGIONS, renamed)
    assert run(places) == "places.csv: 3 read, 0 made, 1 changed, 0 refused\n"


def test_a_bad_row_is_refused_with_its_line_and_the_rest_is_kept(tmp_path, places):
    bad = [["51160X", "坏", "3", "511600", "坏"], ["511603", "", "3", "511600", "x"]]
    table(places, REGIONS, [*PLACES, *bad, ["511603", "前锋区", "3", "511600", "前锋区"]])

    said = run(places)

    assert "6 read, 4 made, 0 changed, 2 refused" in said
    assert "line 5: a division code has 6 or 12 digits" in said
    assert "line 6: a division has a name and a full name" in said
    assert Region.objects.count() == 4


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("id", "drop table", "two capital letters"),
        ("name", "", "a name and a department"),
        ("name", "长" * 201, "201 characters, at most 200 fit"),
        ("name", "居住\x07证", "cannot be seen"),
        ("name", "居住\u202e证", "cannot be seen"),
        ("department", "", "a name and a department"),
        ("department", "居住证办理", "the columns are shifted"),
        ("department", "局" * 121, "121 characters, at most 120 fit"),
        ("item_type_code", "99", "no kind of item"),
        ("item_type_code", "😀", "no kind of item"),
        ("division_code", "999999", "no division"),
        ("item_code", "x" * 81, "81 characters, at most 80 fit"),
    ],
)
def test_what_an_item_cannot_be_is_refused(tmp_path, loaded_places, column, value, reason):
    row = [value if name == column else cell for name, cell in zip(LISTED, ITEM, strict=True)]

    report = load_items(tmp_path, row)

    assert [(one.line, reason in one.reason) for one in report.refused] == [(2, True)]
    assert not ServiceItem.objects.exists()
    assert not Department.objects.exists()


def test_a_row_with_too_few_cells_and_an_item_named_twice_are_refused(tmp_path, loaded_places):
    report = load_items(tmp_path, ITEM, ITEM, ITEM[:4])
    assert (report.read, report.made) == (3, 1)
    assert [one.line for one in report.refused] == [3, 4]


def test_a_department_has_the_credit_code_of_its_items_or_a_temporary_one(tmp_path, loaded_places):
    real = "511A-511602000000-000-11511301008778298W-1-00"
    load_items(
        tmp_path,
        ["GA0001", "甲", "", "区民政局", "5", "", real, "511602"],
        ["GA0002", "乙", "", "区烟草局", "1", "", "511A-TE5116020105116050-1", "511602"],
        ["GA0003", "丙", "", "区冒名局", "1", "", real, "511602"],
    )

    codes = dict(Department.objects.values_list("name", "code"))
    assert codes["区民政局"] == "11511301008778298W"
    assert codes["区烟草局"].startswith("T-511602-")
    assert codes["区冒名局"].startswith("T-511602-")
    assert Department.objects.filter(has_temporary_code=True).count() == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"code,name\n1,x\n", "columns missing"),
        (b"", "the file is empty"),
        ("code,name,level,parent_code,full_name\n511602,广".encode("gbk"), "not UTF-8 text"),
        (b'code,name,level,parent_code,full_name\n"open,x\n', "not a CSV table"),
        (b"\xff\xfe\x00\x01", "not UTF-8 text"),
    ],
)
def test_a_broken_table_changes_nothing(tmp_path, loaded_places, content, reason):
    broken = tmp_path / "broken.csv"
    broken.write_bytes(content)
    before = CatalogVersion.objects.get().number

    with pytest.raises(CommandError, match=reason) as refusal:
        run(broken)

    assert str(refusal.value).startswith("Nothing was changed.")
    assert CatalogVersion.objects.get().number == before
    assert Region.objects.count() == 3


def test_a_table_that_breaks_off_keeps_none_of_its_rows(tmp_path, places):
    good = places.read_text(encoding="utf-8")
    places.write_text(good + '"511603,never closed\n', encoding="utf-8")
    with pytest.raises(CommandError, match="not a CSV table"):
        run(places)
    assert not Region.objects.exists()


def test_a_run_that_fails_at_its_end_keeps_nothing(places, monkeypatch):
    def fail():
        raise BrokenFile("postings", "no room left")

    monkeypatch.setattr("catalog.loading.run.build_postings", fail)
    with pytest.raises(CommandError, match="no room left"):
        run(places)
    assert not Region.objects.exists()


@pytest.mark.parametrize(
    "content", ["{", "[1, 2", '{"what": 1}', "5", '{"elements": "none"}', "[" * 100_000]
)
def test_broken_json_changes_nothing(tmp_path, content):
    broken = tmp_path / "broken.json"
    broken.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match="Nothing was changed"):
        run(broken)
    assert not DataElement.objects.exists()


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path):
    with pytest.raises(CommandError, match="there is no such file"):
        run(tmp_path / "nowhere.csv")


def test_rows_of_json_are_refused_one_by_one(tmp_path):
    elements = json.loads((DATA / "elements.json").read_text(encoding="utf-8"))["elements"]
    unknown_kind = {**elements[1], "kind": "telepathy"}
    path = tmp_path / "elements.json"
    path.write_text(json.dumps({"elements": [elements[0], unknown_kind, 7]}), encoding="utf-8")

    report = load_file(path)[0]

    assert (report.read, report.made) == (3, 1)
    assert [one.line for one in report.refused] == [2, 3]


def test_an_item_that_was_published_is_not_listed_only_again(tmp_path, loaded_places):
    load_items(tmp_path, ITEM)
    ServiceItem.objects.update(listed_only=False)
    report = load_items(tmp_path, ITEM)
    assert report.changed == 1  # it has no release, so it is listed only
    assert ServiceItem.objects.get().listed_only is True


def test_citizens_words_taken_out_of_the_file_are_taken_out_of_the_catalogue(tmp_path):
    load_file(table(tmp_path / "places.csv", REGIONS, PLACES))
    source = (DATA / "services_cn_core.csv").read_text(encoding="utf-8").splitlines()
    guide = tmp_path / "guides.csv"
    row = next(line for line in source if line.startswith("CN101,"))
    guide.write_text(f"{source[0]}\n{row}\n", encoding="utf-8")
    load_file(guide)
    assert Alias.objects.filter(item__code="CN101", words="扯证").exists()

    guide.write_text(f"{source[0]}\n{row.replace('|扯证', '')}\n", encoding="utf-8")
    load_file(guide)

    assert not Alias.objects.filter(words="扯证").exists()
    assert Alias.objects.filter(item__code="CN101", words="领结婚证").exists()
