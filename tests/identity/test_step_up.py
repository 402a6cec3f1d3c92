"""What opens much waits on the code page, with all that was typed, and no action goes round it."""

from datetime import timedelta

import pyotp
import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audit.actions.answer_export import answer_export
from audit.actions.ask_for_export import ask_for_export
from audit.actions.fetch_export import fetch_export
from audit.exports.models import TrailExport
from audit.keeping.erasing import Ground
from audit.kernel.errors import Refused
from audit.leaks.search import search_leak
from audit.models import AuditEntry
from audit.selectors import TrailSearch
from identity.actions.ask_hold import HoldRequest, ask_hold
from identity.actions.confirm_hold import confirm_hold
from identity.actions.declare_relative import ask_end_of_relative, declare_relative
from identity.actions.end_relative import end_relative
from identity.actions.protect_person import end_protection, protect_person
from identity.actions.renew_hold import renew_hold
from identity.models import DisclosureHold, ProtectedPerson
from portal.desk.break_glass import open_case_by_reason
from portal.desk.leak_directory import PortalLeakDirectory
from portal.desk.lookup import look_up_person
from portal.desk.models import LookupReview
from portal.erasures.ask_erasure import ErasureRequest, ask_erasure
from portal.erasures.confirm_erasure import confirm_erasure
from tests.conftest import close_gate
from tests.factories.identity import (
    make_number,
    make_person,
    make_posting,
    officer_actor,
    sign_in,
)
from tests.factories.near import opened

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MARK = "\u2063\u200b"  # signs nobody sees
WRONG = "9999999"  # seven figures fit no app
FILES = "/admin/trail/exports/"


@pytest.fixture
def supervisor():
    posting = make_posting(capacity="supervisor")
    TOTP.activate(posting.account, SECRET)
    return posting


def code():
    return pyotp.TOTP(SECRET).now()


def file_asked(posting=None) -> TrailExport:
    return ask_for_export(
        actor=officer_actor(posting or make_posting(capacity="supervisor")),
        kind="entries",
        search=TrailSearch(since=timezone.now() - timedelta(days=1)),
        post=None,
        inquiry="川监〔2026〕12号",
        ground="review",
    )


def hold_asked() -> DisclosureHold:
    hold = ask_hold(
        actor=officer_actor(make_posting(capacity="supervisor")), wanted=wanted(make_person())
    )
    close_gate()
    return hold


def wanted(person) -> HoldRequest:
    return HoldRequest(
        subject_id=person.pk,
        scope=DisclosureHold.Scope.CASE,
        scope_code="YB-2026-1111-1111",
        looks_from=timezone.localdate(),
        looks_to=timezone.localdate(),
        ground=DisclosureHold.Ground.DUTY,
        days=30,
        words="来函：测2026-1号",
    )


def protection() -> ProtectedPerson:
    number = make_number()
    make_person(number=number)
    keeper = officer_actor(make_posting(capacity="secadmin"))
    begun = protect_person(actor=keeper, number=number, ground="witness")
    close_gate()
    return begun


def wanted_erasure(person) -> ErasureRequest:
    return ErasureRequest(
        subject_id=person.pk,
        before=timezone.localdate(),
        ground=Ground.WITHDRAWN,
        with_others=False,
        although_needed=False,
        words="当事人撤回同意",
    )


def erasure_asked(person):
    asker = officer_actor(make_posting(capacity="supervisor"))
    order = ask_erasure(actor=asker, wanted=wanted_erasure(person))
    close_gate()
    return order


def relative_to_end():
    clerk = officer_actor(make_posting())
    relative = declare_relative(actor=clerk, number=make_number(), relation="other")
    ask_end_of_relative(actor=clerk, relative_id=relative.pk)
    return relative


def text(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def acts(stale, clerk):
    """Every action that opens or decides much, as somebody calls it whose code is too old."""
    answered = file_asked(make_posting(capacity="supervisor"))
    own = file_asked(make_posting(capacity="supervisor"))
    answer_export(actor=stale.proven(timezone.now()), number=own.number, allow=True)
    in_force = hold_asked()
    confirm_hold(
        actor=officer_actor(make_posting(capacity="supervisor")), reference=in_force.reference
    )
    waiting, protected, person = hold_asked(), protection(), make_person()
    erasure, relative = erasure_asked(person), relative_to_end()
    return {
        "ask file": lambda: ask_for_export(
            actor=stale,
            kind="entries",
            search=TrailSearch(since=timezone.now()),
            post=None,
            inquiry="川监〔2026〕12号",
            ground="review",
        ),
        "answer file": lambda: answer_export(actor=stale, number=answered.number, allow=True),
        "fetch file": lambda: fetch_export(actor=stale, number=own.number),
        "search leak": lambda: search_leak(
            actor=stale,
            inquiry="川监〔2026〕12号",
            text="x",
            picture=b"",
            directory=PortalLeakDirectory(),
        ),
        "ask hold": lambda: ask_hold(actor=stale, wanted=wanted(person)),
        "renew hold": lambda: renew_hold(
            actor=stale, reference=in_force.reference, days=9, words="还要"
        ),
        "confirm hold": lambda: confirm_hold(actor=stale, reference=waiting.reference),
        "protect": lambda: protect_person(actor=stale, number=make_number(), ground="witness"),
        "end protection": lambda: end_protection(actor=stale, protection_id=protected.pk),
        "ask erasure": lambda: ask_erasure(actor=stale, wanted=wanted_erasure(person)),
        "confirm erasure": lambda: confirm_erasure(actor=stale, number=erasure.number),
        "end relative": lambda: end_relative(actor=stale, relative_id=relative.pk, agreed=True),
        "look up": lambda: look_up_person(
            actor=clerk, person_id=None, reason="called", why="本人到窗口问"
        ),
        "open case": lambda: open_case_by_reason(
            actor=clerk, reference="YB-2026-1111-1111", reason="urgent_help", why="急事"
        ),
    }


@pytest.mark.parametrize("ago", [None, timedelta(minutes=10), timedelta(minutes=-1)])
def test_no_action_that_opens_much_goes_round_the_code(ago):
    proven_at = None if ago is None else timezone.now() - ago
    stale = officer_actor(make_posting(capacity="supervisor"), proven_at=proven_at)
    clerk = officer_actor(make_posting(), proven_at=proven_at)
    calls = acts(stale, clerk)
    before = AuditEntry.objects.count()

    refused = {}
    for name, call in calls.items():
        with pytest.raises(Refused) as caught:
            call()
        refused[name] = caught.value.code

    assert refused == dict.fromkeys(calls, "identity.code_needed")
    assert AuditEntry.objects.count() == before


def test_a_button_waits_on_the_code_page_and_goes_on_from_there(client, supervisor):
    export = file_asked()
    sign_in(client, supervisor.account, fresh=False)
    address = f"{FILES}{export.number}/answer/"

    page = text(client.post(address, {"answer": "allow"}))

    export.refresh_from_db()
    assert export.state == "asked"
    assert f'action="{address}"' in page
    assert '<input type="hidden" name="answer" value="allow">' in page
    assert 'name="leave"' in page
    went_on = client.post(address, {"answer": "allow", "code": code()})
    assert went_on.headers["Location"] == FILES
    export.refresh_from_db()
    assert (export.state, export.answered_by) == ("approved", supervisor.account_id)


def test_a_wrong_code_loses_nothing_and_the_next_one_counts(client, supervisor):
    export = file_asked()
    sign_in(client, supervisor.account, fresh=False)
    address = f"{FILES}{export.number}/answer/"

    page = text(client.post(address, {"answer": "allow", "code": WRONG}))

    assert 'href="#id_code"' in page
    assert '<input type="hidden" name="answer" value="allow">' in page
    assert WRONG not in page.replace(f'value="{WRONG}"', "")
    export.refresh_from_db()
    assert export.state == "asked"
    client.post(address, {"answer": "allow", "code": code()})
    export.refresh_from_db()
    assert export.state == "approved"


def test_a_form_asks_for_the_code_beside_its_fields_only_while_the_last_is_too_old(
    client, supervisor
):
    pages = [
        f"{FILES}ask/?officer={supervisor.officer_code}",
        "/admin/trail/leaks/",
        "/admin/holds/new/",
    ]
    sign_in(client, supervisor.account, fresh=False)
    assert ["f-code" in text(client.get(page)) for page in pages] == [True, True, True]

    sign_in(client, supervisor.account)

    assert ["f-code" in text(client.get(page)) for page in pages] == [False, False, False]


def test_a_file_does_not_go_on_from_the_code_page_by_itself(client, supervisor):
    export = file_asked(supervisor)
    sign_in(client, supervisor.account, fresh=False)
    address = f"{FILES}{export.number}/file/"
    page = text(client.post(address))
    assert "请在那里再点一次" in page
    assert "输完就接着往下办" not in page
    before = AuditEntry.objects.filter(object_kind="trail.export").count()

    went_on = client.post(address, {"code": code()})

    assert went_on.headers["Location"] == FILES
    assert AuditEntry.objects.filter(object_kind="trail.export").count() == before
    assert f"请在 {export.number} 那里再点一次按钮" in text(client.get(FILES))


def test_a_file_that_could_not_wait_is_asked_for_before_anything_is_searched(client, supervisor):
    sign_in(client, supervisor.account, fresh=False)
    leaks = "/admin/trail/leaks/"
    typed = {"inquiry": "川监〔2026〕12号", "text": "查看号 12"}
    picture = SimpleUploadedFile("a.png", b"\x89PNG....", "image/png")

    page = text(client.post(leaks, {**typed, "file": picture}))

    assert '<input type="hidden" name="file_again" value="1">' in page
    back = text(client.post(leaks, {**typed, "file_again": "1", "code": code()}))
    assert "请再选一次文件" in back
    assert "查看号 12" in back
    assert 'name="file_again"' not in back
    assert not AuditEntry.objects.filter(verb="trail.leak_traced").exists()


def test_a_file_is_chosen_once_the_code_is_there(client, supervisor):
    sign_in(client, supervisor.account, fresh=False)
    leaks = "/admin/trail/leaks/"
    typed = {"inquiry": "川监〔2026〕12号", "text": f"查看号 12{MARK}", "document": "on"}

    page = text(client.get(leaks))
    back = text(client.post(leaks, {**typed, "code_first": "1", "code": code()}))

    assert 'type="file"' not in page
    assert 'name="code_first"' in page
    assert 'type="file"' in back
    assert 'name="code_first"' not in back
    assert "前送出；过后要先输动态码" in back
    for kept in (f"查看号 12{MARK}", typed["inquiry"], "checked"):
        assert kept in back
    assert not AuditEntry.objects.filter(verb="trail.leak_traced").exists()


def test_a_wrong_code_before_a_file_keeps_what_was_typed_and_its_marks(client, supervisor):
    sign_in(client, supervisor.account, fresh=False)
    leaks = "/admin/trail/leaks/"
    typed = {"inquiry": "川监〔2026〕12号", "text": f"查看号 12{MARK}", "code_first": "1"}

    asked = text(client.post(leaks, {**typed, "code": WRONG}))

    assert 'name="code_first" value="1"' in asked
    assert f"查看号 12{MARK}" in asked
    assert 'type="file"' in text(client.post(leaks, {**typed, "code": code()}))


def test_what_was_typed_in_a_form_waits_whole(client, supervisor):
    sign_in(client, supervisor.account, fresh=False)
    typed = {"number": make_number(), "words": '来函："测"\r\n第二行', "scope": "case", "days": "9"}

    page = text(client.post("/admin/holds/new/", typed))

    for words in ("来函：&quot;测&quot;\r\n第二行", typed["number"], 'name="days" value="9"'):
        assert words in page
    back = text(client.post("/admin/holds/new/", {**typed, "code": code()}))
    assert "来函：&quot;测&quot;" in back
    assert "f-code" not in back


def left(client, address, typed):
    """The page one is back at who leaves the code page of a form for now."""
    assert 'name="leave" value="1"' in text(client.post(address, typed))
    return client.post(address, {**typed, "code": "", "leave": "1"})


def test_leaving_the_code_page_brings_back_what_was_typed_in_the_form(client, supervisor):
    sign_in(client, supervisor.account, fresh=False)
    number = make_number()
    forms = {
        "/admin/holds/new/": {"number": number, "words": "来函", "ground": "duty", "days": "9"},
        "/admin/erasures/new/": {"number": number, "words": "本人申请", "with_others": "on"},
        "/admin/protected/": {"number": number, "ground": "witness"},
        "/admin/trail/leaks/": {"inquiry": "川监12号", "text": "名单", "since": "2026-11-01"},
        f"{FILES}ask/?officer={supervisor.officer_code}": {"inquiry": "川监12号"},
    }
    acts = AuditEntry.objects.exclude(verb__endswith=".viewed").exclude(verb__endswith=".listed")
    before = acts.count()

    for address, typed in forms.items():
        back = left(client, address, typed).context["form"]

        assert not back.is_bound
        assert {name: back[name].value() for name in typed} == typed
        assert "code" not in back.initial

    assert acts.count() == before


def test_a_verdict_and_an_answer_that_were_left_are_filled_in_again(client, supervisor):
    sign_in(client, supervisor.account, fresh=False)
    look_up_person(
        actor=officer_actor(make_posting()), person_id=None, reason="called", why="本人到窗口问"
    )
    close_gate()
    review = LookupReview.objects.get()

    back = left(
        client,
        f"/admin/lookup/reviews/{review.reference}/",
        {"state": "not_fine", "words": "没有来电记录"},
    )

    form = back.context["form"]
    assert not form.is_bound
    assert (form["state"].value(), form["words"].value()) == ("not_fine", "没有来电记录")
    review.refresh_from_db()
    assert review.state == "open"


def test_a_renewal_that_was_left_is_filled_in_again(client, supervisor):
    hold = hold_asked()
    confirm_hold(actor=officer_actor(make_posting(capacity="supervisor")), reference=hold.reference)
    close_gate()
    sign_in(client, supervisor.account, fresh=False)

    back = left(client, f"/admin/holds/{hold.reference}/", {"days": "7", "words": "还没查完"})

    assert 'value="7"' in text(back)
    assert "还没查完" in text(back)
    assert DisclosureHold.objects.count() == 1


def test_an_answer_that_was_left_is_still_there_beside_its_file_and_answers_nothing(
    client, supervisor
):
    export, other = file_asked(), file_asked()
    sign_in(client, supervisor.account, fresh=False)
    typed = {"answer": "refuse", "words": "范围太大"}

    back = text(left(client, f"{FILES}{export.number}/answer/", typed))

    assert back.count("范围太大") == 1
    about = back.split(f'id="why-{export.number}"')[1].split("</textarea>")[0]
    assert about.endswith(">范围太大")
    assert f'id="why-{other.number}"' in back
    export.refresh_from_db()
    assert export.state == "asked"


def test_a_button_that_was_left_does_nothing(client, supervisor):
    hold = hold_asked()
    sign_in(client, supervisor.account, fresh=False)

    page = text(client.post(f"/admin/holds/{hold.reference}/confirm/", {"leave": "1"}))

    assert 'name="leave"' not in page
    assert 'href="/admin/holds/"' in page
    hold.refresh_from_db()
    assert hold.confirmed_at is None


def test_a_file_that_could_not_wait_is_asked_for_again_where_one_left(client, supervisor):
    sign_in(client, supervisor.account, fresh=False)

    back = left(client, "/admin/trail/leaks/", {"text": "名单", "file_again": "1"})

    assert "请重新选一次文件" in text(back)
    assert "名单" in text(back)


def test_a_form_with_the_code_goes_through_at_once(client, supervisor):
    sign_in(client, supervisor.account, fresh=False)

    client.post(
        f"{FILES}ask/?officer={supervisor.officer_code}",
        {"inquiry": "川监〔2026〕12号", "ground": "review", "code": code()},
    )

    assert TrailExport.objects.get().asked_by == supervisor.account_id


def test_a_file_cannot_wait_and_that_is_said(client, supervisor):
    sign_in(client, supervisor.account, fresh=False)
    sent = {"text": "13912345678", "file": SimpleUploadedFile("x.txt", b"x")}

    page = text(client.post("/admin/trail/leaks/", sent))

    assert 'name="text" value="13912345678"' in page
    assert "下一页会请您再选一次" in page
    assert not AuditEntry.objects.filter(verb="trail.leak_traced").exists()


def test_where_nothing_was_typed_the_code_page_speaks_of_the_button_alone(client, supervisor):
    begun = protection()
    sign_in(client, supervisor.account, fresh=False)
    protect = {"number": make_number(), "ground": "witness"}

    pressed = text(client.post(f"/admin/protected/{begun.pk}/end/"))
    typed = text(client.post("/admin/protected/", protect))

    assert ("不用回去再点" in pressed, "您填的内容" in pressed) == (True, False)
    assert ("不用回去再点" in typed, "您填的内容" in typed) == (False, True)
    assert "能看到" not in pressed


def test_ending_a_protection_and_confirming_a_hold_ask_for_the_code(client, supervisor):
    begun, hold = protection(), hold_asked()
    sign_in(client, supervisor.account, fresh=False)

    for address in (
        f"/admin/protected/{begun.pk}/end/",
        f"/admin/holds/{hold.reference}/confirm/",
        f"{FILES}TF-2026-AAAA-AAAA/file/",
    ):
        assert 'name="code"' in text(client.post(address))

    begun = opened(begun).get()
    hold.refresh_from_db()
    assert (begun.end_asked_by, hold.confirmed_at) == (None, None)


def test_whoever_may_not_come_here_is_not_asked_for_a_code(client):
    sign_in(client, make_posting().account)

    assert client.post(f"{FILES}TF-2026-AAAA-AAAA/answer/").status_code == 403
