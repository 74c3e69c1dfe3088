"""What a user of the office is there for: role, duties and the part of the business they are limited to, or own.

`Post` is what an administrator chooses; it travels in the link of an invitation (`to_detail`, `from_detail`) and is
written down by `keep`, inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from domain.records.owners_view import owned_by
from domain.rules.duties import check_duties
from domain.words import N_, Refused, Sentence
from models import Property, User, UserLimit

ROLES = ("staff", "admin", "landlord")
LONGEST_BRANCH = 60


@dataclass(frozen=True, slots=True)
class Post:
    """`duties`: what staff may do, None for all that staff do by default. `properties` are refs, `branches` names.

    Staff without properties and branches work on the whole business; a landlord without properties sees none of it.
    """

    role: str
    duties: Sequence[str] | None = None
    properties: Sequence[str] = ()
    branches: Sequence[str] = ()


def checked(post: Post) -> Post:
    """The post with nothing in it that its role does not have. Raises Refused beside "role", "duties" or "branches"."""
    if post.role not in ROLES:
        raise Refused(Sentence(N_("Choose what this user is.")), "role")
    if post.role == "admin":
        return Post("admin")
    branches = sorted({" ".join(branch.split()) for branch in post.branches} - {""})
    if any(len(branch) > LONGEST_BRANCH for branch in branches):
        words = N_("Use at most %(count)s characters.")
        raise Refused(Sentence(words, {"count": LONGEST_BRANCH}), "branches")
    properties = list(dict.fromkeys(post.properties))
    if post.role == "landlord":
        return Post("landlord", None, properties)
    duties = None if post.duties is None else check_duties(post.duties)
    return Post("staff", duties, properties, branches)


def to_detail(post: Post) -> dict[str, Any]:
    """The post as the link of an invitation carries it."""
    duties = None if post.duties is None else list(post.duties)
    return {
        "role": post.role,
        "duties": duties,
        "properties": list(post.properties),
        "branches": list(post.branches),
    }


def from_detail(detail: Mapping[str, Any]) -> Post | None:
    """The post that a link brings; None for the link of a customer."""
    if not detail.get("role"):
        return None
    return Post(
        detail["role"], detail.get("duties"), detail.get("properties") or (), detail.get("branches") or ()
    )


def keep(session: Session, user: User, post: Post, *, by: str, now: datetime) -> None:
    """Write the post of the user down in place of the one before. Raises Refused beside "properties".

    A landlord sees what they own a share of in any case (`domain.records.owners_view`).
    """
    ids = dict(
        session.execute(select(Property.ref, Property.id).where(Property.ref.in_(post.properties))).all()
    )
    if len(ids) != len(post.properties):
        raise Refused(Sentence(N_("One of these properties is not here any more.")), "properties")
    user.role, user.duties = post.role, None if post.duties is None else list(post.duties)
    session.execute(delete(UserLimit).where(UserLimit.user_id == user.id))
    said = {"user_id": user.id, "added_at": now, "added_by": by}
    owned = owned_by(session, user.person_id) if post.role == "landlord" else []
    session.add_all(
        UserLimit(property_id=one, branch="", **said) for one in dict.fromkeys([*ids.values(), *owned])
    )
    session.add_all(UserLimit(branch=branch, **said) for branch in post.branches)
    session.flush()


def post_of(session: Session, user: User) -> Post:
    """The post as it stands."""
    rows = session.execute(
        select(Property.ref, UserLimit.branch)
        .outerjoin(Property, Property.id == UserLimit.property_id)
        .select_from(UserLimit)
        .where(UserLimit.user_id == user.id)
        .order_by(UserLimit.id)
    ).all()
    return Post(
        user.role,
        user.duties,
        [ref for ref, _branch in rows if ref],
        [branch for _ref, branch in rows if branch],
    )
