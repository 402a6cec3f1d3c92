from applications.workflow.registry import StepKind, steps


@steps.register("decide")
class Decide(StepKind):
    """The office that may decide grants or refuses."""

    decides = True
