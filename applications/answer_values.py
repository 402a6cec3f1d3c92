"""One answer as a case keeps it: where it came from, sealed where it is sensitive.

Beside what `Answers` describes, an entry may carry `"raw"` (typed, but not usable yet), `"checked"`
(false: its register did not answer), `"register_value"` and `"register"` (what a register says
where the applicant says otherwise, and which one) and `"note"` (the applicant's own words).
Entries under `record:<element>` hold what only the rules ask for.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone

from catalog.schema.definition import Question
from catalog.schema.elements import kinds
from catalog.text import in_english
from identity.sealed.masks import MASK_OF_KIND
from identity.sealed.text import is_sealed_text, open_text, seal_text

Entry = dict[str, Any]

YOU = "you"
SENSITIVE = "sensitive"
CHINESE = re.compile("[\u3400-\u9fff]")
MOST_KEPT = 20_000
MOST_NOTE = 1000
PROVENANCE = ("source", "authority", "as_of", "snapshot")
CARRIED = ("checked", "register", "register_value", "note")
AS_JSON = "json:"
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def keep(value: Any, application_id: UUID, key: str, *, sensitive: bool, mask: str = "text") -> Any:
    """A value as it goes into the answers: sealed if its element is sensitive."""
    if not sensitive:
        return value
    is_plain = isinstance(value, str) and not value.startswith(AS_JSON)
    text = value if is_plain else AS_JSON + json.dumps(value)
    return seal_text(text, _place(application_id, key), mask=mask)


def plain(kept: Any, application_id: UUID, key: str) -> Any:
    """The value again. Only behind an entry of the trail, like every reading of answers."""
    if not is_sealed_text(kept):
        return kept
    text = open_text(kept, _place(application_id, key))
    return json.loads(text.removeprefix(AS_JSON)) if text.startswith(AS_JSON) else text


def opened(
    values: Mapping[str, Mapping[str, Any]], application_id: UUID
) -> dict[str, Mapping[str, Any]]:
    """The answers with their sealed values opened, for rules to compare. Never for a page."""
    return {
        key: {**entry, "value": plain(entry["value"], application_id, key)}
        if is_sealed_text(entry.get("value"))
        else entry
        for key, entry in values.items()
    }


def keep_answer(question: Question, value: Any, application_id: UUID) -> Any:
    """The answer to a question as it is kept."""
    mask = MASK_OF_KIND.get(question.kind, "text")
    sensitive = question.sensitivity == SENSITIVE
    return keep(value, application_id, question.key, sensitive=sensitive, mask=mask)


def answered(question: Question, entry: Entry, value: Any, application_id: UUID) -> Entry:
    """The entry after the applicant gave this value; a register's own value stays beside it."""
    carried = {name: entry[name] for name in CARRIED if name in entry}
    if value is None:
        return carried
    if is_from_register(entry):
        carried["register_value"] = entry["value"]
        carried["register"] = {name: entry.get(name) for name in PROVENANCE}
    return {
        "value": keep_answer(question, value, application_id),
        "source": YOU,
        "as_of": timezone.now().isoformat(),
        "edited": "register" in carried,
        **carried,
    }


def keep_raw(question: Question, raw: str, application_id: UUID) -> Any:
    """What was typed and cannot be used yet, so that nothing is lost."""
    text = UNSTORABLE.sub("\ufffd", raw)[:MOST_KEPT]
    sensitive = question.sensitivity == SENSITIVE
    return keep(text, application_id, question.key, sensitive=sensitive)


def typed(question: Question, entry: Entry, application_id: UUID) -> str:
    """What stands in the field when the form is opened again; sealed values are never put there."""
    if "raw" in entry:
        return str(plain(entry["raw"], application_id, question.key))
    if "value" not in entry or is_sealed_text(entry["value"]):
        return ""
    return str(kinds.get(question.kind)().typed(entry["value"]))


def restored(entry: Entry) -> Entry:
    """The entry as its register has it, after the applicant no longer says otherwise."""
    if "register" not in entry:
        return {name: part for name, part in entry.items() if name != "raw"}
    return {"value": entry["register_value"], **entry["register"], "edited": False}


def note_of(text: str) -> str:
    """The applicant's own words about a value, as they may be kept."""
    return UNSTORABLE.sub("\ufffd", text).strip()[:MOST_NOTE]


def is_from_register(entry: Entry) -> bool:
    """Whether a register said this, and the applicant did not say otherwise."""
    return "value" in entry and entry.get("source", YOU) != YOU


def language_of(text: str) -> str:
    """The language to mark on a value that is not in the reader's language."""
    return "zh-Hans" if in_english() and CHINESE.search(text) else ""


def _place(application_id: UUID, key: str) -> str:
    return f"applications_answers.values:{application_id}:{key}"
