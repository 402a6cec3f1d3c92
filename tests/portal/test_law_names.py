"""Names of laws stand between title marks, wherever somebody reads on what a thing rests."""

import csv
import re

from catalog.loading.names import DATA
from catalog.loading.sample_guides import NEXT_LAW
from tests.portal.test_one_name import ROOT, sentences

BARE = re.compile(r"(法|法典|条例|办法|规定|细则)第[0-9一二三四五六七八九十百]+条")
RULES = ROOT / "applications" / "compliance" / "data" / "compliance_rules.json"


def guides_basis() -> list[str]:
    with (DATA / "services_cn_core.csv").open(encoding="utf-8-sig", newline="") as file:
        return [row["legal_basis"] for row in csv.DictReader(file)]


def test_no_law_is_named_without_its_marks():
    said = [text for _where, text in sentences()]
    said += guides_basis() + RULES.read_text(encoding="utf-8").splitlines()

    assert [text for text in said if BARE.search(text)] == []


def test_articles_stay_beside_the_law_they_are_of():
    laws = NEXT_LAW.split("《公司法》第29条、第30条、《市场主体登记管理条例》第19条")

    assert laws == ["《公司法》第29条、第30条", "《市场主体登记管理条例》第19条"]
    assert [one for row in guides_basis() for one in NEXT_LAW.split(row) if one[0] == "第"] == []
