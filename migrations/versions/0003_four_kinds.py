"""Leases, rentals and credit lines beside loans: charges with a type, dated changes, units, policies, statements.

Revision ID: 0003
Revises: 0002
"""

from alembic import op
import sqlalchemy as sa


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

CHART = (
    ("rent_receivable", "Rent receivable", "asset"),
    ("other_receivable", "Other charges receivable", "asset"),
    ("lease_receivable", "Lease payments receivable", "asset"),
    ("credit_line_receivable", "Credit line purchases receivable", "asset"),
    ("finance_receivable", "Credit line interest receivable", "asset"),
    ("deposits_receivable", "Security deposits asked for, not yet paid", "asset"),
    ("deposits_held", "Security deposits held", "liability"),
    ("sales_tax_payable", "Sales tax payable", "liability"),
    ("rent_income", "Rent income", "income"),
    ("other_income", "Income from other charges", "income"),
    ("lease_income", "Lease income", "income"),
    ("sales", "Sales on credit", "income"),
    ("recoveries", "Recoveries after charge-off", "income"),
)
KINDS = "kind IN ('loan', 'lease_to_own', 'rental', 'credit_line')"
BUCKETS = "bucket IN ('interest', 'principal', 'fees', 'credit', 'rent', 'other', 'lease', 'purchases', 'finance', 'deposit', 'recovery')"


def upgrade() -> None:
    op.create_table('legal_cap',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('jurisdiction', sa.String(length=16), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('what', sa.String(length=24), nullable=False),
    sa.Column('effective_from', sa.Date(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=True),
    sa.Column('percent', sa.String(length=40), nullable=True),
    sa.Column('earliest_days', sa.Integer(), nullable=True),
    sa.Column('combine', sa.String(length=8), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.Column('verified_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=64), nullable=False),
    sa.CheckConstraint("what IN ('late_fee', 'rate', 'returned_payment_fee')", name=op.f('ck_legal_cap_what')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_legal_cap')),
    sa.UniqueConstraint('ref', name=op.f('uq_legal_cap_ref'))
    )
    op.create_table('property',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('jurisdiction', sa.String(length=16), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_property')),
    sa.UniqueConstraint('name', name=op.f('uq_property_name')),
    sa.UniqueConstraint('ref', name=op.f('uq_property_ref'))
    )
    op.create_table('unit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('property_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('beds', sa.Integer(), nullable=True),
    sa.Column('baths', sa.String(length=40), nullable=True),
    sa.Column('size', sa.Integer(), nullable=True),
    sa.Column('market_rent_minor', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['property_id'], ['property.id'], name=op.f('fk_unit_property_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit')),
    sa.UniqueConstraint('property_id', 'name', name=op.f('uq_unit_property_id_name')),
    sa.UniqueConstraint('ref', name=op.f('uq_unit_ref'))
    )
    op.create_table('agreement_change',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('type', sa.String(length=24), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_agreement_change_agreement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreement_change')),
    sa.UniqueConstraint('agreement_id', 'number', name=op.f('uq_agreement_change_agreement_id_number'))
    )
    op.create_table('hold',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('type', sa.String(length=16), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('placed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('placed_by', sa.String(length=64), nullable=False),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lifted_by', sa.String(length=64), nullable=False),
    sa.CheckConstraint("type IN ('eviction', 'certified_funds', 'other')", name=op.f('ck_hold_type')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_hold_agreement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hold')),
    sa.UniqueConstraint('ref', name=op.f('uq_hold_ref'))
    )
    with op.batch_alter_table('hold', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hold_agreement_id'), ['agreement_id'], unique=False)

    op.create_table('late_fee_policy',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('property_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('effective_from', sa.Date(), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=64), nullable=False),
    sa.CheckConstraint("kind IN ('loan', 'lease_to_own', 'rental', 'credit_line')", name=op.f('ck_late_fee_policy_kind')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_late_fee_policy_agreement_id')),
    sa.ForeignKeyConstraint(['property_id'], ['property.id'], name=op.f('fk_late_fee_policy_property_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_late_fee_policy')),
    sa.UniqueConstraint('name', 'version', name=op.f('uq_late_fee_policy_name_version')),
    sa.UniqueConstraint('ref', name=op.f('uq_late_fee_policy_ref'))
    )
    with op.batch_alter_table('late_fee_policy', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_late_fee_policy_agreement_id'), ['agreement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_late_fee_policy_property_id'), ['property_id'], unique=False)

    op.create_table('statement',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('period_from', sa.Date(), nullable=False),
    sa.Column('closing_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('closing_minor', sa.BigInteger(), nullable=False),
    sa.Column('minimum_minor', sa.BigInteger(), nullable=False),
    sa.Column('past_due_minor', sa.BigInteger(), nullable=False),
    sa.Column('late_since', sa.Date(), nullable=True),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_statement_agreement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statement')),
    sa.UniqueConstraint('agreement_id', 'closing_on', name=op.f('uq_statement_agreement_id_closing_on')),
    sa.UniqueConstraint('ref', name=op.f('uq_statement_ref'))
    )
    with op.batch_alter_table('agreement', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_agreement_kind'), type_='check')
        batch_op.create_check_constraint(op.f('ck_agreement_kind'), KINDS)
        batch_op.add_column(sa.Column('terms', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('ends_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('ended_on', sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f('ix_agreement_unit_id'), ['unit_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_agreement_unit_id'), 'unit', ['unit_id'], ['id'])

    with op.batch_alter_table('allocation', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_allocation_bucket'), type_='check')
        batch_op.create_check_constraint(op.f('ck_allocation_bucket'), BUCKETS)
        batch_op.add_column(sa.Column('payer', sa.String(length=32), server_default='', nullable=False))
        batch_op.alter_column('payment_id',
               existing_type=sa.INTEGER(),
               nullable=True)

    with op.batch_alter_table('charge', schema=None) as batch_op:
        batch_op.add_column(sa.Column('type', sa.String(length=24), server_default='fee', nullable=False))
        batch_op.add_column(sa.Column('name', sa.String(length=120), server_default='', nullable=False))
        batch_op.add_column(sa.Column('period_from', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('period_to', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('tax_minor', sa.BigInteger(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('payer', sa.String(length=32), server_default='', nullable=False))
        batch_op.add_column(sa.Column('posted_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('about_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_index(batch_op.f('ix_charge_about_id'), ['about_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_charge_about_id'), 'charge', ['about_id'], ['id'])

    with op.batch_alter_table('loan', schema=None) as batch_op:
        batch_op.add_column(sa.Column('skip_months', sa.String(length=32), server_default='', nullable=False))
        batch_op.add_column(sa.Column('interest_only', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('steps', sa.JSON(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('rebate', sa.String(length=16), server_default='days', nullable=False))
        batch_op.add_column(sa.Column('revisions', sa.JSON(), server_default='[]', nullable=False))

    with op.batch_alter_table('payment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('extra', sa.String(length=8), server_default='shorter', nullable=False))
        batch_op.create_check_constraint(
            op.f('ck_payment_extra'), "extra IN ('shorter', 'smaller', 'ahead', 'close')"
        )

    with op.batch_alter_table('standing', schema=None) as batch_op:
        batch_op.add_column(sa.Column('billed_through', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('next_bill_on', sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f('ix_standing_next_bill_on'), ['next_bill_on'], unique=False)

    op.bulk_insert(
        sa.table("ledger_account", sa.column("code"), sa.column("name"), sa.column("type")),
        [dict(zip(("code", "name", "type"), row, strict=True)) for row in CHART],
    )


def downgrade() -> None:
    accounts = sa.table("ledger_account", sa.column("code"))
    op.execute(accounts.delete().where(accounts.c.code.in_([row[0] for row in CHART])))
    with op.batch_alter_table('standing', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_standing_next_bill_on'))
        batch_op.drop_column('next_bill_on')
        batch_op.drop_column('billed_through')

    with op.batch_alter_table('loan', schema=None) as batch_op:
        batch_op.drop_column('revisions')
        batch_op.drop_column('rebate')
        batch_op.drop_column('steps')
        batch_op.drop_column('interest_only')
        batch_op.drop_column('skip_months')

    with op.batch_alter_table('payment', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_payment_extra'), type_='check')
        batch_op.drop_column('extra')

    with op.batch_alter_table('charge', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_charge_about_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_charge_about_id'))
        batch_op.drop_column('about_id')
        batch_op.drop_column('posted_on')
        batch_op.drop_column('payer')
        batch_op.drop_column('tax_minor')
        batch_op.drop_column('period_to')
        batch_op.drop_column('period_from')
        batch_op.drop_column('name')
        batch_op.drop_column('type')

    with op.batch_alter_table('allocation', schema=None) as batch_op:
        batch_op.drop_column('payer')
        batch_op.drop_constraint(op.f('ck_allocation_bucket'), type_='check')
        batch_op.create_check_constraint(
            op.f('ck_allocation_bucket'), "bucket IN ('interest', 'principal', 'fees', 'credit')"
        )
        batch_op.alter_column('payment_id',
               existing_type=sa.INTEGER(),
               nullable=False)

    with op.batch_alter_table('agreement', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_agreement_kind'), type_='check')
        batch_op.create_check_constraint(op.f('ck_agreement_kind'), "kind IN ('loan')")
        batch_op.drop_constraint(batch_op.f('fk_agreement_unit_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_agreement_unit_id'))
        batch_op.drop_column('ended_on')
        batch_op.drop_column('ends_on')
        batch_op.drop_column('unit_id')
        batch_op.drop_column('terms')

    op.drop_table('statement')
    with op.batch_alter_table('late_fee_policy', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_late_fee_policy_property_id'))
        batch_op.drop_index(batch_op.f('ix_late_fee_policy_agreement_id'))

    op.drop_table('late_fee_policy')
    with op.batch_alter_table('hold', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_hold_agreement_id'))

    op.drop_table('hold')
    op.drop_table('agreement_change')
    op.drop_table('unit')
    op.drop_table('property')
    op.drop_table('legal_cap')
