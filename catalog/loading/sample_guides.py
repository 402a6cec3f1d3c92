"""Releases for guides the source only has in columns: true to the columns, and marked as sample."""

import re
from typing import Any

from catalog.loading.files import Row
from catalog.loading.guide_links import document_code
from catalog.models import Department, ServiceItem

Text = dict[str, str]
USUAL_LIMIT = 20  # the general limit of the Administrative Licensing Law, article 42
NEXT_LAW = re.compile(r"、(?!第|[0-9])")  # articles of one law stay beside its name
AMOUNT = re.compile(r"([0-9]+)元")
AUDIENCE_TEXT = {
    "自然人": ("个人可以办", "People may apply", "person"),
    "法人": ("企业和其他组织可以办", "Firms and other organisations may apply", "organisation"),
}


def sample_content(
    row: Row, item: ServiceItem, department: Department, fee_en: str = ""
) -> dict[str, Any]:
    """A guide without a form, from the columns of one row."""
    basis = [{"text": one} for one in NEXT_LAW.split(row["legal_basis"]) if one]
    return {
        "format": 1,
        **_words(row, item, department),
        "entrustment": None,
        "audience": [AUDIENCE_TEXT[one][2] for one in row.parts("audience")],
        "online": False,
        "eligibility": [
            {"text": _text(*AUDIENCE_TEXT[one][:2]), "condition": None}
            for one in row.parts("audience")
        ],
        "limits": _limits(row),
        "fee": _fee(row, fee_en),
        "visits": 1,
        "basis": basis or [{"text": "源数据没有写依据"}],
        "contacts": _contacts(department),
        "materials": [_material(paper) for paper in dict.fromkeys(row.parts("materials"))],
        "pages": [],
        "steps": [_step(department)],
        "facts": {},
        "outcome": None,
        "faq": [],
    }


def _words(row: Row, item: ServiceItem, department: Department) -> dict[str, Text]:
    words = row.parts("colloquial")
    return {
        "name": _text(item.name, item.name_en),
        "plain_name": _text(words[0] if words else item.name, item.name_en),
        "summary": _text(
            f"由{department.name}办。{_also_said(words)}", f"Handled by: {_english(department)}."
        ),
        "lead": _text(
            "这是示例指南，按公开的法规和常见做法写成。去办之前，请打12345核对一下。",
            "A sample guide, written from public law and common practice. "
            "Please check with 12345 before you set out.",
        ),
    }


def _contacts(department: Department) -> dict[str, Text]:
    return {
        "enquiry": _text("打12345，全天有人接", "Call 12345, answered at any hour"),
        "complaint": _text("打12345，说一声“投诉”", "Call 12345 and say you have a complaint"),
        "hall": _text(
            f"{department.name}的窗口（在哪里、几点开，请打12345问）",
            f"The counter of: {_english(department)} (ask 12345 where it is and when it opens)",
        ),
    }


def _step(department: Department) -> dict[str, Any]:
    return {
        "code": "decide",
        "kind": "decide",
        "department": department.code,
        "title": _text("看材料，作决定", "Papers and decision"),
        "plain": _text(
            f"{department.name}看材料，作决定，结果当面或打电话告诉您。",
            "The office looks at your papers, decides and tells you. "
            f"Office: {_english(department)}.",
        ),
        "limit": None,
    }


def _english(department: Department) -> str:
    return department.name_en or department.name


def _text(zh: str, en: str) -> Text:
    return {"zh": zh, "en": en}


def _also_said(words: list[str]) -> str:
    return f"人们也这样说：{'、'.join(words)}。" if words else ""


def _limits(row: Row) -> dict[str, Any]:
    if not row["statutory_limit"]:
        note = _text(
            "样例承诺：原始数据没有写期限，这是为示例设的。",
            "A sample promise: the source names no limit; this one was set for the sample.",
        )
        promised = {"amount": USUAL_LIMIT, "unit": "working_days", "note": note}
        return {"statutory": None, "promised": promised}
    amount = int(row["statutory_limit"])
    if amount == 0:
        note = _text("当场办完", "Done while you wait")
        return {
            "statutory": None,
            "promised": {"amount": 0, "unit": "working_days", "note": note},
        }
    unit = "working_days" if row["limit_unit"] == "工作日" else "natural_days"
    limit = {"amount": amount, "unit": unit, "note": None}
    return {"statutory": limit, "promised": limit}


def _fee(row: Row, fee_en: str) -> dict[str, Any]:
    fee = row["fee"]
    if fee == "免费":
        return {"amount": 0, "text": _text("不收费", "Free of charge"), "basis": None}
    amount = AMOUNT.search(fee)
    return {
        "amount": int(amount[1]) if amount else 0,
        "text": _text(fee, fee_en),
        "basis": _text(
            "源数据没有写收费依据，请打12345核对",
            "The source does not name the basis of the fee; please check with 12345",
        ),
    }


def _material(paper: str) -> dict[str, Any]:
    return {
        "code": document_code(paper),
        "name": _text(paper, ""),
        "issuer": _text("由您准备", "You bring it"),
        "note": None,
        "proven_by": None,
        "show_if": None,
        "required": True,
        "upload": None,
    }
