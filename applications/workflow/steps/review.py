from applications.workflow.registry import StepKind, steps


@steps.register("review")
class Review(StepKind):
    """An office checks its part and passes the case on to the next."""
