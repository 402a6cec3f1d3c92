"""Words for the verbs of the trail, given from above: the floor knows no verb but its own."""

from collections.abc import Mapping

from django.utils.functional import Promise

_words: dict[str, Promise] = {}


def add_words(words: Mapping[str, Promise]) -> None:
    _words.update(words)


def words_of(verb: str) -> str:
    """A verb without words is shown as it is written: better odd than hidden."""
    return str(_words.get(verb, verb))
