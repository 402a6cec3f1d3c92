"""Kinds of steps. One kind is one file in `steps/`."""

from typing import ClassVar

from audit.kernel.registry import Registry


class StepKind:
    """What an office does at a step of this kind.

    `decides` says that the step ends with the decision itself; other kinds end by being passed on.
    """

    decides: ClassVar[bool] = False


steps: Registry[StepKind] = Registry("step kinds")
