"""Owners and what they get, leases from application to notice, vehicles, notes, reports that are mailed, exports.

Revision ID: 0008
Revises: 0007
"""


from alembic import op
import sqlalchemy as sa


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

CHART = (
    ("property_expenses", "Spent on properties", "expense"),
    ("owner_payable", "Owed to owners", "liability"),
    ("owners_share", "Passed on to owners", "expense"),
    ("management_fee_income", "Management fees", "income"),
    ("between_agreements", "Moved between agreements", "asset"),
)


LIMITS = (
    "what IN ('late_fee', 'rate', 'returned_payment_fee', 'card_fee', 'bank_fee')",
    "what IN ('late_fee', 'rate', 'returned_payment_fee', 'card_fee', 'bank_fee', 'interest_reported', 'rent_reported')",
)


def _limits(which: int) -> None:
    with op.batch_alter_table('legal_cap', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_legal_cap_what'), type_='check')
        batch_op.create_check_constraint(op.f('ck_legal_cap_what'), LIMITS[which])


def upgrade() -> None:
    _limits(1)
    op.create_table('legal_days',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('jurisdiction', sa.String(length=16), nullable=False),
    sa.Column('what', sa.String(length=16), nullable=False),
    sa.Column('effective_from', sa.Date(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.Column('verified_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=64), nullable=False),
    sa.CheckConstraint("days BETWEEN 0 AND 366", name=op.f('ck_legal_days_days')),
    sa.CheckConstraint("what IN ('deposit', 'rent_increase')", name=op.f('ck_legal_days_what')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_legal_days')),
    sa.UniqueConstraint('jurisdiction', 'what', 'effective_from', name=op.f('uq_legal_days_jurisdiction_what_effective_from')),
    sa.UniqueConstraint('ref', name=op.f('uq_legal_days_ref'))
    )
    op.create_table('export_run',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('done', sa.BigInteger(), nullable=False),
    sa.Column('total', sa.BigInteger(), nullable=False),
    sa.Column('beat_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('path', sa.String(length=300), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('problem', sa.String(length=300), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_by', sa.String(length=64), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name=op.f('ck_export_run_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_export_run')),
    sa.UniqueConstraint('ref', name=op.f('uq_export_run_ref'))
    )
    op.create_table('search_word',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('subject', sa.String(length=12), nullable=False),
    sa.Column('subject_id', sa.BigInteger(), nullable=False),
    sa.Column('word', sa.String(length=60).with_variant(sa.String(length=60, collation='C'), 'postgresql'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_word')),
    sa.UniqueConstraint('subject', 'subject_id', 'word', name=op.f('uq_search_word_subject_subject_id_word'))
    )
    with op.batch_alter_table('search_word', schema=None) as batch_op:
        batch_op.create_index('ix_search_word_word', ['subject', 'word', 'subject_id'], unique=False)

    op.create_table('kept_file',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('media_type', sa.String(length=80), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('path', sa.String(length=300), nullable=False),
    sa.Column('property_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('kept_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kept_by', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['property_id'], ['property.id'], name=op.f('fk_kept_file_property_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kept_file')),
    sa.UniqueConstraint('ref', name=op.f('uq_kept_file_ref'))
    )
    with op.batch_alter_table('kept_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_kept_file_property_id'), ['property_id'], unique=False)

    op.create_table('management_terms',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('property_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('fee_percent', sa.String(length=40), nullable=False),
    sa.Column('fee_base', sa.String(length=12), nullable=False),
    sa.Column('fee_minimum_minor', sa.BigInteger(), nullable=False),
    sa.Column('fee_flat_minor', sa.BigInteger(), nullable=False),
    sa.Column('reserve_minor', sa.BigInteger(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=64), nullable=False),
    sa.CheckConstraint("fee_base IN ('collected', 'charged')", name=op.f('ck_management_terms_fee_base')),
    sa.ForeignKeyConstraint(['property_id'], ['property.id'], name=op.f('fk_management_terms_property_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_management_terms')),
    sa.UniqueConstraint('property_id', 'from_on', name=op.f('uq_management_terms_property_id_from_on'))
    )
    op.create_table('property_owner',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('property_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('share_percent', sa.String(length=40), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_property_owner_person_id')),
    sa.ForeignKeyConstraint(['property_id'], ['property.id'], name=op.f('fk_property_owner_property_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_property_owner')),
    sa.UniqueConstraint('property_id', 'person_id', 'from_on', name=op.f('uq_property_owner_property_id_person_id_from_on'))
    )
    with op.batch_alter_table('property_owner', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_property_owner_person_id'), ['person_id'], unique=False)

    op.create_table('column_choice',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('report', sa.String(length=40), nullable=False),
    sa.Column('columns', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_column_choice_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_column_choice')),
    sa.UniqueConstraint('user_id', 'report', name=op.f('uq_column_choice_user_id_report'))
    )
    op.create_table('market_rent',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_market_rent_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_market_rent'))
    )
    with op.batch_alter_table('market_rent', schema=None) as batch_op:
        batch_op.create_index('ix_market_rent_unit_from', ['unit_id', 'from_on'], unique=False)

    op.create_table('off_market',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_off_market_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_off_market')),
    sa.UniqueConstraint('ref', name=op.f('uq_off_market_ref'))
    )
    with op.batch_alter_table('off_market', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_off_market_unit_id'), ['unit_id'], unique=False)

    op.create_table('report_schedule',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('report', sa.String(length=40), nullable=False),
    sa.Column('filters', sa.JSON(), nullable=False),
    sa.Column('every', sa.String(length=8), nullable=False),
    sa.Column('format', sa.String(length=8), nullable=False),
    sa.Column('next_on', sa.Date(), nullable=False),
    sa.Column('last_on', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("every IN ('day', 'week', 'month')", name=op.f('ck_report_schedule_every')),
    sa.CheckConstraint("format IN ('page', 'csv', 'xlsx', 'pdf')", name=op.f('ck_report_schedule_format')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_report_schedule_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_schedule')),
    sa.UniqueConstraint('ref', name=op.f('uq_report_schedule_ref'))
    )
    with op.batch_alter_table('report_schedule', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_schedule_next_on'), ['next_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_schedule_user_id'), ['user_id'], unique=False)

    op.create_table('move_notice',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('given_on', sa.Date(), nullable=False),
    sa.Column('leaves_on', sa.Date(), nullable=False),
    sa.Column('given_by', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('withdrawn_on', sa.Date(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=64), nullable=False),
    sa.CheckConstraint("given_by IN ('tenant', 'landlord')", name=op.f('ck_move_notice_given_by')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_move_notice_agreement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_move_notice')),
    sa.UniqueConstraint('ref', name=op.f('uq_move_notice_ref'))
    )
    with op.batch_alter_table('move_notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_move_notice_agreement_id'), ['agreement_id'], unique=False)

    op.create_table('note',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('pinned', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by', sa.String(length=64), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('removed_by', sa.String(length=64), nullable=False),
    sa.CheckConstraint('(person_id IS NULL) <> (agreement_id IS NULL)', name=op.f('ck_note_one')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_note_agreement_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_note_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_note')),
    sa.UniqueConstraint('ref', name=op.f('uq_note_ref'))
    )
    with op.batch_alter_table('note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_note_agreement_id'), ['agreement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_note_person_id'), ['person_id'], unique=False)

    op.create_table('rental_application',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('wanted_from', sa.Date(), nullable=True),
    sa.Column('income_minor', sa.BigInteger(), nullable=True),
    sa.Column('occupants', sa.Integer(), nullable=True),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('decided_by', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=64), nullable=False),
    sa.CheckConstraint("state IN ('received', 'approved', 'declined', 'withdrawn')", name=op.f('ck_rental_application_state')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_rental_application_agreement_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_rental_application_person_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_rental_application_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rental_application')),
    sa.UniqueConstraint('ref', name=op.f('uq_rental_application_ref'))
    )
    with op.batch_alter_table('rental_application', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rental_application_agreement_id'), ['agreement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_rental_application_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_rental_application_unit_id'), ['unit_id'], unique=False)

    op.create_table('vehicle',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('vin', sa.String(length=17), nullable=False),
    sa.Column('year', sa.Integer(), nullable=True),
    sa.Column('make', sa.String(length=40), nullable=False),
    sa.Column('model', sa.String(length=60), nullable=False),
    sa.Column('color', sa.String(length=30), nullable=False),
    sa.Column('plate', sa.String(length=16), nullable=False),
    sa.Column('plate_folded', sa.String(length=16), nullable=False),
    sa.Column('plate_state', sa.String(length=16), nullable=False),
    sa.Column('miles', sa.Integer(), nullable=True),
    sa.Column('title_status', sa.String(length=16), nullable=False),
    sa.Column('title_number', sa.String(length=40), nullable=False),
    sa.Column('custody', sa.String(length=12), nullable=False),
    sa.Column('custody_on', sa.Date(), nullable=True),
    sa.Column('custody_note', sa.String(length=300), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=64), nullable=False),
    sa.CheckConstraint("custody IN ('customer', 'assigned', 'repossessed', 'redeemed', 'sold')", name=op.f('ck_vehicle_custody')),
    sa.CheckConstraint("title_status IN ('unknown', 'applied_for', 'lien_recorded', 'held', 'released')", name=op.f('ck_vehicle_title_status')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_vehicle_agreement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vehicle')),
    sa.UniqueConstraint('ref', name=op.f('uq_vehicle_ref'))
    )
    with op.batch_alter_table('vehicle', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_vehicle_agreement_id'), ['agreement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_vehicle_plate_folded'), ['plate_folded'], unique=False)
        batch_op.create_index(batch_op.f('ix_vehicle_vin'), ['vin'], unique=False)

    op.create_table('expense',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('property_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('spent_on', sa.Date(), nullable=False),
    sa.Column('category', sa.String(length=24), nullable=False),
    sa.Column('vendor', sa.String(length=120), nullable=False),
    sa.Column('description', sa.String(length=300), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('about_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=64), nullable=False),
    sa.CheckConstraint('amount_minor <> 0', name=op.f('ck_expense_not_zero')),
    sa.ForeignKeyConstraint(['about_id'], ['expense.id'], name=op.f('fk_expense_about_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['journal_entry.id'], name=op.f('fk_expense_entry_id')),
    sa.ForeignKeyConstraint(['file_id'], ['kept_file.id'], name=op.f('fk_expense_file_id')),
    sa.ForeignKeyConstraint(['property_id'], ['property.id'], name=op.f('fk_expense_property_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_expense_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expense')),
    sa.UniqueConstraint('about_id', name=op.f('uq_expense_about_id')),
    sa.UniqueConstraint('ref', name=op.f('uq_expense_ref'))
    )
    with op.batch_alter_table('expense', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_expense_entry_id'), ['entry_id'], unique=False)
        batch_op.create_index('ix_expense_property_on', ['property_id', 'spent_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_expense_unit_id'), ['unit_id'], unique=False)

    op.create_table('owner_movement',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('property_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('type', sa.String(length=12), nullable=False),
    sa.Column('moved_on', sa.Date(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('reference', sa.String(length=120), nullable=False),
    sa.Column('about_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=64), nullable=False),
    sa.CheckConstraint("type IN ('payout', 'contribution', 'taken_back')", name=op.f('ck_owner_movement_type')),
    sa.CheckConstraint('amount_minor <> 0', name=op.f('ck_owner_movement_not_zero')),
    sa.ForeignKeyConstraint(['about_id'], ['owner_movement.id'], name=op.f('fk_owner_movement_about_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['journal_entry.id'], name=op.f('fk_owner_movement_entry_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_owner_movement_person_id')),
    sa.ForeignKeyConstraint(['property_id'], ['property.id'], name=op.f('fk_owner_movement_property_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_owner_movement')),
    sa.UniqueConstraint('about_id', name=op.f('uq_owner_movement_about_id')),
    sa.UniqueConstraint('ref', name=op.f('uq_owner_movement_ref'))
    )
    with op.batch_alter_table('owner_movement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_owner_movement_entry_id'), ['entry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_owner_movement_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_owner_movement_property_on', ['property_id', 'moved_on'], unique=False)

    op.create_table('owner_statement',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('property_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('period_from', sa.Date(), nullable=False),
    sa.Column('period_to', sa.Date(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('net_minor', sa.BigInteger(), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_by', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['journal_entry.id'], name=op.f('fk_owner_statement_entry_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_owner_statement_person_id')),
    sa.ForeignKeyConstraint(['property_id'], ['property.id'], name=op.f('fk_owner_statement_property_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_owner_statement')),
    sa.UniqueConstraint('property_id', 'person_id', 'period_from', name=op.f('uq_owner_statement_property_id_person_id_period_from')),
    sa.UniqueConstraint('ref', name=op.f('uq_owner_statement_ref'))
    )
    with op.batch_alter_table('owner_statement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_owner_statement_entry_id'), ['entry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_owner_statement_person_id'), ['person_id'], unique=False)

    with op.batch_alter_table('business', schema=None) as batch_op:
        batch_op.add_column(sa.Column('area_unit', sa.String(length=8), server_default='sqft', nullable=False))
        batch_op.add_column(sa.Column('set_up_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('demo_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('unit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_unit_name'), ['name'], unique=False)
    op.create_index('ix_payment_amount_begun', 'payment', ['amount_minor', 'begun_at'], unique=False)
    # Not in batch mode: the tables of the books keep their triggers only where they are not made anew.
    op.create_index('ix_journal_entry_effective_on', 'journal_entry', ['effective_on'], unique=False)
    ahead = sa.text('posted_on IS NULL OR due_on > posted_on')
    op.create_index('ix_charge_ahead', 'charge', ['due_on'], unique=False, sqlite_where=ahead, postgresql_where=ahead)

    op.bulk_insert(
        sa.table("ledger_account", sa.column("code"), sa.column("name"), sa.column("type")),
        [dict(zip(("code", "name", "type"), row, strict=True)) for row in CHART],
    )


def downgrade() -> None:
    op.execute("DELETE FROM legal_cap WHERE what IN ('interest_reported', 'rent_reported')")
    _limits(0)
    op.drop_index('ix_charge_ahead', table_name='charge')
    op.drop_index('ix_journal_entry_effective_on', table_name='journal_entry')
    op.drop_index('ix_payment_amount_begun', table_name='payment')
    accounts = sa.table("ledger_account", sa.column("code"))
    op.execute(accounts.delete().where(accounts.c.code.in_([row[0] for row in CHART])))
    with op.batch_alter_table('unit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_unit_name'))

    with op.batch_alter_table('business', schema=None) as batch_op:
        batch_op.drop_column('demo_at')
        batch_op.drop_column('set_up_at')
        batch_op.drop_column('area_unit')

    with op.batch_alter_table('owner_statement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_owner_statement_person_id'))
        batch_op.drop_index(batch_op.f('ix_owner_statement_entry_id'))

    op.drop_table('owner_statement')
    with op.batch_alter_table('owner_movement', schema=None) as batch_op:
        batch_op.drop_index('ix_owner_movement_property_on')
        batch_op.drop_index(batch_op.f('ix_owner_movement_person_id'))
        batch_op.drop_index(batch_op.f('ix_owner_movement_entry_id'))

    op.drop_table('owner_movement')
    with op.batch_alter_table('expense', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_expense_unit_id'))
        batch_op.drop_index('ix_expense_property_on')
        batch_op.drop_index(batch_op.f('ix_expense_entry_id'))

    op.drop_table('expense')
    with op.batch_alter_table('vehicle', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_vehicle_vin'))
        batch_op.drop_index(batch_op.f('ix_vehicle_plate_folded'))
        batch_op.drop_index(batch_op.f('ix_vehicle_agreement_id'))

    op.drop_table('vehicle')
    with op.batch_alter_table('rental_application', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_rental_application_unit_id'))
        batch_op.drop_index(batch_op.f('ix_rental_application_person_id'))
        batch_op.drop_index(batch_op.f('ix_rental_application_agreement_id'))

    op.drop_table('rental_application')
    with op.batch_alter_table('note', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_note_person_id'))
        batch_op.drop_index(batch_op.f('ix_note_agreement_id'))

    op.drop_table('note')
    with op.batch_alter_table('move_notice', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_move_notice_agreement_id'))

    op.drop_table('move_notice')
    with op.batch_alter_table('report_schedule', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_report_schedule_user_id'))
        batch_op.drop_index(batch_op.f('ix_report_schedule_next_on'))

    op.drop_table('report_schedule')
    with op.batch_alter_table('off_market', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_off_market_unit_id'))

    op.drop_table('off_market')
    with op.batch_alter_table('market_rent', schema=None) as batch_op:
        batch_op.drop_index('ix_market_rent_unit_from')

    op.drop_table('market_rent')
    op.drop_table('column_choice')
    with op.batch_alter_table('property_owner', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_property_owner_person_id'))

    op.drop_table('property_owner')
    op.drop_table('management_terms')
    with op.batch_alter_table('kept_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_kept_file_property_id'))

    op.drop_table('kept_file')
    with op.batch_alter_table('search_word', schema=None) as batch_op:
        batch_op.drop_index('ix_search_word_word')

    op.drop_table('search_word')
    op.drop_table('export_run')
    op.drop_table('legal_days')
