"""Every verb the code can write into the trail, read from the code itself.

What is given for a parameter called `verb`, by name or by place, is worked out in the names of its
own module: words as they stand, constants, members of an enumeration, both ways of a choice, all
values of a table. A verb that a function passes on is looked for where that function is called.
"""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PACKAGES = ("audit", "identity", "catalog", "applications", "portal")
WRITES = re.compile("verb|record")
NOT_OF_THE_TRAIL = {"submit", "view", "trail.tried"}
"""What a mandate allows has the same parameter; and an entry that is taken back at once."""


def verbs_in_code() -> tuple[set[str], set[str]]:
    """The verbs, and the places where one could not be worked out."""
    verbs: set[str] = set()
    unknown: set[str] = set()
    for path in sorted(one for package in PACKAGES for one in (ROOT / package).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "migrations" in path.parts or not WRITES.search(text):
            continue
        tree = ast.parse(text)
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        names = vars(importlib.import_module(name))
        for given in _given_as_verbs(tree, names):
            found = set(_values(given, names))
            verbs |= found - NOT_OF_THE_TRAIL
            if not found and not _is_passed_on(given):
                unknown.add(f"{path.relative_to(ROOT)}:{given.lineno} {ast.unparse(given)}")
    return verbs, unknown


def _given_as_verbs(tree: ast.AST, names: Mapping[str, Any]) -> Iterator[ast.expr]:
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        yield from (one.value for one in call.keywords if one.arg == "verb")
        yield from _by_place(call, _called(call.func, names))


def _by_place(call: ast.Call, function: Any) -> Iterator[ast.expr]:
    try:
        parameters = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return
    if "verb" in parameters and parameters.index("verb") < len(call.args):
        yield call.args[parameters.index("verb")]


def _called(node: ast.expr, names: Mapping[str, Any]) -> Any:
    """The function of a call; None for methods and for what is only known while it runs."""
    return names.get(node.id) if isinstance(node, ast.Name) else None


def _values(node: ast.expr, names: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _values(node.body, names)
        yield from _values(node.orelse, names)
    elif isinstance(node, ast.Subscript):
        table = _value(node.value, names)
        yield from (str(one) for one in table.values()) if isinstance(table, Mapping) else ()
    else:
        value = _value(node, names)
        if isinstance(value, str):
            yield str(value.value) if isinstance(value, Enum) else value


def _value(node: ast.expr, names: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        return getattr(_value(node.value, names), node.attr, None)
    return None


def _is_passed_on(node: ast.expr) -> bool:
    """A parameter of the function around it, or the verb of an entry that is only shown."""
    return bool(re.fullmatch(r"verb|\w+\.verb|\w+\['verb'\]", ast.unparse(node)))
