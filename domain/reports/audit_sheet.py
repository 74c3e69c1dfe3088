"""The audit trail as a report: the lines of `domain.reports.audit_trail`, the newest first. Read-only."""

from __future__ import annotations

from collections.abc import Iterator

from domain.access import Scope
from domain.reports import audit_trail
from domain.reports.sheet import Asked, Column, Link, Row, Sheet
from domain.words import N_, Sentence

TITLE = Sentence(N_("Audit list"))
CHOICES = {"what": audit_trail.SUBJECTS}
_COLUMNS = (
    Column("at", Sentence(N_("When")), "day"),
    Column("by", Sentence(N_("Who"))),
    Column("what", Sentence(N_("What"))),
    Column("about", Sentence(N_("About"))),
    Column("address", Sentence(N_("Network address"))),
    Column("device", Sentence(N_("Browser")), hidden=True),
)


def make(scope: Scope, asked: Asked) -> Sheet:
    """What was done from `asked.since` through `asked.until`; `asked.what` narrows it to one subject."""
    scope.require(audit_trail.RIGHT)
    return Sheet("audit_list", TITLE, asked, _COLUMNS, _rows(scope, asked))


def _rows(scope: Scope, asked: Asked) -> Iterator[Row]:
    wanted = audit_trail.Asked(
        action=asked.category, subject=asked.what, from_on=asked.since, until_on=asked.until
    )
    for event in audit_trail.events(scope, wanted, asked.zone):
        values = {
            "at": event.at, "by": event.by, "what": event.what, "about": event.about, "address": event.address,
            "device": event.device,
        }  # fmt: skip
        opens: dict[str, Link] = {"about": (event.endpoint, {"ref": event.ref})} if event.endpoint else {}
        yield Row(values, opens=opens)
