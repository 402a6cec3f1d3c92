"""The marks of pages, without a browser: numbers, pattern, reading, and who may fetch one."""

from io import BytesIO
from uuid import uuid4

import numpy as np
import pytest
from django.test import override_settings
from PIL import Image

from audit.kernel.actors import Actor, Purpose
from audit.kernel.errors import Refused
from audit.marks.drawing import DEPTH, draw_mark, token_for, view_id_of
from audit.marks.pattern import CARRIERS, CELL, SIDE, lit_cells
from audit.marks.payload import bits_of, view_id_in
from audit.marks.reading import read_mark
from audit.marks.size import BITS
from audit.models import AuditEntry
from audit.trail import record, view_number
from audit.transaction import in_one_transaction
from tests.factories.desk import make_in_hand
from tests.factories.identity import make_posting, officer_actor, sign_in

CHANCE = np.random.default_rng(20261122)
IDS = [int(one) for one in CHANCE.integers(1, 1 << 40, 200)]


def votes_for(view_id: int) -> list[float]:
    return [10.0 if bit else -10.0 for bit in bits_of(view_id)]


def page_picture(view_id: int | None, width: int = 900, height: int = 700) -> Image.Image:
    """A light page with grey lines of text, and the mark of a view taken out of its blue."""
    dots = np.full((height, width, 3), 250)
    dots[40:-40:26, 60:-60] = 40
    if view_id is not None:
        lit = np.kron(lit_cells(bits_of(view_id)), np.ones((CELL, CELL), bool))
        times = (-(-height // len(lit)), -(-width // len(lit)))
        dots[..., 2] -= np.where(np.tile(lit, times)[:height, :width], DEPTH, 0)
    return Image.fromarray(dots.astype(np.uint8))


def saved(picture: Image.Image, kind: str = "PNG", **how: int) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def smaller(picture: Image.Image, part: float) -> Image.Image:
    return picture.resize((int(picture.width * part), int(picture.height * part)), 1)


@pytest.fixture
def one_key(settings) -> None:
    """By chance one number in 56,000 is read wrongly, under each key another."""
    settings.SECRET_KEY = "the same in every run of these tests"


@pytest.mark.usefixtures("one_key")
@pytest.mark.parametrize("view_id", [1, (1 << 40) - 1, *IDS])
def test_every_number_comes_back_from_its_bits_with_three_weak_ones_turned(view_id):
    votes = votes_for(view_id)
    for place in (0, 17, 63):
        votes[place] = -votes[place] / 10

    assert view_id_in(votes) == view_id


@pytest.mark.usefixtures("one_key")
def test_four_wrong_bits_are_no_number_rather_than_a_wrong_one():
    for view_id in IDS:
        votes = votes_for(view_id)
        for place in (3, 21, 40, 58):
            votes[place] = -votes[place] / 10
        assert view_id_in(votes) is None


def test_a_mark_drawn_without_the_key_names_nobody():
    view_id = IDS[0]
    with override_settings(SECRET_KEY="another portal"):
        forged = votes_for(view_id)

    assert view_id_in(forged) is None
    with override_settings(SECRET_KEY_FALLBACKS=["another portal"]):
        assert view_id_in(forged) == view_id


@pytest.mark.parametrize("view_id", [0, -1, 1 << 40])
def test_what_no_mark_can_carry_is_refused(view_id):
    with pytest.raises(ValueError, match="no mark can carry"):
        bits_of(view_id)


def test_marks_differ_only_in_the_cells_that_carry():
    first, second = lit_cells(bits_of(IDS[0])), lit_cells(bits_of(IDS[1]))

    assert (first == second)[~CARRIERS].all()
    assert 0.4 < first.mean() < 0.6
    assert int(CARRIERS.sum()) == SIDE * SIDE // 2 == BITS * 3.125


@pytest.mark.parametrize("view_id", IDS[:4])
def test_a_screenshot_made_half_as_large_and_kept_as_jpeg_still_names_the_view(view_id):
    half = smaller(page_picture(view_id), 0.5)

    for quality in (60, 75):
        assert read_mark(saved(half, "JPEG", quality=quality)) == view_id


@pytest.mark.parametrize("part", [0.62, 1.5, 2.0])
def test_it_is_found_at_any_size_of_the_screen(part):
    picture = smaller(page_picture(IDS[5], 500, 420), part)

    assert read_mark(saved(picture)) == IDS[5]


def test_a_piece_of_500_by_400_dots_is_enough():
    piece = page_picture(IDS[6]).crop((203, 117, 703, 517))

    assert read_mark(saved(piece)) == IDS[6]
    assert read_mark(saved(piece, "JPEG", quality=70)) == IDS[6]


def test_screens_stitched_to_a_long_picture_are_read_piece_by_piece():
    screen = page_picture(IDS[7], 700, 500)
    long = Image.new("RGB", (700, 2000), "white")
    long.paste(screen, (0, 1300))

    assert read_mark(saved(long)) == IDS[7]


def test_pictures_without_a_mark_name_nobody():
    plain = saved(page_picture(None))
    noise = CHANCE.integers(0, 256, (500, 700, 3), dtype=np.uint8)

    assert read_mark(plain) is None
    assert read_mark(saved(Image.fromarray(noise))) is None
    assert read_mark(saved(Image.new("RGB", (5, 5)))) is None


def test_a_chess_board_of_chance_names_nobody():
    for _ in range(8):
        coarse = CHANCE.integers(200, 256, (30, 40, 3), dtype=np.uint8)
        blocks = Image.fromarray(coarse).resize((640, 480), Image.Resampling.NEAREST)
        assert read_mark(saved(blocks)) is None


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n", b"GIF89a"])
def test_what_is_no_picture_is_refused_and_nothing_breaks(data):
    with pytest.raises(Refused, match="picture_unreadable"):
        read_mark(data)


def test_too_many_dots_are_refused_before_they_are_unpacked():
    with pytest.raises(Refused):
        read_mark(saved(Image.new("1", (5000, 4001))))


def test_the_drawing_repeats_the_square_and_takes_only_blue():
    drawing = draw_mark(IDS[0]).decode()

    assert f'width="{SIDE * CELL}"' in drawing
    assert f'fill="rgb(0,0,{DEPTH})"' in drawing
    assert "script" not in drawing


def test_nobody_gets_the_address_of_a_colleagues_mark():
    mine, other = uuid4(), uuid4()
    token = token_for(7, mine)

    assert view_id_of(token, mine) == 7
    assert view_id_of(token, other) is None
    assert view_id_of(token[:-1] + ("A" if token[-1] != "A" else "B"), mine) is None
    assert view_id_of("7", mine) is None


@pytest.mark.django_db
def test_a_page_about_people_carries_both_marks_of_its_own_entry(client):
    case, clerk = make_in_hand()
    sign_in(client, clerk.account)

    response = client.get(f"/admin/desk/{case.reference}/")

    entry = AuditEntry.objects.filter(verb="application.viewed").latest("id")
    mark = response.context["page_mark"]
    page = response.content.decode()
    assert (mark.number, mark.officer) == (entry.pk, clerk.officer_code)
    assert page.count(f"查看号 {entry.pk}") == 3
    assert page.count(mark.picture) == 1
    answer = client.get(mark.picture)
    assert answer.content == draw_mark(entry.pk)
    assert answer["Cache-Control"] == "private, max-age=3600"
    sign_in(client, make_posting().account)
    assert client.get(mark.picture).status_code == 404


@pytest.mark.django_db
def test_a_page_about_nobody_carries_none(client):
    sign_in(client, make_posting().account)

    response = client.get("/admin/postings/")

    assert not response.context["page_mark"]
    assert 'class="view-mark"' not in response.content.decode()
    assert view_number() is None


@pytest.mark.django_db
def test_only_what_an_officer_got_to_see_of_somebody_counts_as_a_view():
    clerk, someone = officer_actor(make_posting()), uuid4()
    case = Purpose.case("YB-2026-AAAA-BBBB")
    with in_one_transaction():
        record(actor=clerk, verb="report.viewed", purpose=case)
        record(actor=Actor.system("test"), verb="test.arranged", subjects=[someone])
        record(actor=clerk, verb="case.viewed", subjects=[someone], purpose=case, outcome="refused")
        assert view_number() is None
        seen = record(actor=clerk, verb="case.viewed", subjects=[someone], purpose=case)
        record(actor=clerk, verb="report.viewed", purpose=case)
        assert view_number() == seen
