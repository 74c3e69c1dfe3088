"""One signed-in person as the rest of the program sees them: class `Scope`, and `any_of` for ready-made statements.

`Scope.select(Model)` gives the rows of a model that the person may see (`domain.access.visible`), as a SELECT to narrow
further. `Scope.may(right)` says whether role and duties give a right; whose row it is was decided by the SELECT before.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from domain.access.visible import VISIBLE
from domain.rules.duties import rights_of
from domain.words import N_, NotAllowed, Sentence

RIGHTS: dict[str, frozenset[str]] = {
    role: rights_of(role) for role in ("customer", "landlord", "staff", "admin")
}
"""Role -> rights of somebody whose duties nobody narrowed."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One signed-in person as the rest of the program sees them. `by` is the actor written into the books.

    `duties` narrow what staff may do (None: every duty). `limited`: rows of `UserLimit` say which part of the business
    this user works on. `reading`: somebody looks at another's pages, and may do nothing there.
    `link`: the link to pay by which somebody came who did not sign in (role "link"); `person_id` is then whom it was
    made for.
    """

    role: str
    user_id: int = 0
    person_id: int = 0
    duties: frozenset[str] | None = None
    limited: bool = False
    reading: bool = False
    link: int = 0

    @property
    def by(self) -> str:
        return f"link:{self.link}" if self.link else f"user:{self.user_id}"

    @property
    def staff(self) -> bool:
        """Whether the person works for the business, on all of it or on a part."""
        return self.role in ("staff", "admin")

    @property
    def everything(self) -> bool:
        """Whether the person sees the whole business, not only a part of it or what is theirs."""
        return self.role == "admin" or (self.role == "staff" and not self.limited)

    @property
    def part(self) -> bool:
        """Whether the person sees what belongs to some properties or branches: limited staff, and landlords."""
        return self.role == "landlord" or (self.role == "staff" and self.limited)

    @property
    def somebody(self) -> bool:
        """Whether a person is named, now or (see `any_of`) when the statement runs."""
        return not isinstance(self.person_id, int) or self.person_id > 0

    @property
    def values(self) -> dict[str, int]:
        """What a statement made from `any_of(role)` is to be run with."""
        return {"scope_user": self.user_id, "scope_person": self.person_id, "scope_link": self.link}

    @property
    def rights(self) -> frozenset[str]:
        return frozenset() if self.reading else rights_of(self.role, self.duties, self.limited)

    def may(self, right: str) -> bool:
        return right in self.rights

    def require(self, right: str) -> None:
        """Raise NotAllowed when the person lacks the right."""
        if not self.may(right):
            raise NotAllowed(
                Sentence(N_("Your account may not do this. Ask an administrator of this portal."))
            )

    def select(self, model: type[Any], *columns: Any) -> Select[Any]:
        """SELECT of the rows of `model` that this person may see (whole rows, or the given columns of them).

        Raises LookupError for a model with no rule.
        """
        rule = VISIBLE.get(model)
        if rule is None:
            raise LookupError(f"nobody wrote down who may see {model.__name__}")
        return rule(self, select(*columns).select_from(model) if columns else select(model))


STRANGER = Scope("anonymous")


@cache
def any_of(role: str, limited: bool = False) -> Scope:
    """A Scope of the role whose person is named only when a statement runs (with `Scope.values`).

    For statements that are run so often that they stand ready made; the rows are those of `Scope.select`.
    """
    user: Any = bindparam("scope_user")
    person: Any = bindparam("scope_person")
    link: Any = bindparam("scope_link")
    return Scope(role, user, person, limited=limited, link=link)
