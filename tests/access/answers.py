"""What each kind of visitor is answered: the rules that the rows of `tests.access.table` name.

A row names a rule; a rule says what each visitor is answered when reading, and when sending a form:

`page`   the page, a file, or (for a form sent empty) an answer of ours: 200, 303, 409, 410 or 422
`in`     to the sign-in form        `code`   to the second step        `away`   to where they belong
`404`    it is not there for them   `403`    they see it is there and may not
"""

from __future__ import annotations

VISITORS = ("anonymous", "half", "customer", "stranger", "staff", "landlord", "admin")
"""Half: staff before their code. Customer: Bo, whose agreement, payment and method addresses name. Stranger: Stan."""

Answers = dict[str, str]


def everybody(answer: str) -> Answers:
    return dict.fromkeys(VISITORS, answer)


def answers(
    anonymous: str, half: str, customer: str, stranger: str, staff: str, landlord: str, admin: str
) -> Answers:
    return dict(zip(VISITORS, (anonymous, half, customer, stranger, staff, landlord, admin), strict=True))


# rule -> (when reading, when sending)
RULES: dict[str, tuple[Answers, Answers]] = {
    "open": (everybody("page"), everybody("page")),
    # asked here from the machine itself; tests/blueprints/public/test_readyz.py asks from elsewhere
    "this machine": (everybody("page"), everybody("405")),
    "no such link": (everybody("404"), everybody("404")),
    # other programs, by signature: a gateway that does not exist here
    "webhook": (everybody("405"), everybody("404")),
    "sign in": (answers("page", "away", "away", "away", "away", "away", "away"), everybody("page")),
    "second step": (
        answers("away", "page", "away", "away", "away", "away", "away"),
        answers("away", "page", "away", "away", "away", "away", "away"),
    ),
    "mailed code": (everybody("away"), everybody("away")),
    "pay": (answers("page", "page", "away", "away", "page", "page", "page"), everybody("405")),
    "language": (everybody("away"), everybody("405")),
    # every customer, about themselves
    "own": (
        answers("in", "code", "page", "page", "away", "away", "away"),
        answers("in", "code", "page", "page", "404", "404", "404"),
    ),
    # everybody who is signed in, about themselves
    "me": (
        answers("in", "code", "page", "page", "page", "page", "page"),
        answers("in", "code", "page", "page", "page", "page", "page"),
    ),
    # the same, for customers only
    "me, customer": (
        answers("in", "code", "page", "page", "404", "404", "404"),
        answers("in", "code", "page", "page", "404", "404", "404"),
    ),
    "me, customer, leads on": (
        answers("in", "code", "away", "away", "404", "404", "404"),
        answers("in", "code", "page", "page", "404", "404", "404"),
    ),
    # what is named here is nobody's, or somebody else's
    "me, none there": (
        answers("in", "code", "404", "404", "404", "404", "404"),
        answers("in", "code", "404", "404", "404", "404", "404"),
    ),
    # the same, but one who has a single agreement is led straight on to it
    "own, leads on": (
        answers("in", "code", "away", "page", "away", "away", "away"),
        answers("in", "code", "page", "page", "404", "404", "404"),
    ),
    # the customer whom the agreement, payment or method belongs to
    "theirs": (
        answers("in", "code", "page", "404", "away", "away", "away"),
        answers("in", "code", "page", "404", "404", "404", "404"),
    ),
    # a planned payment of theirs: the one named here is planned no more, so they are led to what became of it
    "theirs, settled": (
        answers("in", "code", "away", "404", "away", "away", "away"),
        answers("in", "code", "page", "404", "404", "404", "404"),
    ),
    # what is named here belongs to nobody yet: the door is what counts
    "own, none there": (
        answers("in", "code", "404", "404", "away", "away", "away"),
        answers("in", "code", "404", "404", "404", "404", "404"),
    ),
    "office": (
        answers("in", "code", "404", "404", "page", "page", "page"),
        answers("in", "code", "404", "404", "page", "page", "page"),
    ),
    "office, none there": (
        answers("in", "code", "404", "404", "404", "404", "404"),
        answers("in", "code", "404", "404", "404", "404", "404"),
    ),
    "staff": (
        answers("in", "code", "404", "404", "page", "403", "page"),
        answers("in", "code", "404", "404", "page", "403", "page"),
    ),
    # staff, and the landlord of the property: Lena owns none of what is named here
    "the part": (
        answers("in", "code", "404", "404", "page", "404", "page"),
        answers("in", "code", "404", "404", "page", "404", "page"),
    ),
    "the part, none there": (
        answers("in", "code", "404", "404", "404", "404", "404"),
        answers("in", "code", "404", "404", "404", "404", "404"),
    ),
    "staff, leads on": (
        answers("in", "code", "404", "404", "away", "403", "away"),
        answers("in", "code", "404", "404", "page", "403", "page"),
    ),
    "staff, none there": (
        answers("in", "code", "404", "404", "404", "403", "404"),
        answers("in", "code", "404", "404", "404", "403", "404"),
    ),
    "admin": (
        answers("in", "code", "404", "404", "403", "403", "page"),
        answers("in", "code", "404", "404", "403", "403", "page"),
    ),
    "admin, leads on": (
        answers("in", "code", "404", "404", "403", "403", "away"),
        answers("in", "code", "404", "404", "403", "403", "page"),
    ),
    "admin, none there": (
        answers("in", "code", "404", "404", "403", "403", "404"),
        answers("in", "code", "404", "404", "403", "403", "404"),
    ),
}
