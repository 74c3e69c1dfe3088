"""Getting in safely: codes, passkeys, known devices, duties and limits of users, throttles, the sealed audit trail.

Revision ID: 0004
Revises: 0003
"""

from alembic import op
import sqlalchemy as sa


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

# (table, constraint) -> what the column may be, before and from now on.
CHECKS = {
    ('sign_in', 'stage'): ("stage IN ('password', 'full')", "stage IN ('password', 'device', 'full')"),
    ('token', 'purpose'): ("purpose IN ('claim', 'recover')", "purpose IN ('claim', 'recover', 'email', 'alarm')"),
    ('agreement_party', 'role'): (
        "role IN ('customer', 'joint', 'guarantor')", "role IN ('customer', 'joint', 'guarantor', 'payer')"
    ),
}


def _check(which: int) -> None:
    for (table, column), texts in CHECKS.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(op.f(f'ck_{table}_{column}'), type_='check')
            batch_op.create_check_constraint(op.f(f'ck_{table}_{column}'), texts[which])


def upgrade() -> None:
    op.create_table('audit_seal',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('after_event_id', sa.BigInteger(), nullable=False),
    sa.Column('through_event_id', sa.BigInteger(), nullable=False),
    sa.Column('events', sa.BigInteger(), nullable=False),
    sa.Column('previous_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_seal')),
    sa.UniqueConstraint('after_event_id', name=op.f('uq_audit_seal_after_event_id'))
    )
    op.create_table('throttle',
    sa.Column('bucket', sa.String(length=120), nullable=False),
    sa.Column('window_start', sa.DateTime(timezone=True), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('blocked_until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('bucket', 'window_start', name=op.f('pk_throttle'))
    )
    with op.batch_alter_table('throttle', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_throttle_window_start'), ['window_start'], unique=False)

    op.create_table('known_device',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('device', sa.String(length=200), nullable=False),
    sa.Column('address', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('trusted_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_known_device_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_known_device')),
    sa.UniqueConstraint('ref', name=op.f('uq_known_device_ref')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_known_device_secret_hash'))
    )
    with op.batch_alter_table('known_device', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_known_device_user_id'), ['user_id'], unique=False)

    op.create_table('passkey',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('credential_id', sa.String(length=512), nullable=False),
    sa.Column('public_key', sa.Text(), nullable=False),
    sa.Column('sign_count', sa.BigInteger(), nullable=False),
    sa.Column('transports', sa.String(length=80), nullable=False),
    sa.Column('backed_up', sa.Boolean(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_passkey_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkey')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_passkey_credential_id')),
    sa.UniqueConstraint('ref', name=op.f('uq_passkey_ref'))
    )
    with op.batch_alter_table('passkey', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_passkey_user_id'), ['user_id'], unique=False)

    op.create_table('passkey_challenge',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('challenge', sa.String(length=128), nullable=False),
    sa.Column('purpose', sa.String(length=16), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('bound_to', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("purpose IN ('add', 'sign_in', 'second', 'step_up')", name=op.f('ck_passkey_challenge_purpose')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_passkey_challenge_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkey_challenge')),
    sa.UniqueConstraint('challenge', name=op.f('uq_passkey_challenge_challenge'))
    )
    op.create_table('recovery_code',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('voided_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_recovery_code_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_code')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_recovery_code_code_hash'))
    )
    with op.batch_alter_table('recovery_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recovery_code_user_id'), ['user_id'], unique=False)

    op.create_table('user_limit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('property_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('branch', sa.String(length=60), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by', sa.String(length=64), nullable=False),
    sa.CheckConstraint("(property_id IS NULL) <> (branch = '')", name=op.f('ck_user_limit_one')),
    sa.ForeignKeyConstraint(['property_id'], ['property.id'], name=op.f('fk_user_limit_property_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_user_limit_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_limit')),
    sa.UniqueConstraint('user_id', 'property_id', 'branch', name=op.f('uq_user_limit_user_id_property_id_branch'))
    )
    with op.batch_alter_table('user_limit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_user_limit_property_id'), ['property_id'], unique=False)

    op.create_table('code',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('purpose', sa.String(length=16), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sign_in_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sent_to', sa.String(length=254), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('voided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("purpose IN ('device', 'sms', 'number', 'email')", name=op.f('ck_code_purpose')),
    sa.ForeignKeyConstraint(['sign_in_id'], ['sign_in.id'], name=op.f('fk_code_sign_in_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_code_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_code'))
    )
    with op.batch_alter_table('code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_code_sign_in_id'), ['sign_in_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_code_user_id'), ['user_id'], unique=False)

    with op.batch_alter_table('agreement', schema=None) as batch_op:
        batch_op.add_column(sa.Column('branch', sa.String(length=60), server_default='', nullable=False))
        batch_op.create_index(batch_op.f('ix_agreement_branch'), ['branch'], unique=False)

    with op.batch_alter_table('audit_event', schema=None) as batch_op:
        batch_op.add_column(sa.Column('address', sa.String(length=64), server_default='', nullable=False))
        batch_op.add_column(sa.Column('device', sa.String(length=200), server_default='', nullable=False))

    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.add_column(sa.Column('channel', sa.String(length=8), server_default='email', nullable=False))
        batch_op.create_check_constraint(op.f('ck_outbox_channel'), "channel IN ('email', 'sms')")

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('zone', sa.String(length=40), server_default='', nullable=False))
        batch_op.add_column(sa.Column('contact_from_hour', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('contact_until_hour', sa.Integer(), nullable=True))

    with op.batch_alter_table('property', schema=None) as batch_op:
        batch_op.add_column(sa.Column('branch', sa.String(length=60), server_default='', nullable=False))
        batch_op.create_index(batch_op.f('ix_property_branch'), ['branch'], unique=False)

    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.add_column(sa.Column('strength', sa.String(length=16), server_default='password', nullable=False))
        batch_op.add_column(sa.Column('known_device_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('stepped_up_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('stepped_up_for', sa.String(length=64), server_default='', nullable=False))
        batch_op.add_column(sa.Column('viewing_person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_sign_in_viewing_person_id'), 'person', ['viewing_person_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_sign_in_known_device_id'), 'known_device', ['known_device_id'], ['id'])

    with op.batch_alter_table('token', schema=None) as batch_op:
        batch_op.add_column(sa.Column('detail', sa.JSON(), server_default='{}', nullable=False))

    with op.batch_alter_table('user_account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('frozen_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('phrase', sa.String(length=80), server_default='', nullable=False))
        batch_op.add_column(sa.Column('sms_number', sa.String(length=20), server_default='', nullable=False))
        batch_op.add_column(sa.Column('sms_verified_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('duties', sa.JSON(none_as_null=True), nullable=True))
    _check(1)


def downgrade() -> None:
    _check(0)
    with op.batch_alter_table('user_account', schema=None) as batch_op:
        batch_op.drop_column('duties')
        batch_op.drop_column('sms_verified_at')
        batch_op.drop_column('sms_number')
        batch_op.drop_column('phrase')
        batch_op.drop_column('frozen_at')

    with op.batch_alter_table('token', schema=None) as batch_op:
        batch_op.drop_column('detail')

    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_sign_in_known_device_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_sign_in_viewing_person_id'), type_='foreignkey')
        batch_op.drop_column('viewing_person_id')
        batch_op.drop_column('stepped_up_for')
        batch_op.drop_column('stepped_up_at')
        batch_op.drop_column('known_device_id')
        batch_op.drop_column('strength')

    with op.batch_alter_table('property', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_property_branch'))
        batch_op.drop_column('branch')

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_column('contact_until_hour')
        batch_op.drop_column('contact_from_hour')
        batch_op.drop_column('zone')

    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_outbox_channel'), type_='check')
        batch_op.drop_column('channel')

    with op.batch_alter_table('audit_event', schema=None) as batch_op:
        batch_op.drop_column('device')
        batch_op.drop_column('address')

    with op.batch_alter_table('agreement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agreement_branch'))
        batch_op.drop_column('branch')

    with op.batch_alter_table('code', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_code_user_id'))
        batch_op.drop_index(batch_op.f('ix_code_sign_in_id'))

    op.drop_table('code')
    with op.batch_alter_table('user_limit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_user_limit_property_id'))

    op.drop_table('user_limit')
    with op.batch_alter_table('recovery_code', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_recovery_code_user_id'))

    op.drop_table('recovery_code')
    op.drop_table('passkey_challenge')
    with op.batch_alter_table('passkey', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_passkey_user_id'))

    op.drop_table('passkey')
    with op.batch_alter_table('known_device', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_known_device_user_id'))

    op.drop_table('known_device')
    with op.batch_alter_table('throttle', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_throttle_window_start'))

    op.drop_table('throttle')
    op.drop_table('audit_seal')
