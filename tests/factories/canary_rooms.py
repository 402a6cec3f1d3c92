"""What further pages have to show: holds, orders, questions, contested values, alarms, a file of
the trail, relatives, protections and links about the twenty, each as the product makes it.
"""

from applications.actions.claim import claim_case
from applications.models import Queue, Step
from audit.actions.answer_export import answer_export
from audit.exports.models import TrailExport
from audit.models import AuditEntry
from audit.outbox import take_all
from audit.trail import record
from identity.actions.ask_why import ask_why
from identity.actions.declare_relative import ask_end_of_relative, declare_relative
from identity.actions.dispute_record import dispute_record
from identity.actions.link_officer import link_officer
from identity.actions.protect_person import protect_person
from identity.models import Account, Posting, RecordSnapshot
from portal.desk.lookup import LOOKED_UP, look_up_person
from tests.conftest import close_gate
from tests.factories.canaries import PEOPLE, Own, World
from tests.factories.desk import make_handed_in
from tests.factories.erasures import make_order
from tests.factories.holds import ask, in_force, wanted
from tests.factories.identity import ARRANGING, citizen_actor, officer_actor
from tests.factories.near import declared
from tests.factories.trail import put_alarm

ELEMENT = "person.household_address"


def furnish(world: World) -> None:
    """Something on every desk, about people of the walk."""
    accounts = list(Account.objects.filter(person__in=world.people).order_by("created_at"))
    clerk, supervisors = of_post("clerk")[-1], of_post("supervisor")
    make_holds(accounts[-2:], clerk, supervisors)
    make_order(accounts[-3].person_id, supervisors[0])
    look = look_at(clerk, accounts[-4])
    ask_why(actor=citizen_actor(accounts[-4]), entry_id=look.pk, words="为什么看我？")
    close_gate()
    put_alarm(clerk, look.pk)
    contest(accounts)
    decide_soon(clerk)
    make_ties(world, clerk)
    allow_the_file(supervisors[0])
    take_all()
    close_gate()


def of_post(capacity: str) -> list[Posting]:
    postings = Posting.objects.filter(capacity=capacity).select_related("department", "account")
    return list(postings.order_by("officer_code"))


def make_holds(about: list[Account], clerk: Posting, two: list[Posting]) -> None:
    """One that waits and one that holds."""
    office = Queue.objects.exclude(department=clerk.department).earliest("pk").department
    ask(two[0], wanted(about[0], office))
    in_force(two, wanted(about[1], office))


def look_at(clerk: Posting, account: Account) -> AuditEntry:
    reason = {"reason": "wrong_office", "why": "来信没有写编号，核对是谁的。"}
    look_up_person(actor=officer_actor(clerk), person_id=account.person_id, **reason)
    close_gate()
    return AuditEntry.objects.filter(verb=LOOKED_UP).latest("id")


def contest(accounts: list[Account]) -> None:
    """One says that a register is wrong about them: the first of whom one said anything."""
    for account in accounts:
        record(actor=ARRANGING, verb="test.looked", subjects=[account.person_id])
        said = RecordSnapshot.objects.filter(
            subject_id=account.person_id, payload__has_key=ELEMENT, source__department__isnull=False
        ).first()
        if said is not None:
            about = {"subject_id": account.person_id, "source": said.source, "element": ELEMENT}
            dispute_record(actor=citizen_actor(account), statement="不是这里。", **about)
            close_gate()
            return


def decide_soon(clerk: Posting) -> None:
    """A case in this clerk's hands at the step that decides."""
    own = Own(PEOPLE - 1)
    case = make_handed_in(
        Account.objects.get(username=own.username), "CN014", name=f"{own.sign}金雀"
    )
    Step.objects.filter(application=case, state="open").update(kind="decide")
    claim_case(actor=officer_actor(clerk), reference=case.reference)
    close_gate()


def make_ties(world: World, clerk: Posting) -> None:
    """A relative whose end is asked for, a protection, and an officer who may be a citizen."""
    numbers = [one.number for one in list(world.people.values())[-3:]]
    officer = officer_actor(clerk)
    declare_relative(actor=officer, number=numbers[0], relation="child")
    close_gate()
    ask_end_of_relative(actor=officer, relative_id=declared().pk)
    protect_person(actor=officer_actor(of_post("secadmin")[0]), number=numbers[1], ground="witness")
    link_officer(
        actor=officer_actor(of_post("sysadmin")[0]), account=clerk.account, number=numbers[2]
    )
    close_gate()


def allow_the_file(supervisor: Posting) -> None:
    """The file somebody of the sample asked for."""
    asked = TrailExport.objects.get(state=TrailExport.State.ASKED)
    answer_export(actor=officer_actor(supervisor), number=asked.number, allow=True)
    close_gate()
