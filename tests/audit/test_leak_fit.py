"""How much likelier than chance: the arithmetic of tracing a leak."""

from audit.leaks.fit import Fit, Habit, Verdict, fit_of


def weighed(*, persons: int, is_more=False, **more) -> Fit:
    return fit_of(habit=Habit(persons=persons, is_more=is_more), known=1000, **more)


def test_one_hit_of_an_officer_who_sees_many_hardly_tells_anything():
    assert weighed(seen=1, asked=5, persons=100).verdict is Verdict.HARDLY
    assert weighed(seen=4, asked=5, persons=500).verdict is Verdict.CHANCE
    assert weighed(seen=5, asked=5, persons=100).verdict is Verdict.FITS
    assert weighed(seen=5, asked=5, persons=1000).verdict is Verdict.HARDLY


def test_the_words_never_rise_where_the_weight_falls():
    fits = [weighed(seen=k, asked=5, persons=300) for k in range(6)]
    said = [one.verdict for one in sorted(fits, key=lambda one: -one.weight)]
    assert list(dict.fromkeys(said)) == list(Verdict)
    assert said == sorted(said, key=list(Verdict).index)


def test_more_of_them_seen_never_fits_worse():
    weights = [weighed(seen=k, asked=20, persons=50).weight for k in range(21)]

    assert weights == sorted(weights)


def test_who_saw_more_than_is_counted_is_not_weighed_as_if_that_were_all():
    assert weighed(seen=1, asked=1, persons=5, is_more=True).expected == 0.5
    assert weighed(seen=1, asked=1, persons=900, is_more=True).expected > 0.8
