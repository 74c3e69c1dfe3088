"""What the records write through: a Session, or the Connection under it.

A Connection runs the same statements without what the ORM prepares for each of them, so the payment's walk hands it
down; everybody else gives the Session. Statements stand ready made beside the functions that run them: making one anew
costs more than running it.
"""

from __future__ import annotations

from sqlalchemy import Connection
from sqlalchemy.orm import Session

Writer = Session | Connection


def dialect_of(writer: Writer) -> str:
    """ "sqlite" or "postgresql"."""
    return writer.dialect.name if isinstance(writer, Connection) else writer.get_bind().dialect.name
