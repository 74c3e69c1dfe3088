"""Payments of several agreements made in one go share a checkout.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("payment") as table:
        table.add_column(sa.Column("checkout_ref", sa.String(length=64), nullable=True))
        table.create_index("ix_payment_checkout_ref", ["checkout_ref"])


def downgrade() -> None:
    with op.batch_alter_table("payment") as table:
        table.drop_index("ix_payment_checkout_ref")
        table.drop_column("checkout_ref")
