"""A page's form as somebody had filled it in: values go back, everything else stays as it is."""

import pytest

from identity.refill import refill

PAGE = """<html><body><header><form method="post" action="/preferences/"><input name="words"></form>
</header><main id="main"><div class="wrap page"><h1>办 &amp; 看</h1>
<form class="stack" method="post" novalidate>
<input type="hidden" name="token" value="new">
<input id="a" name="number" value="old" disabled>
<input type="password" name="word" value="">
<textarea name="words" rows="3">&lt;old&gt;</textarea>
<select name="office"><option value="">-</option><option value="A" selected>甲</option>
<option value="B">乙</option></select>
<input type="radio" name="way" value="x" checked><input type="radio" name="way" value="y">
<input type="checkbox" name="sure"><input type="file" name="file">
<button name="words" value="go">go</button></form>
<form method="get"><input name="words"></form></div></main></body></html>
"""
TYPED = {
    "token": ["stale"],
    "number": ['51"16<b>'],
    "word": ["secret"],
    "words": ["第一行\n</textarea><script>x</script>"],
    "office": ["B"],
    "way": ["y"],
    "sure": ["on"],
    "file": ["x"],
}


def filled(values=TYPED, *, address="/page/", to="/page/", note="<p>note</p>"):
    return refill(PAGE, address=address, to=to, values=values).with_note(note)


def test_what_people_type_and_choose_is_back_and_nothing_else_has_changed():
    expected = (
        PAGE.replace("novalidate>", "novalidate><p>note</p>")
        .replace(
            '<input id="a" name="number" value="old" disabled>',
            '<input id="a" name="number" value="51&quot;16&lt;b&gt;" disabled>',
        )
        .replace("&lt;old&gt;", "\n第一行\n&lt;/textarea&gt;&lt;script&gt;x&lt;/script&gt;")
        .replace('<option value="A" selected>', '<option value="A">')
        .replace('<option value="B">', '<option value="B" selected>')
        .replace('value="x" checked', 'value="x"')
        .replace('value="y">', 'value="y" checked>')
        .replace(
            '<input type="checkbox" name="sure">', '<input type="checkbox" name="sure" checked>'
        )
    )

    assert filled() == expected


def test_only_the_form_that_posts_to_the_same_place_takes_anything():
    elsewhere = refill(PAGE, address="/page/", to="/other/", values=TYPED)

    assert not elsewhere.taken
    assert elsewhere.with_note("<p>note</p>") == PAGE.replace(
        '<div class="wrap page">', '<div class="wrap page"><p>note</p>'
    )
    assert refill(PAGE, address="/page/", to="/page/", values=TYPED).taken == {
        *("number", "words", "office", "way", "sure")
    }


def test_a_page_whose_form_has_other_fields_took_nothing():
    assert not refill(PAGE, address="/page/", to="/page/", values={"gone": ["x"]}).taken


@pytest.mark.parametrize("page", ["", "<", "<form method=post><input name=words", "\u2028<main>x"])
def test_a_page_that_is_none_stays_as_it_is(page):
    assert refill(page, address="/", to="/", values=TYPED).with_note("") == page
