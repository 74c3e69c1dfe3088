"""Autopay, notices and how people wish to be told, promises and the delinquency ladder.

Revision ID: 0006
Revises: 0005
"""

from alembic import op
import sqlalchemy as sa


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

OUTBOX = ("channel IN ('email', 'sms')", "channel IN ('email', 'sms', 'push')")


def _channels(batch_op, which: int) -> None:
    batch_op.drop_constraint(op.f('ck_outbox_channel'), type_='check')
    batch_op.create_check_constraint(op.f('ck_outbox_channel'), OUTBOX[which])


def upgrade() -> None:
    op.create_table('address_trouble',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('channel', sa.String(length=8), nullable=False),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('why', sa.String(length=300), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.Column('first_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('cleared_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("channel IN ('email', 'sms')", name=op.f('ck_address_trouble_channel')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_address_trouble')),
    sa.UniqueConstraint('channel', 'address', name=op.f('uq_address_trouble_channel_address'))
    )
    op.create_table('ladder_step',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), server_default='', nullable=False),
    sa.Column('days_late', sa.Integer(), nullable=False),
    sa.Column('act', sa.String(length=8), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('least_minor', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('effective_from', sa.Date(), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=64), nullable=False),
    sa.CheckConstraint("act IN ('notice', 'fee', 'call', 'hold')", name=op.f('ck_ladder_step_act')),
    sa.CheckConstraint('days_late BETWEEN 1 AND 3650', name=op.f('ck_ladder_step_days')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ladder_step')),
    sa.UniqueConstraint('name', 'version', name=op.f('uq_ladder_step_name_version')),
    sa.UniqueConstraint('ref', name=op.f('uq_ladder_step_ref'))
    )
    op.create_table('notice_text',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('event', sa.String(length=40), nullable=False),
    sa.Column('channel', sa.String(length=8), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by', sa.String(length=64), nullable=False),
    sa.CheckConstraint("channel IN ('email', 'sms', 'push')", name=op.f('ck_notice_text_channel')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice_text')),
    sa.UniqueConstraint('event', 'channel', 'language', 'version', name=op.f('uq_notice_text_event_channel_language_version')),
    sa.UniqueConstraint('ref', name=op.f('uq_notice_text_ref'))
    )
    op.create_table('calendar_feed',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('amounts', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_read_on', sa.Date(), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_calendar_feed_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_feed')),
    sa.UniqueConstraint('ref', name=op.f('uq_calendar_feed_ref')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_calendar_feed_token_hash'))
    )
    with op.batch_alter_table('calendar_feed', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_calendar_feed_person_id'), ['person_id'], unique=False)

    op.create_table('contact_consent',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('channel', sa.String(length=8), nullable=False),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('agreed', sa.Boolean(), nullable=False),
    sa.Column('source', sa.String(length=24), nullable=False),
    sa.Column('words', sa.String(length=300), server_default='', nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.String(length=64), nullable=False),
    sa.CheckConstraint("channel IN ('email', 'sms')", name=op.f('ck_contact_consent_channel')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_contact_consent_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact_consent'))
    )
    with op.batch_alter_table('contact_consent', schema=None) as batch_op:
        batch_op.create_index('ix_contact_consent_address', ['channel', 'address', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_contact_consent_person_id'), ['person_id'], unique=False)

    op.create_table('notice_wish',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('event', sa.String(length=32), nullable=False),
    sa.Column('channel', sa.String(length=8), nullable=False),
    sa.Column('wanted', sa.Boolean(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.String(length=64), nullable=False),
    sa.CheckConstraint("channel IN ('email', 'sms', 'push', 'bell')", name=op.f('ck_notice_wish_channel')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_notice_wish_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice_wish')),
    sa.UniqueConstraint('person_id', 'event', 'channel', name=op.f('uq_notice_wish_person_id_event_channel'))
    )
    op.create_table('push_device',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('endpoint_hash', sa.String(length=64), nullable=False),
    sa.Column('subscription_sealed', sa.Text(), nullable=False),
    sa.Column('label', sa.String(length=120), nullable=False),
    sa.Column('shows_details', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_code', sa.String(length=40), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_push_device_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_push_device')),
    sa.UniqueConstraint('endpoint_hash', name=op.f('uq_push_device_endpoint_hash')),
    sa.UniqueConstraint('ref', name=op.f('uq_push_device_ref'))
    )
    with op.batch_alter_table('push_device', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_push_device_user_id'), ['user_id'], unique=False)

    op.create_table('bell_notice',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('dedupe_key', sa.String(length=160), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('event', sa.String(length=32), nullable=False),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('path', sa.String(length=200), server_default='', nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_bell_notice_agreement_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_bell_notice_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bell_notice')),
    sa.UniqueConstraint('dedupe_key', name=op.f('uq_bell_notice_dedupe_key')),
    sa.UniqueConstraint('ref', name=op.f('uq_bell_notice_ref'))
    )
    with op.batch_alter_table('bell_notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bell_notice_agreement_id'), ['agreement_id'], unique=False)
        batch_op.create_index('ix_bell_notice_person', ['person_id', 'id'], unique=False)

    op.create_table('ladder_act',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('step_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('step_name', sa.String(length=80), nullable=False),
    sa.Column('late_since', sa.Date(), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('result', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_ladder_act_agreement_id')),
    sa.ForeignKeyConstraint(['step_id'], ['ladder_step.id'], name=op.f('fk_ladder_act_step_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ladder_act')),
    sa.UniqueConstraint('agreement_id', 'step_name', 'late_since', name=op.f('uq_ladder_act_agreement_id_step_name_late_since'))
    )
    with op.batch_alter_table('ladder_act', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ladder_act_step_id'), ['step_id'], unique=False)

    op.create_table('reminder_look',
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('look_on', sa.Date(), nullable=False),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_reminder_look_agreement_id')),
    sa.PrimaryKeyConstraint('agreement_id', name=op.f('pk_reminder_look'))
    )
    op.create_table('ladder_look',
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('look_on', sa.Date(), nullable=True),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_ladder_look_agreement_id')),
    sa.PrimaryKeyConstraint('agreement_id', name=op.f('pk_ladder_look'))
    )
    op.create_table('promise',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('type', sa.String(length=9), nullable=False),
    sa.Column('state', sa.String(length=9), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('made_on', sa.Date(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=64), nullable=False),
    sa.Column('kept_minor', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.String(length=64), server_default='', nullable=False),
    sa.Column('answer', sa.String(length=300), server_default='', nullable=False),
    sa.CheckConstraint("state IN ('asked', 'open', 'kept', 'broken', 'refused', 'withdrawn')", name=op.f('ck_promise_state')),
    sa.CheckConstraint("type IN ('promise', 'more_time')", name=op.f('ck_promise_type')),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_promise_amount')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_promise_agreement_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_promise_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_promise')),
    sa.UniqueConstraint('ref', name=op.f('uq_promise_ref'))
    )
    with op.batch_alter_table('promise', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_promise_agreement_id'), ['agreement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_promise_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_promise_state_until', ['state', 'until_on'], unique=False)

    op.create_table('reminder_day',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('days', sa.Integer(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('days IS NULL OR days BETWEEN -30 AND 30', name=op.f('ck_reminder_day_days')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_reminder_day_agreement_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_reminder_day_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder_day')),
    sa.UniqueConstraint('person_id', 'agreement_id', 'days', name=op.f('uq_reminder_day_person_id_agreement_id_days'))
    )
    with op.batch_alter_table('reminder_day', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reminder_day_agreement_id'), ['agreement_id'], unique=False)

    op.create_table('run_decision',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('decision', sa.String(length=8), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.String(length=64), nullable=False),
    sa.CheckConstraint("decision IN ('hold', 'waive', 'release', 'approve')", name=op.f('ck_run_decision_decision')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_run_decision_agreement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_run_decision')),
    sa.UniqueConstraint('ref', name=op.f('uq_run_decision_ref'))
    )
    with op.batch_alter_table('run_decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_run_decision_agreement_id'), ['agreement_id'], unique=False)
        batch_op.create_index('ix_run_decision_key', ['key', 'id'], unique=False)

    op.create_table('autopay',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('amount_rule', sa.String(length=9), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('share_bp', sa.Integer(), server_default='0', nullable=False),
    sa.Column('limit_minor', sa.BigInteger(), nullable=True),
    sa.Column('above_limit', sa.String(length=9), server_default='ask', nullable=False),
    sa.Column('cadence', sa.String(length=12), server_default='due', nullable=False),
    sa.Column('days_before', sa.Integer(), server_default='0', nullable=False),
    sa.Column('anchor_on', sa.Date(), nullable=True),
    sa.Column('second_day', sa.Integer(), server_default='0', nullable=False),
    sa.Column('range_min_minor', sa.BigInteger(), nullable=True),
    sa.Column('range_max_minor', sa.BigInteger(), nullable=True),
    sa.Column('follow_rent_bp', sa.Integer(), server_default='0', nullable=False),
    sa.Column('standard_minor', sa.BigInteger(), nullable=True),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('paused_from', sa.Date(), nullable=True),
    sa.Column('paused_until', sa.Date(), nullable=True),
    sa.Column('mandate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('failures', sa.Integer(), server_default='0', nullable=False),
    sa.Column('stopped_code', sa.String(length=40), server_default='', nullable=False),
    sa.Column('last_minor', sa.BigInteger(), nullable=True),
    sa.Column('next_period', sa.String(length=24), server_default='', nullable=False),
    sa.Column('next_due_on', sa.Date(), nullable=True),
    sa.Column('next_debit_on', sa.Date(), nullable=True),
    sa.Column('next_send_on', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('prepared_by', sa.String(length=64), server_default='', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(length=64), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.String(length=64), server_default='', nullable=False),
    sa.CheckConstraint("above_limit IN ('pay_limit', 'skip', 'ask')", name=op.f('ck_autopay_above_limit')),
    sa.CheckConstraint("amount_rule IN ('due', 'minimum', 'statement', 'fixed', 'due_plus', 'share')", name=op.f('ck_autopay_amount_rule')),
    sa.CheckConstraint("cadence IN ('due', 'weekly', 'biweekly', 'semimonthly', 'monthly')", name=op.f('ck_autopay_cadence')),
    sa.CheckConstraint("state IN ('prepared', 'active', 'paused', 'stopped', 'ended')", name=op.f('ck_autopay_state')),
    sa.CheckConstraint("state IN ('prepared', 'ended') OR mandate_id IS NOT NULL", name=op.f('ck_autopay_accepted')),
    sa.CheckConstraint('days_before BETWEEN 0 AND 28', name=op.f('ck_autopay_days_before')),
    sa.CheckConstraint('limit_minor IS NULL OR limit_minor > 0', name=op.f('ck_autopay_limit')),
    sa.CheckConstraint('share_bp BETWEEN 0 AND 10000', name=op.f('ck_autopay_share')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_autopay_agreement_id')),
    sa.ForeignKeyConstraint(['mandate_id'], ['mandate.id'], name=op.f('fk_autopay_mandate_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_autopay_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_autopay')),
    sa.UniqueConstraint('ref', name=op.f('uq_autopay_ref'))
    )
    with op.batch_alter_table('autopay', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_autopay_agreement_id'), ['agreement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_autopay_mandate_id'), ['mandate_id'], unique=False)
        batch_op.create_index('ix_autopay_next', ['next_send_on', 'id'], unique=False, sqlite_where=sa.text("state = 'active'"), postgresql_where=sa.text("state = 'active'"))
        batch_op.create_index(batch_op.f('ix_autopay_person_id'), ['person_id'], unique=False)
        batch_op.create_index('uq_autopay_live', ['agreement_id', 'person_id'], unique=True, sqlite_where=sa.text("state <> 'ended'"), postgresql_where=sa.text("state <> 'ended'"))

    op.create_table('autopay_debit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('autopay_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('period', sa.String(length=24), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('debit_on', sa.Date(), nullable=False),
    sa.Column('send_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=True),
    sa.Column('announced_on', sa.Date(), nullable=True),
    sa.Column('changed_told_on', sa.Date(), nullable=True),
    sa.Column('payment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('tries', sa.Integer(), server_default='0', nullable=False),
    sa.Column('retry_on', sa.Date(), nullable=True),
    sa.Column('method_position', sa.Integer(), server_default='0', nullable=False),
    sa.Column('code', sa.String(length=40), server_default='', nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.String(length=64), server_default='', nullable=False),
    sa.CheckConstraint("state IN ('planned', 'asked', 'approved', 'skipped', 'held', 'covered', 'begun', 'retry', 'done', 'given_up')", name=op.f('ck_autopay_debit_state')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_autopay_debit_agreement_id')),
    sa.ForeignKeyConstraint(['autopay_id'], ['autopay.id'], name=op.f('fk_autopay_debit_autopay_id')),
    sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_autopay_debit_payment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_autopay_debit')),
    sa.UniqueConstraint('autopay_id', 'period', name=op.f('uq_autopay_debit_autopay_id_period')),
    sa.UniqueConstraint('ref', name=op.f('uq_autopay_debit_ref'))
    )
    with op.batch_alter_table('autopay_debit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_autopay_debit_agreement_id'), ['agreement_id'], unique=False)
        batch_op.create_index('ix_autopay_debit_payment', ['payment_id'], unique=False, sqlite_where=sa.text('payment_id IS NOT NULL'), postgresql_where=sa.text('payment_id IS NOT NULL'))
        batch_op.create_index('ix_autopay_debit_retry', ['retry_on', 'id'], unique=False, sqlite_where=sa.text("state = 'retry'"), postgresql_where=sa.text("state = 'retry'"))

    op.create_table('autopay_method',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('autopay_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('method_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['autopay_id'], ['autopay.id'], name=op.f('fk_autopay_method_autopay_id')),
    sa.ForeignKeyConstraint(['method_id'], ['payment_method.id'], name=op.f('fk_autopay_method_method_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_autopay_method')),
    sa.UniqueConstraint('autopay_id', 'position', name=op.f('uq_autopay_method_autopay_id_position'))
    )
    with op.batch_alter_table('autopay_method', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_autopay_method_method_id'), ['method_id'], unique=False)

    with op.batch_alter_table('business', schema=None) as batch_op:
        batch_op.add_column(sa.Column('debits_paused', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('autopay_policy', sa.JSON(), server_default='{}', nullable=False))
        batch_op.add_column(sa.Column('promise_policy', sa.JSON(), server_default='{}', nullable=False))
        batch_op.add_column(sa.Column('reminder_days', sa.JSON(), server_default='[3, 0]', nullable=False))
        batch_op.add_column(sa.Column('quiet_from_hour', sa.Integer(), server_default='21', nullable=False))
        batch_op.add_column(sa.Column('quiet_until_hour', sa.Integer(), server_default='8', nullable=False))

    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.add_column(sa.Column('event', sa.String(length=32), server_default='', nullable=False))
        batch_op.add_column(sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_index('ix_outbox_person', ['person_id', 'id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_outbox_person_id'), 'person', ['person_id'], ['id'])
        _channels(batch_op, 1)



def downgrade() -> None:
    op.execute("DELETE FROM outbox WHERE channel = 'push'")
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        _channels(batch_op, 0)
        batch_op.drop_constraint(batch_op.f('fk_outbox_person_id'), type_='foreignkey')
        batch_op.drop_index('ix_outbox_person')
        batch_op.drop_column('person_id')
        batch_op.drop_column('event')

    with op.batch_alter_table('business', schema=None) as batch_op:
        batch_op.drop_column('quiet_until_hour')
        batch_op.drop_column('quiet_from_hour')
        batch_op.drop_column('reminder_days')
        batch_op.drop_column('promise_policy')
        batch_op.drop_column('autopay_policy')
        batch_op.drop_column('debits_paused')

    with op.batch_alter_table('autopay_method', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_autopay_method_method_id'))

    op.drop_table('autopay_method')
    with op.batch_alter_table('autopay_debit', schema=None) as batch_op:
        batch_op.drop_index('ix_autopay_debit_retry', sqlite_where=sa.text("state = 'retry'"), postgresql_where=sa.text("state = 'retry'"))
        batch_op.drop_index('ix_autopay_debit_payment', sqlite_where=sa.text('payment_id IS NOT NULL'), postgresql_where=sa.text('payment_id IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_autopay_debit_agreement_id'))

    op.drop_table('autopay_debit')
    with op.batch_alter_table('autopay', schema=None) as batch_op:
        batch_op.drop_index('uq_autopay_live', sqlite_where=sa.text("state <> 'ended'"), postgresql_where=sa.text("state <> 'ended'"))
        batch_op.drop_index(batch_op.f('ix_autopay_person_id'))
        batch_op.drop_index('ix_autopay_next', sqlite_where=sa.text("state = 'active'"), postgresql_where=sa.text("state = 'active'"))
        batch_op.drop_index(batch_op.f('ix_autopay_mandate_id'))
        batch_op.drop_index(batch_op.f('ix_autopay_agreement_id'))

    op.drop_table('autopay')
    with op.batch_alter_table('run_decision', schema=None) as batch_op:
        batch_op.drop_index('ix_run_decision_key')
        batch_op.drop_index(batch_op.f('ix_run_decision_agreement_id'))

    op.drop_table('run_decision')
    with op.batch_alter_table('reminder_day', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reminder_day_agreement_id'))

    op.drop_table('reminder_day')
    with op.batch_alter_table('promise', schema=None) as batch_op:
        batch_op.drop_index('ix_promise_state_until')
        batch_op.drop_index(batch_op.f('ix_promise_person_id'))
        batch_op.drop_index(batch_op.f('ix_promise_agreement_id'))

    op.drop_table('promise')
    op.drop_table('ladder_look')
    op.drop_table('reminder_look')
    with op.batch_alter_table('ladder_act', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ladder_act_step_id'))

    op.drop_table('ladder_act')
    with op.batch_alter_table('bell_notice', schema=None) as batch_op:
        batch_op.drop_index('ix_bell_notice_person')
        batch_op.drop_index(batch_op.f('ix_bell_notice_agreement_id'))

    op.drop_table('bell_notice')
    with op.batch_alter_table('push_device', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_push_device_user_id'))

    op.drop_table('push_device')
    op.drop_table('notice_wish')
    with op.batch_alter_table('contact_consent', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contact_consent_person_id'))
        batch_op.drop_index('ix_contact_consent_address')

    op.drop_table('contact_consent')
    with op.batch_alter_table('calendar_feed', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_calendar_feed_person_id'))

    op.drop_table('calendar_feed')
    op.drop_table('notice_text')
    op.drop_table('ladder_step')
    op.drop_table('address_trouble')
