"""Refusals. A caller can always show one to the person in front of the screen."""

from django.utils.functional import Promise


class Refused(Exception):  # noqa: N818 - it is an answer, not a fault
    """The request is understood and will not be carried out.

    `message` says what happened, `next_step` what the person can do about it, `code`
    is stable for programs. All three are required: a refusal without a way forward is
    a dead end, and dead ends are bugs here. `status` is the HTTP status pages and the
    API answer with; "not there" and "not yours" are both 404. `attempted` is what an officer
    reached for and may not open: kind and id, told to the trail and never to the officer.
    """

    def __init__(
        self,
        *,
        code: str,
        message: str | Promise,
        next_step: str | Promise,
        status: int = 409,
        attempted: object = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.next_step = next_step
        self.status = status
        self.attempted = attempted
