"""Named plug-ins: one registry per extension point, filled when apps load."""

import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Generic, TypeVar

Plugin = TypeVar("Plugin")


class Registry(Generic[Plugin]):
    """Maps a stable code, as stored in the database, to the class that serves it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._classes: dict[str, type[Plugin]] = {}

    def register(self, code: str) -> Callable[[type[Plugin]], type[Plugin]]:
        """Register the decorated class; a code given twice is a mistake and raises ValueError."""

        def decorate(cls: type[Plugin]) -> type[Plugin]:
            if self._classes.get(code, cls) is not cls:
                raise ValueError(f"{self.name}: {code!r} is registered twice")
            self._classes[code] = cls
            return cls

        return decorate

    def get(self, code: str) -> type[Plugin]:
        """Return the class for a code, or raise LookupError naming the known ones."""
        try:
            return self._classes[code]
        except KeyError:
            known = ", ".join(sorted(self._classes)) or "none"
            raise LookupError(f"{self.name}: no {code!r} (known: {known})") from None

    def __contains__(self, code: str) -> bool:
        return code in self._classes

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._classes))

    def discover(self, package: str) -> None:
        """Import every module of a folder, so that adding a file adds the plug-in."""
        for module in pkgutil.iter_modules(import_module(package).__path__):
            import_module(f"{package}.{module.name}")
