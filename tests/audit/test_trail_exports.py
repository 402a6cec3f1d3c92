"""Files of the trail: asked for by one supervisor, allowed by another, fetched and recorded."""

import csv
import io
import stat
from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from applications.actions.reveal_answer import REASONS
from audit.actions.answer_export import answer_export
from audit.actions.ask_for_export import ask_for_export
from audit.directory import Post
from audit.exports import content
from audit.exports.content import Written
from audit.exports.expire import expire_exports
from audit.exports.files import path_of, pieces_of
from audit.exports.models import TrailExport
from audit.kernel.errors import Refused
from audit.marks.copies import hide_copy, mark_copy, read_copy
from audit.models import AuditEntry, AuditSubject
from audit.outbox import take_all
from audit.selectors import TrailSearch
from audit.sentinel.models import Habit
from audit.trail import ObjectRef, record
from identity.models import Terminal
from tests.conftest import close_gate
from tests.factories.desk import make_in_hand
from tests.factories.identity import (
    make_citizen,
    make_number,
    make_organisation,
    make_person,
    make_posting,
    officer_actor,
    sign_in,
)
from tests.factories.room import TRAIL, ask, look, subjects_of_last, text
from tests.factories.trail import sentinel_reads

pytestmark = pytest.mark.django_db

INQUIRY = {"inquiry": "川监〔2026〕12号", "ground": "review"}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.EXPORTS_ROOT = tmp_path / "exports"
    return settings.EXPORTS_ROOT


@pytest.fixture
def asker():
    return make_posting(capacity="supervisor")


@pytest.fixture
def second():
    return make_posting(capacity="supervisor")


def asked(asker, kind="entries", **search) -> TrailExport:
    search.setdefault("since", timezone.now() - timedelta(days=1))
    return ask_for_export(
        actor=officer_actor(asker),
        kind=kind,
        search=TrailSearch(**search),
        post=search.pop("post", None),
        **INQUIRY,
    )


def made(asker, second, **search) -> TrailExport:
    export = asked(asker, **search)
    answer_export(actor=officer_actor(second), number=export.number, allow=True)
    take_all()
    export.refresh_from_db()
    return export


def table(raw: bytes) -> list[list[str]]:
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw[3:].decode())))


def content_of(export) -> bytes:
    return b"".join(pieces_of(export))


def names_in(verb: str) -> list[int]:
    """How many persons each entry of a verb names, oldest first."""
    entries = AuditEntry.objects.filter(verb=verb).order_by("id")
    return [AuditSubject.objects.filter(entry_id=one.pk).count() for one in entries]


def test_a_search_is_saved_as_a_file_by_two_supervisors_and_fetched(client, asker, second):
    number = make_number()
    person, clerk = make_person(name="李晓", number=number), make_posting()
    look(clerk, person)
    sign_in(client, asker.account)
    found = ask(client, {"officer": clerk.officer_code})
    address = f"{TRAIL}exports/ask/?search={found.context['word']}"
    assert clerk.officer_code in text(client.get(address))

    waiting = client.post(address, INQUIRY, follow=True)
    export = TrailExport.objects.get()
    assert 'value="allow"' not in text(waiting)
    answer = f"{TRAIL}exports/{export.number}/answer/"
    assert client.post(answer, {"answer": "allow"}).status_code == 403

    sign_in(client, second.account)
    assert 'value="allow"' in text(client.get(f"{TRAIL}exports/?state=asked"))
    client.post(answer, {"answer": "allow"})
    take_all()
    sign_in(client, asker.account)
    assert f"{TRAIL}exports/{export.number}/file/" in text(client.get(f"{TRAIL}exports/"))
    answer = client.post(f"{TRAIL}exports/{export.number}/file/")

    rows = table(answer.getvalue())
    fetched = AuditEntry.objects.get(verb="trail.downloaded")
    assert subjects_of_last("trail.downloaded") == {person.pk}
    assert rows[0] == [f"副本{mark_copy(fetched.pk)}{hide_copy(fetched.pk)}", asker.officer_code]
    assert rows[1][:2] == ["留痕编号", "什么时候"]
    [row] = rows[2:]
    assert row[0] == str(AuditEntry.objects.get(verb="application.viewed").pk)
    assert row[2:4] == [clerk.officer_code, clerk.department.name]
    assert row[6:8] == ["打开办件", "application.viewed"]
    assert row[10] == f"李* {number[:3]}{'*' * 13}{number[-2:]}"
    assert number not in answer.getvalue().decode()
    named = f'attachment; filename="{export.number}-{mark_copy(fetched.pk)}.csv"'
    assert answer["Content-Disposition"] == named
    acts = AuditEntry.objects.filter(verb__regex="^trail[.](export|downloaded)").order_by("id")
    assert [one.verb for one in acts] == [
        "trail.export_asked",
        "trail.export_approved",
        "trail.export_made",
        "trail.export_made",
        "trail.downloaded",
    ]


def test_the_file_is_for_the_portals_account_only_and_known_by_its_hash(asker, second):
    look(make_posting(), make_person())

    export = made(asker, second)

    path = path_of(export)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert export.sha256 == sha256(content_of(export)).hexdigest()
    assert list(path.parent.iterdir()) == [path]


def test_people_in_a_file_can_see_who_took_it_in_portions(asker, second, monkeypatch):
    clerk = make_posting()
    people = [make_person() for _ in range(5)]
    for person in [*people, *people]:
        look(clerk, person)
    monkeypatch.setattr(content, "NAMED_AT_ONCE", 2)

    made(asker, second, officer=clerk.officer_code)

    assert names_in("trail.export_made") == [0, 2, 2, 1]
    entry = AuditEntry.objects.filter(verb="trail.export_made").latest("id")
    assert (entry.actor, entry.actor_label) == (asker.account_id, asker.officer_code)


def test_the_person_in_a_file_reads_of_it_under_who_looked(client, asker, second):
    person = make_person()
    look(make_posting(), person)
    made(asker, second)

    sign_in(client, make_citizen(person=person))
    page = text(client.get("/my/access/"))

    assert "把和您有关的记录存成了文件" in page
    assert "经两个人同意" in page
    assert asker.department.name in page


def test_whose_data_an_officer_opened_has_everybody_once(asker, second):
    clerk, firm = make_posting(), make_organisation()
    often, once = make_person(name="李晓"), make_person(name="王芳")
    look(clerk, often)
    look(clerk, firm)
    look(clerk, once)
    look(clerk, often)
    look(make_posting(), make_person())

    export = made(asker, second, kind="people", officer=clerk.officer_code)

    rows = table(content_of(export))
    assert rows[0][:2] == ["谁的资料", "涉及几条留痕"]
    assert [(row[0].split(" ")[0], row[1]) for row in rows[1:]] == [
        ("李*", "2"),
        ("王*", "1"),
        (firm.name.split(" ")[0], "1"),
    ]
    assert firm.credit_code in rows[3][0]
    assert (export.rows, export.is_cut) == (3, False)


def test_what_happens_after_asking_is_not_in_the_file(asker, second):
    clerk = make_posting()
    look(clerk, make_person())
    export = asked(asker, officer=clerk.officer_code)
    look(clerk, make_person())

    answer_export(actor=officer_actor(second), number=export.number, allow=True)
    take_all()

    assert len(table(content_of(export))) == 2


def test_a_file_that_would_be_too_long_says_so_in_its_last_line(asker, second, monkeypatch):
    clerk = make_posting()
    for _ in range(5):
        look(clerk, make_person())
    monkeypatch.setattr(content, "MOST_ROWS", 3)
    monkeypatch.setattr(content, "PORTION", 2)

    export = made(asker, second, officer=clerk.officer_code)

    rows = table(content_of(export))
    assert len(rows) == 1 + 3 + 1
    assert rows[-1] == ["后面还有。请把时间定短一些。"]
    assert (export.rows, export.is_cut) == (3, True)


def test_a_number_of_nobody_is_told_as_nothing_found(asker, second):
    clerk = make_posting()
    record(actor=officer_actor(clerk), verb="person.looked_up", outcome="refused")

    export = made(asker, second, officer=clerk.officer_code)

    assert table(content_of(export))[1][12] == "没查到"


def test_a_row_says_on_which_device_and_which_covered_value_was_seen_and_why(client, asker, second):
    case, clerk = make_in_hand()
    Terminal.objects.create(account=clerk.account, sign_in="test", device="abcdef0123")
    look(clerk, make_person())
    sign_in(client, clerk.account)
    client.post(f"/admin/desk/{case.reference}/reveal/citizen_number/", {"reason": "compare"})
    close_gate()

    export = made(asker, second, officer=clerk.officer_code)

    rows = {row[7]: row for row in table(content_of(export))[1:]}
    assert rows["application.viewed"][5] == "ABCDEF"
    assert rows["application.viewed"][8] == ""
    assert rows["value.revealed"][8] == f"身份证号。原因：{REASONS['compare']}"


def test_words_that_a_spreadsheet_would_run_are_only_words(asker, second):
    clerk = make_posting()
    look(clerk, make_person(name="=1+1"))

    export = made(asker, second, officer=clerk.officer_code)

    assert table(content_of(export))[1][10].startswith("'=")


def test_whoever_asked_cannot_allow_it_by_no_road(asker):
    export = asked(asker)

    with pytest.raises(Refused) as refused:
        answer_export(actor=officer_actor(asker), number=export.number, allow=True)
    assert refused.value.status == 403
    with pytest.raises(IntegrityError, match="audit_export_takes_two"), transaction.atomic():
        TrailExport.objects.filter(pk=export.pk).update(
            state="approved", answered_by=asker.account_id, answered_label="OTHER"
        )


def test_nobody_decides_about_a_file_on_oneself_under_whatever_posting(asker, second):
    post = Post(account=second.account_id, capacity="clerk", department="T")
    export = ask_for_export(
        actor=officer_actor(asker),
        kind="entries",
        search=TrailSearch(officer="FORMER-1"),
        post=post,
        **INQUIRY,
    )
    own = asked(asker, officer=second.officer_code)

    for one in (export, own):
        with pytest.raises(Refused) as refused:
            answer_export(actor=officer_actor(second), number=one.number, allow=True)
        assert refused.value.code == "trail.no_such_file"
        with pytest.raises(IntegrityError, match="not_by_whom"), transaction.atomic():
            TrailExport.objects.filter(pk=one.pk).update(
                state="approved",
                answered_by=second.account_id,
                answered_label=second.officer_code,
            )


def test_nothing_is_made_without_an_answer_and_the_request_cannot_be_changed(asker, second):
    export = asked(asker, officer="X-1")
    mine = TrailExport.objects.filter(pk=export.pk)

    with pytest.raises(IntegrityError, match="made_only_when"), transaction.atomic():
        mine.update(state="approved")
    for change in ({"officer": "Y-2"}, {"asked_by": second.account_id}, {"until": timezone.now()}):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            mine.update(**change)
    with pytest.raises(DatabaseError, match="does not go from asked to made"), transaction.atomic():
        mine.update(state="made", answered_by=second.account_id, answered_label="Z")
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        mine.delete()


def test_an_answer_stands(asker, second):
    export = asked(asker)
    answer_export(actor=officer_actor(second), number=export.number, allow=False, words="范围太大")

    with pytest.raises(Refused) as refused:
        answer_export(actor=officer_actor(second), number=export.number, allow=True)
    assert refused.value.status == 409
    with pytest.raises(DatabaseError, match="does not go from refused"), transaction.atomic():
        TrailExport.objects.filter(pk=export.pk).update(state="approved")


def test_a_refused_file_is_never_made_nor_fetched(client, asker, second):
    export = asked(asker)
    answer_export(actor=officer_actor(second), number=export.number, allow=False, words="范围太大")

    take_all()
    sign_in(client, asker.account)
    assert client.post(f"{TRAIL}exports/{export.number}/file/").status_code == 409
    assert not path_of(export).exists()


def test_only_the_two_who_know_of_it_fetch_the_file_and_each_copy_has_its_number(
    client, asker, second
):
    look(make_posting(), make_person())
    export = made(asker, second)
    address = f"{TRAIL}exports/{export.number}/file/"

    sign_in(client, make_posting(capacity="supervisor").account)
    assert client.post(address).status_code == 404
    copies = []
    for one in (asker, second):
        sign_in(client, one.account)
        copies.append(client.post(address).getvalue())

    fetched = AuditEntry.objects.filter(verb="trail.downloaded").order_by("id")
    assert [read_copy(one.decode()) for one in copies] == [entry.pk for entry in fetched]
    assert table(copies[0])[1:] == table(copies[1])[1:]


def test_whom_a_fetched_file_names_left_the_house_with_it(client, asker, second):
    for _ in range(3):
        look(make_posting(), make_person())
    export = made(asker, second)
    sign_in(client, asker.account)
    client.post(f"{TRAIL}exports/{export.number}/file/")

    sentinel_reads()

    assert Habit.objects.get(officer=asker.officer_code).exported == 3


def test_after_seven_days_the_file_is_gone_and_the_request_stays(
    client, asker, second, django_capture_on_commit_callbacks
):
    look(make_posting(), make_person())
    export = made(asker, second)
    TrailExport.objects.filter(pk=export.pk).update(
        state="fetched", made_at=timezone.now() - timedelta(days=7, seconds=1)
    )

    with django_capture_on_commit_callbacks(execute=True):
        assert expire_exports() == 1

    assert not path_of(export).exists()
    export.refresh_from_db()
    assert export.state == "expired"
    assert AuditEntry.objects.filter(verb="trail.export_expired").count() == 1
    sign_in(client, asker.account)
    assert client.post(f"{TRAIL}exports/{export.number}/file/").status_code == 409
    assert expire_exports() == 0


def test_a_request_nobody_answers_ends_as_well_and_a_fresh_one_stays(asker):
    fresh = asked(asker)
    values = {field: getattr(fresh, field) for field in ("kind", "inquiry", "ground", "until")}
    old = TrailExport.objects.create(
        number="TF-2026-OLD",
        asked_by=asker.account_id,
        asked_label=asker.officer_code,
        asked_department=asker.department.code,
        asked_region=asker.department.region_id,
        asked_at=timezone.now() - timedelta(days=8),
        **values,
    )
    on = ObjectRef("trail.export", old.number)
    record(actor=officer_actor(asker), verb="trail.export_asked", on=on)

    assert expire_exports() == 1

    states = dict(TrailExport.objects.values_list("number", "state"))
    assert states == {old.number: "expired", fresh.number: "asked"}


def test_a_job_that_fails_leaves_no_file_and_is_tried_again(asker, second, monkeypatch):
    export = asked(asker)
    answer_export(actor=officer_actor(second), number=export.number, allow=True)

    def breaks(*_: object) -> Written:
        raise OSError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(TrailExport, "save", breaks)
        take_all()
    assert not path_of(export).exists()
    export.refresh_from_db()
    assert export.state == "approved"


@pytest.mark.parametrize(
    "inquiry", ["", "12", "张三的事", "核查 12 号", "x" * 41, "监,12", "12\r\n13", "=cmd12"]
)
def test_an_inquiry_number_is_no_sentence(client, asker, inquiry):
    sign_in(client, asker.account)
    clerk = make_posting()

    answer = client.post(
        f"{TRAIL}exports/ask/?officer={clerk.officer_code}", {**INQUIRY, "inquiry": inquiry}
    )

    assert 'href="#id_inquiry"' in text(answer)
    assert not TrailExport.objects.exists()


def test_a_week_of_an_officer_the_people_and_a_case_can_be_asked_for(client, asker):
    sign_in(client, asker.account)
    clerk = make_posting()
    base = f"{TRAIL}exports/ask/?officer={clerk.officer_code}"

    client.post(f"{base}&week=2026-W40", INQUIRY)
    client.post(f"{base}&kind=people&since=2026-01-01&until=2026-06-30", INQUIRY)
    client.post(f"{base}&since=x&until=2026-13-45", INQUIRY)

    week, people, odd = TrailExport.objects.order_by("asked_at")
    assert (week.kind, timezone.localtime(week.since).date().isoformat()) == (
        "entries",
        "2026-09-28",
    )
    assert (week.until - week.since).days == 7
    assert (people.kind, timezone.localtime(people.until).date().isoformat()) == (
        "people",
        "2026-07-01",
    )
    assert people.about_account == clerk.account_id
    assert odd.until <= timezone.now()
    assert client.get(f"{TRAIL}exports/ask/").status_code == 302
    assert client.get(f"{TRAIL}exports/ask/?reference=YB-2026-0000-0000").status_code == 302


def test_people_need_an_officer_and_a_first_day(asker):
    with pytest.raises(Refused):
        asked(asker, kind="people")
    with pytest.raises(Refused):
        asked(asker, kind="people", officer="X-1", since=None)


def test_the_list_is_recorded_with_the_people_it_names(client, asker):
    person = make_person(name="李晓")
    asked(asker, person=person.pk)
    sign_in(client, asker.account)

    page = text(client.get(f"{TRAIL}exports/"))

    assert "李*" in page
    assert subjects_of_last("trail.viewed") == {person.pk}


@pytest.mark.parametrize("capacity", ["clerk", "lead", "sysadmin"])
def test_files_are_for_supervisors(client, capacity, asker):
    export = asked(asker)
    sign_in(client, make_posting(capacity=capacity).account)

    assert client.get(f"{TRAIL}exports/").status_code == 403
    assert client.get(f"{TRAIL}exports/ask/").status_code == 403
    for way in ("answer", "file"):
        assert client.post(f"{TRAIL}exports/{export.number}/{way}/").status_code == 403
