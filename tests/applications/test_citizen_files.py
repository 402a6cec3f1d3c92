"""Papers: what a file really is, where it lies, who gets it, and what is never taken."""

import json
from io import BytesIO
from pathlib import Path
from struct import pack
from uuid import uuid4
from zlib import compressobj, crc32

import pikepdf
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from applications.attachments import picture
from applications.attachments.content import NotAccepted, read_content
from applications.attachments.store import clean_name
from applications.models import Application, Attachment
from audit.models import AuditEntry
from audit.trail import record
from catalog.schema.definition import Upload
from tests.conftest import close_gate
from tests.factories.citizen import (
    jpeg,
    make_draft,
    make_li_xiao,
    make_registers,
    make_release,
    pdf,
    png,
    set_values,
    told,
    upload,
)
from tests.factories.identity import ARRANGING, make_citizen, sign_in

ANY = Upload(("image/jpeg", "image/png", "application/pdf"), 2_000_000)


@pytest.fixture
def files(settings, tmp_path) -> Path:
    settings.FILES_ROOT = tmp_path / "files"
    return settings.FILES_ROOT


@pytest.fixture
def draft(client, files, db) -> Application:
    make_release()
    make_registers()
    account = make_li_xiao()
    sign_in(client, account)
    return make_draft(account)


def send(client, draft, file, material="photo"):
    return client.post(f"/apply/{draft.reference}/materials/", {f"file-{material}": file})


def attachments(draft) -> list[Attachment]:
    record(actor=ARRANGING, verb="test.looked", subjects=draft.subjects)
    found = list(Attachment.objects.filter(application=draft))
    close_gate()
    return found


def test_a_photo_is_kept_apart_under_a_name_made_by_us_and_held(client, draft, files):
    assert send(client, draft, upload(jpeg(), "../../我的 照片\u202e.exe")).status_code == 302
    kept = attachments(draft)[0]
    assert (kept.scan, kept.content_type, kept.name) == ("held", "image/jpeg", "我的 照片.jpg")
    path = files / kept.stored_as
    assert path.parent.parent == files
    assert path.parent.name == path.name[:2]
    assert path.stat().st_mode & 0o777 == 0o600
    entry = AuditEntry.objects.get(verb="application.attached")
    assert entry.object_id == str(draft.pk)


def test_the_same_file_twice_is_one(client, draft, files):
    send(client, draft, upload(jpeg()))
    send(client, draft, upload(jpeg()))
    assert len(attachments(draft)) == 1
    assert len([path for path in files.rglob("*") if path.is_file()]) == 1


def test_where_a_picture_was_taken_is_removed():
    exif = Image.Exif()
    exif[0x010F] = "secret camera"
    exif[0x8825] = {1: "N", 2: (30.0, 28.0, 0.0)}
    data = jpeg(exif=exif, comment=b"secret words")
    assert b"secret" in data
    kept = read_content(data, ANY).data
    assert b"secret" not in kept
    assert dict(Image.open(BytesIO(kept)).getexif()) == {}


def test_words_hidden_in_a_png_are_removed():
    out = BytesIO()
    words = PngInfo()
    words.add_text("place", "secret street")
    picture = Image.open(BytesIO(png()))
    picture.save(out, "PNG", exif=b"secret words", icc_profile=b"secret profile", pnginfo=words)
    assert b"secret" in out.getvalue()
    assert b"secret" not in read_content(out.getvalue(), ANY).data


def with_script() -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    document.Root.OpenAction = pikepdf.Dictionary(
        S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)")
    )
    return saved(document)


def with_file_inside() -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    document.attachments["a.exe"] = b"MZ"
    return saved(document)


def with_launch() -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    document.pages[0].Annots = pikepdf.Array(
        [pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=pikepdf.Dictionary(S=pikepdf.Name.Launch))]
    )
    return saved(document)


def with_file_in_a_note() -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    inside = pikepdf.Dictionary(F=pikepdf.String("a.exe"))
    inside.EF = pikepdf.Dictionary(F=document.make_stream(b"MZ"))
    note = pikepdf.Dictionary(Subtype=pikepdf.Name.FileAttachment, FS=inside)
    document.pages[0].Annots = pikepdf.Array([note])
    return saved(document)


def that_unfolds(megabytes: int) -> bytes:
    """A few kilobytes whose parts lie in one stream that unfolds to many megabytes."""
    packer = compressobj(9)
    packed = packer.compress(b"1 0 ") + packer.compress(b" " * megabytes * 1024 * 1024)
    packed += packer.compress(b"<< /Type /Catalog /Pages 2 0 R >>") + packer.flush()
    head = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>" % len(packed)
    bodies = {
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
        4: head + b"\nstream\n" + packed + b"\nendstream",
    }
    out, at = b"%PDF-1.5\n", {}
    for number, body in bodies.items():
        at[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    rows = [(0, 0, 0), (2, 4, 0), *((1, at[number], 0) for number in bodies), (1, len(out), 0)]
    table = b"".join(pack(">BIB", *row) for row in rows)
    index = b"<< /Type /XRef /Size 6 /W [1 4 1] /Root 1 0 R /Length %d >>" % len(table)
    last = b"\nendobj\nstartxref\n%d\n%%%%EOF" % len(out)
    return out + b"5 0 obj\n" + index + b"\nstream\n" + table + b"\nendstream" + last


def saved(document) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def bomb(side: int) -> bytes:
    out = BytesIO()
    Image.new("1", (side, side)).save(out, "PNG")
    return out.getvalue()


def locked() -> bytes:
    return pdf(encryption=pikepdf.Encryption(owner="a", user="b"))


REFUSED = {
    "nothing": b"",
    "a program called a photo": b"MZ\x90\x00" + b"\x00" * 200,
    "a web page": b"<!doctype html><script>alert(1)</script>",
    "a drawing with a script": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "half a photo": jpeg()[:200],
    "a head without a body": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "half a document": pdf()[:60],
    "only the first letters of a document": b"%PDF-1.7\n",
    "a document with a script": with_script(),
    "a document with a file inside": with_file_inside(),
    "a document that starts a program": with_launch(),
    "a document with a file in a note": with_file_in_a_note(),
    "a document that unfolds without end": that_unfolds(1_000),
    "a locked document": locked(),
    "a picture of too many dots": bomb(8_000),
    "a picture of far too many dots": bomb(20_000),
    "something large": b"\xff\xd8" + b"\x00" * 2_100_000,
    "a moving picture": b"GIF89a" + b"\x00" * 30,
    "text": "写的字".encode(),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_what_was_asked_for_is_refused_with_a_sentence(what):
    with pytest.raises(NotAccepted) as refusal:
        read_content(REFUSED[what], ANY)
    assert str(refusal.value.message)


@pytest.mark.parametrize("what", [jpeg(), png(), pdf()], ids=["jpeg", "png", "pdf"])
def test_what_was_asked_for_is_taken(what):
    kept = read_content(what, ANY)
    assert read_content(kept.data, ANY).content_type == kept.content_type


def claiming(width: int, height: int) -> bytes:
    """A few bytes whose head promises a picture of this size."""
    head = pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    packer = compressobj(9)
    rows = packer.compress(b"\0" * 50_000_000) + packer.flush()
    parts = [(b"IHDR", head), (b"IDAT", rows), (b"IEND", b"")]
    chunks = [
        pack(">I", len(body)) + name + body + pack(">I", crc32(name + body)) for name, body in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize("size", [(60_000, 60_000), (2**31 - 1, 1), (7_100, 7_100)])
def test_a_picture_that_unfolds_without_end_is_refused_before_it_is_opened(size):
    data = claiming(*size)
    assert len(data) < 100_000

    with pytest.raises(NotAccepted, match="太大"):
        read_content(data, ANY)
    assert picture.draw(data, "PNG") == (picture.LARGE, b"")


def test_no_picture_is_opened_in_the_process_that_serves_people(monkeypatch):
    def never(*args, **kwargs):
        raise AssertionError("a picture was opened here")

    data = jpeg()
    monkeypatch.setattr(Image, "open", never)

    assert read_content(data, ANY).content_type == "image/jpeg"


def test_the_largest_picture_of_a_telephone_is_taken_and_turned():
    exif = Image.Exif()
    exif[0x0112] = 6  # held upright
    out = BytesIO()
    Image.new("RGB", (8_160, 6_120), "white").save(out, "JPEG", exif=exif)

    kept = Image.open(BytesIO(read_content(out.getvalue(), ANY).data))

    assert kept.size == (6_120, 8_160)


def test_of_a_file_with_several_pictures_the_first_is_kept():
    out = BytesIO()
    first, second = Image.new("RGB", (90, 60), "white"), Image.new("RGB", (30, 20), "black")
    first.save(out, "MPO", save_all=True, append_images=[second])

    kept = Image.open(BytesIO(read_content(out.getvalue(), ANY).data))

    assert (kept.format, kept.size, getattr(kept, "n_frames", 1)) == ("JPEG", (90, 60), 1)


def test_a_document_with_its_parts_in_one_stream_is_taken():
    assert read_content(that_unfolds(1), ANY).content_type == "application/pdf"


def test_a_document_is_no_photo():
    with pytest.raises(NotAccepted, match="JPG"):
        read_content(pdf(), Upload(("image/jpeg",), 2_000_000))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("/etc/passwd", "passwd.jpg"),
        ("C:\\Users\\a\\b.JPEG", "b.jpg"),
        ("...", "file.jpg"),
        ("", "file.jpg"),
        ("a\x00b\n.jpg", "ab.jpg"),
        ("bill\u202egpj.exe", "billgpj.jpg"),
        ("a\u200b.b\u2066", "a.jpg"),
        ("x" * 500 + ".jpg", "x" * 120 + ".jpg"),
        ('"; rm -rf', "; rm -rf.jpg"),
    ],
)
def test_a_given_name_is_kept_only_as_far_as_it_is_a_name(given, kept):
    assert clean_name(given, "image/jpeg") == kept


@pytest.mark.parametrize("what", ["nothing", "half a photo", "a web page", "a locked document"])
def test_a_refused_file_leaves_the_good_ones_and_nothing_on_the_disk(client, draft, files, what):
    send(client, draft, upload(jpeg()))
    answer = send(client, draft, upload(REFUSED[what]))
    assert answer.status_code == 422
    assert 'href="#f-file-photo"' in answer.content.decode()
    assert len(attachments(draft)) == 1
    assert len([path for path in files.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("material", ["identity-card", "study-proof", "nothing", "../x", "photo'"])
def test_a_file_nobody_asked_for_is_refused(client, draft, material):
    assert send(client, draft, upload(jpeg()), material).status_code == 404
    assert attachments(draft) == []


def test_a_file_can_be_taken_back(client, draft, files, django_capture_on_commit_callbacks):
    send(client, draft, upload(jpeg()))
    kept = attachments(draft)[0]
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            client.post(f"/apply/{draft.reference}/files/{kept.pk}/remove/")
    assert attachments(draft)[0].removed_at is not None
    assert not (files / kept.stored_as).exists()
    assert client.get(f"/apply/{draft.reference}/files/{kept.pk}/").status_code == 404


def test_ones_own_file_comes_as_a_download_and_leaves_an_entry(client, draft):
    send(client, draft, upload(jpeg(), "照片.jpg"))
    kept = attachments(draft)[0]
    answer = client.get(f"/apply/{draft.reference}/files/{kept.pk}/")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert len(answer.content) == kept.size
    assert AuditEntry.objects.filter(verb="attachment.viewed").count() == 1


def test_somebody_elses_file_is_not_there(client, draft):
    send(client, draft, upload(jpeg()))
    kept = attachments(draft)[0]
    other = make_citizen()
    own = make_draft(other)
    sign_in(client, other)
    addresses = [
        f"/apply/{draft.reference}/files/{kept.pk}/",
        f"/apply/{own.reference}/files/{kept.pk}/",
        f"/apply/{own.reference}/files/{uuid4()}/",
    ]
    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]
    assert client.post(f"{addresses[1]}remove/").status_code == 404
    assert attachments(draft)[0].removed_at is None


def test_a_file_belongs_to_its_own_case_only(client, draft):
    send(client, draft, upload(jpeg()))
    kept = attachments(draft)[0]
    make_release("CN005")
    client.post("/apply/CN005/")
    other = Application.objects.get(item__code="CN005")
    assert client.get(f"/apply/{other.reference}/files/{kept.pk}/").status_code == 404
    assert client.post(f"/apply/{other.reference}/files/{kept.pk}/remove/").status_code == 404


def test_only_what_is_lacking_is_asked(client, draft):
    client.post(f"/apply/{draft.reference}/consent/", {"answer": "yes"})
    set_values(draft, ground=told("job"))
    page = client.get(f"/apply/{draft.reference}/materials/").content.decode()
    assert 'name="file-photo"' in page
    assert 'name="file-employment-proof"' not in page


def test_without_a_register_the_paper_is_asked(client, draft):
    set_values(draft, ground=told("job"))
    page = client.get(f"/apply/{draft.reference}/materials/").content.decode()
    assert 'name="file-employment-proof"' in page


def test_every_type_the_releases_ask_for_can_be_read():
    asked = set()
    for path in Path("catalog/data/releases").glob("*.json"):
        for material in json.loads(path.read_text(encoding="utf-8"))["content"]["materials"]:
            asked |= set((material["upload"] or {"types": []})["types"])
    assert asked <= set(ANY.types)
