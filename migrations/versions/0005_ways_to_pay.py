"""Every way to pay: methods, mandates, planned payments, refunds, disputes, files of the bank, its statements, tasks.

Revision ID: 0005
Revises: 0004
"""

from alembic import op
import sqlalchemy as sa


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

CHART = (
    ("clearing_stripe", "On its way: Stripe", "asset"),
    ("clearing_ach_file", "On its way: US bank debits", "asset"),
    ("clearing_sepa_file", "On its way: SEPA bank debits", "asset"),
    ("clearing_bacs_file", "On its way: UK bank debits", "asset"),
    ("cash_over_short", "Cash over and short", "expense"),
    ("deposits_in_transit", "Between the drawer and our bank", "asset"),
    ("method_fee_income", "Fees for ways to pay", "income"),
)

# Column of payment -> what it may be, before and from now on.
CHECKS = {
    'channel': (
        "channel IN ('portal', 'counter')",
        "channel IN ('portal', 'counter', 'phone', 'link', 'transfer', 'autopay')",
    ),
    'instrument': (
        "instrument IN ('bank', 'card', 'cash', 'check')",
        "instrument IN ('bank', 'card', 'cash', 'check', 'certified', 'money_order', 'terminal', 'transfer')",
    ),
}


def _check(batch_op, which: int) -> None:
    for column, texts in CHECKS.items():
        batch_op.drop_constraint(op.f(f'ck_payment_{column}'), type_='check')
        batch_op.create_check_constraint(op.f(f'ck_payment_{column}'), texts[which])


LIMITS = (
    "what IN ('late_fee', 'rate', 'returned_payment_fee')",
    "what IN ('late_fee', 'rate', 'returned_payment_fee', 'card_fee', 'bank_fee')",
)


def _limits(which: int) -> None:
    with op.batch_alter_table('legal_cap', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_legal_cap_what'), type_='check')
        batch_op.create_check_constraint(op.f('ck_legal_cap_what'), LIMITS[which])


SPARSE = (("allocation", "charge_id"), ("journal_entry", "payment_id"))
"""Columns of the books that many rows leave empty: their indexes hold the others alone."""


def _sparse(only_filled: bool) -> None:
    for table, column in SPARSE:
        filled = sa.text(f"{column} IS NOT NULL") if only_filled else None
        op.drop_index(f"ix_{table}_{column}", table_name=table)
        op.create_index(f"ix_{table}_{column}", table, [column], sqlite_where=filled, postgresql_where=filled)


def upgrade() -> None:
    _limits(1)
    _sparse(True)
    op.create_table('bank_file',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('gateway', sa.String(length=24), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('file_hash', sa.String(length=64), nullable=False),
    sa.Column('path', sa.String(length=300), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('problem', sa.JSON(), nullable=False),
    sa.Column('outcome', sa.JSON(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_by', sa.String(length=64), nullable=False),
    sa.CheckConstraint("state IN ('reading', 'read', 'refused')", name=op.f('ck_bank_file_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_file')),
    sa.UniqueConstraint('file_hash', name=op.f('uq_bank_file_file_hash')),
    sa.UniqueConstraint('ref', name=op.f('uq_bank_file_ref'))
    )
    op.create_table('batch',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('gateway', sa.String(length=24), nullable=False),
    sa.Column('leaves_on', sa.Date(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('debit_minor', sa.BigInteger(), nullable=False),
    sa.Column('credit_minor', sa.BigInteger(), nullable=False),
    sa.Column('control', sa.String(length=80), nullable=False),
    sa.Column('file_name', sa.String(length=120), nullable=False),
    sa.Column('file_hash', sa.String(length=64), nullable=False),
    sa.Column('file_path', sa.String(length=300), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=64), nullable=False),
    sa.Column('handed_over_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('handed_over_by', sa.String(length=64), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.CheckConstraint("state IN ('building', 'written', 'handed_over', 'accepted', 'refused', 'cancelled')", name=op.f('ck_batch_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batch')),
    sa.UniqueConstraint('gateway', 'leaves_on', 'number', name=op.f('uq_batch_gateway_leaves_on_number')),
    sa.UniqueConstraint('ref', name=op.f('uq_batch_ref'))
    )
    op.create_table('csv_layout',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('mapping', sa.JSON(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_csv_layout')),
    sa.UniqueConstraint('fingerprint', name=op.f('uq_csv_layout_fingerprint'))
    )
    op.create_table('method_rule',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agreement_kind', sa.String(length=16), nullable=False),
    sa.Column('instrument', sa.String(length=12), nullable=False),
    sa.Column('accepted', sa.Boolean(), nullable=False),
    sa.Column('fee_percent', sa.String(length=40), nullable=True),
    sa.Column('fee_fixed_minor', sa.BigInteger(), nullable=False),
    sa.Column('fee_cap_minor', sa.BigInteger(), nullable=True),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=64), nullable=False),
    sa.CheckConstraint("instrument IN ('bank', 'credit', 'debit', 'prepaid', 'transfer', 'counter')", name=op.f('ck_method_rule_instrument')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_method_rule'))
    )
    with op.batch_alter_table('method_rule', schema=None) as batch_op:
        batch_op.create_index('ix_method_rule_from', ['agreement_kind', 'instrument', 'from_on'], unique=False)

    op.create_table('bank_statement',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('account', sa.String(length=40), nullable=False),
    sa.Column('account_key', sa.String(length=64), nullable=False),
    sa.Column('format', sa.String(length=12), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('file_hash', sa.String(length=64), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('to_on', sa.Date(), nullable=False),
    sa.Column('opening_minor', sa.BigInteger(), nullable=True),
    sa.Column('closing_minor', sa.BigInteger(), nullable=True),
    sa.Column('layout_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('imported_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('imported_by', sa.String(length=64), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['layout_id'], ['csv_layout.id'], name=op.f('fk_bank_statement_layout_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_statement')),
    sa.UniqueConstraint('ref', name=op.f('uq_bank_statement_ref'))
    )
    with op.batch_alter_table('bank_statement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bank_statement_account_key'), ['account_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_bank_statement_file_hash'), ['file_hash'], unique=False)

    op.create_table('bank_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('statement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('account_key', sa.String(length=64), nullable=False),
    sa.Column('line_hash', sa.String(length=64), nullable=False),
    sa.Column('booked_on', sa.Date(), nullable=False),
    sa.Column('value_on', sa.Date(), nullable=True),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('name', sa.String(length=140), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('bank_ref', sa.String(length=80), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.CheckConstraint("state IN ('open', 'matched', 'ignored', 'undone')", name=op.f('ck_bank_line_state')),
    sa.ForeignKeyConstraint(['statement_id'], ['bank_statement.id'], name=op.f('fk_bank_line_statement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_line')),
    sa.UniqueConstraint('ref', name=op.f('uq_bank_line_ref')),
    sa.UniqueConstraint('statement_id', 'number', name=op.f('uq_bank_line_statement_id_number'))
    )
    with op.batch_alter_table('bank_line', schema=None) as batch_op:
        batch_op.create_index('ix_bank_line_state_booked', ['state', 'booked_on'], unique=False)
        batch_op.create_index('uq_bank_line_once', ['account_key', 'line_hash'], unique=True, sqlite_where=sa.text("state <> 'undone'"), postgresql_where=sa.text("state <> 'undone'"))

    op.create_table('mandate',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=35), nullable=False),
    sa.Column('method_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('scheme', sa.String(length=8), nullable=False),
    sa.Column('class_code', sa.String(length=4), nullable=False),
    sa.Column('recurring', sa.Boolean(), nullable=False),
    sa.Column('channel', sa.String(length=8), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('version', sa.String(length=16), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('text_hash', sa.String(length=64), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('accepted_on', sa.Date(), nullable=False),
    sa.Column('accepted_by', sa.String(length=64), nullable=False),
    sa.Column('strength', sa.String(length=12), nullable=False),
    sa.Column('address', sa.String(length=64), nullable=False),
    sa.Column('device', sa.String(length=200), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.String(length=64), nullable=False),
    sa.CheckConstraint("scheme IN ('ach', 'sepa', 'bacs', 'card')", name=op.f('ck_mandate_scheme')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_mandate_agreement_id')),
    sa.ForeignKeyConstraint(['method_id'], ['payment_method.id'], name=op.f('fk_mandate_method_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_mandate_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mandate')),
    sa.UniqueConstraint('ref', name=op.f('uq_mandate_ref'))
    )
    with op.batch_alter_table('mandate', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mandate_agreement_id'), ['agreement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mandate_method_id'), ['method_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mandate_person_id'), ['person_id'], unique=False)

    op.create_table('pay_link',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('note', sa.String(length=120), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=64), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_pay_link_positive')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_pay_link_agreement_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_pay_link_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pay_link')),
    sa.UniqueConstraint('ref', name=op.f('uq_pay_link_ref')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_pay_link_token_hash'))
    )
    with op.batch_alter_table('pay_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pay_link_agreement_id'), ['agreement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pay_link_person_id'), ['person_id'], unique=False)

    op.create_table('task',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('dedupe_key', sa.String(length=160), nullable=False),
    sa.Column('subject', sa.String(length=24), nullable=False),
    sa.Column('subject_id', sa.BigInteger(), nullable=True),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sa.String(length=64), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_task_agreement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task')),
    sa.UniqueConstraint('ref', name=op.f('uq_task_ref'))
    )
    with op.batch_alter_table('task', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_task_agreement_id'), ['agreement_id'], unique=False)
        batch_op.create_index('ix_task_closed_opened', ['closed_at', 'opened_at'], unique=False)
        batch_op.create_index('uq_task_open', ['dedupe_key'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    op.create_table('gateway_notice',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('gateway', sa.String(length=24), nullable=False),
    sa.Column('event_id', sa.String(length=160), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('via', sa.String(length=8), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('payment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('heard_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('acted_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('acted', 'parked', 'passed', 'refused')", name=op.f('ck_gateway_notice_state')),
    sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_gateway_notice_payment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gateway_notice')),
    sa.UniqueConstraint('gateway', 'event_id', name=op.f('uq_gateway_notice_gateway_event_id'))
    )
    with op.batch_alter_table('gateway_notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_gateway_notice_payment_id'), ['payment_id'], unique=False)
        batch_op.create_index('ix_gateway_notice_state_key', ['state', 'key'], unique=False)

    op.create_table('drawer_count',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=64), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('pieces', sa.JSON(), nullable=False),
    sa.Column('counted_minor', sa.BigInteger(), nullable=False),
    sa.Column('expected_minor', sa.BigInteger(), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('counted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('counted_by', sa.String(length=64), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['entry_id'], ['journal_entry.id'], name=op.f('fk_drawer_count_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drawer_count')),
    sa.UniqueConstraint('ref', name=op.f('uq_drawer_count_ref'))
    )
    with op.batch_alter_table('drawer_count', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_drawer_count_day'), ['day'], unique=False)

    op.create_table('gateway_payout',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('gateway', sa.String(length=24), nullable=False),
    sa.Column('payout_id', sa.String(length=80), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('fees_minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('arrives_on', sa.Date(), nullable=False),
    sa.Column('keys', sa.JSON(), nullable=False),
    sa.Column('heard_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['entry_id'], ['journal_entry.id'], name=op.f('fk_gateway_payout_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gateway_payout')),
    sa.UniqueConstraint('gateway', 'payout_id', name=op.f('uq_gateway_payout_gateway_payout_id'))
    )
    op.create_table('refund',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=64), nullable=False),
    sa.Column('payment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('way', sa.String(length=8), nullable=False),
    sa.Column('from_credit', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('gateway', sa.String(length=24), nullable=False),
    sa.Column('gateway_ref', sa.String(length=80), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('begun_on', sa.Date(), nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('begun_by', sa.String(length=64), nullable=False),
    sa.Column('settled_on', sa.Date(), nullable=True),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('undo_entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('next_look_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('looks', sa.Integer(), nullable=False),
    sa.CheckConstraint("state IN ('attempting', 'unknown', 'pending', 'settled', 'failed')", name=op.f('ck_refund_state')),
    sa.CheckConstraint("way IN ('gateway', 'file', 'cash', 'check', 'transfer')", name=op.f('ck_refund_way')),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_refund_positive')),
    sa.ForeignKeyConstraint(['entry_id'], ['journal_entry.id'], name=op.f('fk_refund_entry_id')),
    sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_refund_payment_id')),
    sa.ForeignKeyConstraint(['undo_entry_id'], ['journal_entry.id'], name=op.f('fk_refund_undo_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_refund')),
    sa.UniqueConstraint('key', name=op.f('uq_refund_key')),
    sa.UniqueConstraint('ref', name=op.f('uq_refund_ref'))
    )
    with op.batch_alter_table('refund', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_refund_payment_id'), ['payment_id'], unique=False)
        batch_op.create_index('ix_refund_state_next_look', ['state', 'next_look_at'], unique=False)

    op.create_table('bank_deposit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=64), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('cash_minor', sa.BigInteger(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=64), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.String(length=64), nullable=False),
    sa.CheckConstraint('amount_minor <> 0', name=op.f('ck_bank_deposit_not_zero')),
    sa.ForeignKeyConstraint(['entry_id'], ['journal_entry.id'], name=op.f('fk_bank_deposit_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_deposit')),
    sa.UniqueConstraint('ref', name=op.f('uq_bank_deposit_ref'))
    )
    with op.batch_alter_table('bank_deposit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bank_deposit_day'), ['day'], unique=False)
        batch_op.create_index(batch_op.f('ix_bank_deposit_entry_id'), ['entry_id'], unique=False)

    op.create_table('bank_deposit_item',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('deposit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('payment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['deposit_id'], ['bank_deposit.id'], name=op.f('fk_bank_deposit_item_deposit_id')),
    sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_bank_deposit_item_payment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_deposit_item'))
    )
    with op.batch_alter_table('bank_deposit_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bank_deposit_item_deposit_id'), ['deposit_id'], unique=False)
        batch_op.create_index('uq_bank_deposit_item_once', ['payment_id'], unique=True, sqlite_where=sa.text('undone_at IS NULL'), postgresql_where=sa.text('undone_at IS NULL'))

    op.create_table('bank_match',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('line_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('payment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('refund_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('batch_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('payout_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('deposit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('undo_entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=64), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.String(length=64), nullable=False),
    sa.CheckConstraint("kind IN ('payment', 'transfer', 'payout', 'batch', 'deposit', 'refund', 'other')", name=op.f('ck_bank_match_kind')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_bank_match_agreement_id')),
    sa.ForeignKeyConstraint(['batch_id'], ['batch.id'], name=op.f('fk_bank_match_batch_id')),
    sa.ForeignKeyConstraint(['deposit_id'], ['bank_deposit.id'], name=op.f('fk_bank_match_deposit_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['journal_entry.id'], name=op.f('fk_bank_match_entry_id')),
    sa.ForeignKeyConstraint(['line_id'], ['bank_line.id'], name=op.f('fk_bank_match_line_id')),
    sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_bank_match_payment_id')),
    sa.ForeignKeyConstraint(['payout_id'], ['gateway_payout.id'], name=op.f('fk_bank_match_payout_id')),
    sa.ForeignKeyConstraint(['refund_id'], ['refund.id'], name=op.f('fk_bank_match_refund_id')),
    sa.ForeignKeyConstraint(['undo_entry_id'], ['journal_entry.id'], name=op.f('fk_bank_match_undo_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_match')),
    sa.UniqueConstraint('ref', name=op.f('uq_bank_match_ref'))
    )
    with op.batch_alter_table('bank_match', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bank_match_agreement_id'), ['agreement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bank_match_batch_id'), ['batch_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bank_match_deposit_id'), ['deposit_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bank_match_line_id'), ['line_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bank_match_payment_id'), ['payment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bank_match_payout_id'), ['payout_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bank_match_refund_id'), ['refund_id'], unique=False)

    op.create_table('batch_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('batch_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('payment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('refund_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('method_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('mandate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('class_code', sa.String(length=4), nullable=False),
    sa.Column('sequence', sa.String(length=4), nullable=False),
    sa.Column('trace', sa.String(length=35), nullable=False),
    sa.Column('outcome', sa.String(length=12), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.CheckConstraint("kind IN ('debit', 'credit', 'prenote', 'test_credit', 'test_debit')", name=op.f('ck_batch_line_kind')),
    sa.CheckConstraint('amount_minor >= 0', name=op.f('ck_batch_line_amount')),
    sa.ForeignKeyConstraint(['batch_id'], ['batch.id'], name=op.f('fk_batch_line_batch_id')),
    sa.ForeignKeyConstraint(['mandate_id'], ['mandate.id'], name=op.f('fk_batch_line_mandate_id')),
    sa.ForeignKeyConstraint(['method_id'], ['payment_method.id'], name=op.f('fk_batch_line_method_id')),
    sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_batch_line_payment_id')),
    sa.ForeignKeyConstraint(['refund_id'], ['refund.id'], name=op.f('fk_batch_line_refund_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batch_line')),
    sa.UniqueConstraint('key', name=op.f('uq_batch_line_key'))
    )
    with op.batch_alter_table('batch_line', schema=None) as batch_op:
        batch_op.create_index('ix_batch_line_batch', ['batch_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_batch_line_mandate_id'), ['mandate_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_batch_line_method_id'), ['method_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_batch_line_payment_id'), ['payment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_batch_line_refund_id'), ['refund_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_batch_line_trace'), ['trace'], unique=False)

    op.create_table('dispute',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('payment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('gateway', sa.String(length=24), nullable=False),
    sa.Column('case_ref', sa.String(length=80), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('evidence', sa.JSON(), nullable=False),
    sa.Column('return_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('won_entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.String(length=64), nullable=False),
    sa.CheckConstraint("state IN ('open', 'answered', 'won', 'lost', 'accepted')", name=op.f('ck_dispute_state')),
    sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_dispute_payment_id')),
    sa.ForeignKeyConstraint(['return_id'], ['payment_return.id'], name=op.f('fk_dispute_return_id')),
    sa.ForeignKeyConstraint(['won_entry_id'], ['journal_entry.id'], name=op.f('fk_dispute_won_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dispute')),
    sa.UniqueConstraint('gateway', 'case_ref', name=op.f('uq_dispute_gateway_case_ref')),
    sa.UniqueConstraint('ref', name=op.f('uq_dispute_ref'))
    )
    with op.batch_alter_table('dispute', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dispute_payment_id'), ['payment_id'], unique=False)

    with op.batch_alter_table('business', schema=None) as batch_op:
        batch_op.add_column(sa.Column('primary_required', sa.JSON(), server_default='[]', nullable=False))

    with op.batch_alter_table('payment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('fee_minor', sa.BigInteger(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('scheduled_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('payer_named', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('choice', sa.String(length=12), server_default='', nullable=False))
        batch_op.add_column(sa.Column('mandate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('pay_link_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('represents_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.alter_column('instrument',
               existing_type=sa.VARCHAR(length=8),
               type_=sa.String(length=12),
               existing_nullable=False)
        _check(batch_op, 1)
        batch_op.create_check_constraint(op.f('ck_payment_fee'), 'fee_minor >= 0')
        batch_op.create_check_constraint(op.f('ck_payment_planned'), "state <> 'scheduled' OR scheduled_on IS NOT NULL")
        batch_op.create_index(batch_op.f('ix_payment_mandate_id'), ['mandate_id'], unique=False, sqlite_where=sa.text('mandate_id IS NOT NULL'), postgresql_where=sa.text('mandate_id IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_payment_pay_link_id'), ['pay_link_id'], unique=False, sqlite_where=sa.text('pay_link_id IS NOT NULL'), postgresql_where=sa.text('pay_link_id IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_payment_represents_id'), ['represents_id'], unique=False, sqlite_where=sa.text('represents_id IS NOT NULL'), postgresql_where=sa.text('represents_id IS NOT NULL'))
        batch_op.create_index('ix_payment_counter', ['begun_on', 'instrument'], unique=False, sqlite_where=sa.text("channel = 'counter'"), postgresql_where=sa.text("channel = 'counter'"))
        batch_op.create_index('ix_payment_planned', ['gateway', 'scheduled_on', 'id'], unique=False, sqlite_where=sa.text("state = 'scheduled'"), postgresql_where=sa.text("state = 'scheduled'"))
        batch_op.drop_index('ix_payment_checkout_ref')
        batch_op.create_index(batch_op.f('ix_payment_checkout_ref'), ['checkout_ref'], unique=False, sqlite_where=sa.text('checkout_ref IS NOT NULL'), postgresql_where=sa.text('checkout_ref IS NOT NULL'))
        batch_op.create_foreign_key(batch_op.f('fk_payment_pay_link_id'), 'pay_link', ['pay_link_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_payment_mandate_id'), 'mandate', ['mandate_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_payment_represents_id'), 'payment', ['represents_id'], ['id'])

    with op.batch_alter_table('payment_method', schema=None) as batch_op:
        batch_op.add_column(sa.Column('funding', sa.String(length=8), server_default='', nullable=False))
        batch_op.add_column(sa.Column('account_type', sa.String(length=8), server_default='', nullable=False))
        batch_op.add_column(sa.Column('holder', sa.String(length=120), server_default='', nullable=False))
        batch_op.add_column(sa.Column('country', sa.String(length=2), server_default='', nullable=False))
        batch_op.add_column(sa.Column('nickname', sa.String(length=40), server_default='', nullable=False))
        batch_op.add_column(sa.Column('rank', sa.String(length=8), server_default='other', nullable=False))
        batch_op.add_column(sa.Column('fingerprint', sa.String(length=64), server_default='', nullable=False))
        batch_op.add_column(sa.Column('verification', sa.String(length=8), server_default='none', nullable=False))
        batch_op.add_column(sa.Column('verify_sent_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('verify_amounts_sealed', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('verify_tries', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('stopped_code', sa.String(length=16), server_default='', nullable=False))
        batch_op.add_column(sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_check_constraint(op.f('ck_payment_method_rank'), "rank IN ('primary', 'backup', 'other')")
        batch_op.create_check_constraint(
            op.f('ck_payment_method_verification'), "verification IN ('none', 'sent', 'passed', 'failed')"
        )
        batch_op.create_index(batch_op.f('ix_payment_method_fingerprint'), ['fingerprint'], unique=False)
        batch_op.create_index('uq_payment_method_backup', ['person_id'], unique=True, sqlite_where=sa.text("rank = 'backup' AND removed_at IS NULL"), postgresql_where=sa.text("rank = 'backup' AND removed_at IS NULL"))
        batch_op.create_index('uq_payment_method_primary', ['person_id'], unique=True, sqlite_where=sa.text("rank = 'primary' AND removed_at IS NULL"), postgresql_where=sa.text("rank = 'primary' AND removed_at IS NULL"))


    op.bulk_insert(
        sa.table("ledger_account", sa.column("code"), sa.column("name"), sa.column("type")),
        [dict(zip(("code", "name", "type"), row, strict=True)) for row in CHART],
    )


def downgrade() -> None:
    _sparse(False)
    op.execute("DELETE FROM legal_cap WHERE what IN ('card_fee', 'bank_fee')")
    _limits(0)
    accounts = sa.table("ledger_account", sa.column("code"))
    op.execute(accounts.delete().where(accounts.c.code.in_([row[0] for row in CHART])))
    with op.batch_alter_table('payment_method', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_payment_method_rank'), type_='check')
        batch_op.drop_constraint(op.f('ck_payment_method_verification'), type_='check')
        batch_op.drop_index('uq_payment_method_primary', sqlite_where=sa.text("rank = 'primary' AND removed_at IS NULL"), postgresql_where=sa.text("rank = 'primary' AND removed_at IS NULL"))
        batch_op.drop_index('uq_payment_method_backup', sqlite_where=sa.text("rank = 'backup' AND removed_at IS NULL"), postgresql_where=sa.text("rank = 'backup' AND removed_at IS NULL"))
        batch_op.drop_index(batch_op.f('ix_payment_method_fingerprint'))
        batch_op.drop_column('stopped_at')
        batch_op.drop_column('stopped_code')
        batch_op.drop_column('verify_tries')
        batch_op.drop_column('verify_amounts_sealed')
        batch_op.drop_column('verify_sent_on')
        batch_op.drop_column('verification')
        batch_op.drop_column('fingerprint')
        batch_op.drop_column('rank')
        batch_op.drop_column('nickname')
        batch_op.drop_column('country')
        batch_op.drop_column('holder')
        batch_op.drop_column('account_type')
        batch_op.drop_column('funding')

    with op.batch_alter_table('payment', schema=None) as batch_op:
        _check(batch_op, 0)
        batch_op.drop_constraint(op.f('ck_payment_fee'), type_='check')
        batch_op.drop_constraint(op.f('ck_payment_planned'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_payment_represents_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_payment_mandate_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_payment_pay_link_id'), type_='foreignkey')
        batch_op.drop_index('ix_payment_planned')
        batch_op.drop_index('ix_payment_checkout_ref')
        batch_op.create_index('ix_payment_checkout_ref', ['checkout_ref'], unique=False)
        batch_op.drop_index('ix_payment_counter', sqlite_where=sa.text("channel = 'counter'"), postgresql_where=sa.text("channel = 'counter'"))
        batch_op.drop_index(batch_op.f('ix_payment_represents_id'))
        batch_op.drop_index(batch_op.f('ix_payment_pay_link_id'))
        batch_op.drop_index(batch_op.f('ix_payment_mandate_id'))
        batch_op.alter_column('instrument',
               existing_type=sa.String(length=12),
               type_=sa.VARCHAR(length=8),
               existing_nullable=False)
        batch_op.drop_column('represents_id')
        batch_op.drop_column('pay_link_id')
        batch_op.drop_column('mandate_id')
        batch_op.drop_column('choice')
        batch_op.drop_column('payer_named')
        batch_op.drop_column('scheduled_on')
        batch_op.drop_column('fee_minor')

    with op.batch_alter_table('business', schema=None) as batch_op:
        batch_op.drop_column('primary_required')

    with op.batch_alter_table('dispute', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_dispute_payment_id'))

    op.drop_table('dispute')
    with op.batch_alter_table('batch_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_batch_line_trace'))
        batch_op.drop_index(batch_op.f('ix_batch_line_refund_id'))
        batch_op.drop_index(batch_op.f('ix_batch_line_payment_id'))
        batch_op.drop_index(batch_op.f('ix_batch_line_method_id'))
        batch_op.drop_index(batch_op.f('ix_batch_line_mandate_id'))
        batch_op.drop_index('ix_batch_line_batch')

    op.drop_table('batch_line')
    with op.batch_alter_table('bank_match', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_bank_match_refund_id'))
        batch_op.drop_index(batch_op.f('ix_bank_match_payout_id'))
        batch_op.drop_index(batch_op.f('ix_bank_match_payment_id'))
        batch_op.drop_index(batch_op.f('ix_bank_match_line_id'))
        batch_op.drop_index(batch_op.f('ix_bank_match_deposit_id'))
        batch_op.drop_index(batch_op.f('ix_bank_match_batch_id'))
        batch_op.drop_index(batch_op.f('ix_bank_match_agreement_id'))

    op.drop_table('bank_match')
    with op.batch_alter_table('bank_deposit_item', schema=None) as batch_op:
        batch_op.drop_index('uq_bank_deposit_item_once', sqlite_where=sa.text('undone_at IS NULL'), postgresql_where=sa.text('undone_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_bank_deposit_item_deposit_id'))

    op.drop_table('bank_deposit_item')
    with op.batch_alter_table('bank_deposit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_bank_deposit_entry_id'))
        batch_op.drop_index(batch_op.f('ix_bank_deposit_day'))

    op.drop_table('bank_deposit')
    with op.batch_alter_table('refund', schema=None) as batch_op:
        batch_op.drop_index('ix_refund_state_next_look')
        batch_op.drop_index(batch_op.f('ix_refund_payment_id'))

    op.drop_table('refund')
    op.drop_table('gateway_payout')
    with op.batch_alter_table('drawer_count', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_drawer_count_day'))

    op.drop_table('drawer_count')
    with op.batch_alter_table('gateway_notice', schema=None) as batch_op:
        batch_op.drop_index('ix_gateway_notice_state_key')
        batch_op.drop_index(batch_op.f('ix_gateway_notice_payment_id'))

    op.drop_table('gateway_notice')
    with op.batch_alter_table('task', schema=None) as batch_op:
        batch_op.drop_index('uq_task_open', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.drop_index('ix_task_closed_opened')
        batch_op.drop_index(batch_op.f('ix_task_agreement_id'))

    op.drop_table('task')
    with op.batch_alter_table('pay_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pay_link_person_id'))
        batch_op.drop_index(batch_op.f('ix_pay_link_agreement_id'))

    op.drop_table('pay_link')
    with op.batch_alter_table('mandate', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mandate_person_id'))
        batch_op.drop_index(batch_op.f('ix_mandate_method_id'))
        batch_op.drop_index(batch_op.f('ix_mandate_agreement_id'))

    op.drop_table('mandate')
    with op.batch_alter_table('bank_line', schema=None) as batch_op:
        batch_op.drop_index('uq_bank_line_once', sqlite_where=sa.text("state <> 'undone'"), postgresql_where=sa.text("state <> 'undone'"))
        batch_op.drop_index('ix_bank_line_state_booked')

    op.drop_table('bank_line')
    with op.batch_alter_table('bank_statement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_bank_statement_file_hash'))
        batch_op.drop_index(batch_op.f('ix_bank_statement_account_key'))

    op.drop_table('bank_statement')
    with op.batch_alter_table('method_rule', schema=None) as batch_op:
        batch_op.drop_index('ix_method_rule_from')

    op.drop_table('method_rule')
    op.drop_table('csv_layout')
    op.drop_table('batch')
    op.drop_table('bank_file')
