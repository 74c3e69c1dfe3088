"""Threads and messages, announcements, inquiries, repairs, documents with signatures, statements, help, search by parts.

Revision ID: 0009
Revises: 0008
"""

from alembic import op
import sqlalchemy as sa


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # How much somebody has handed in within a day is looked up before each file.
    op.create_index('ix_kept_file_kept', 'kept_file', ['kept_by', 'kept_at'])
    op.add_column('business', sa.Column('opening_hours', sa.JSON(), server_default='{}', nullable=False))
    op.create_table('canned_answer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by', sa.String(length=64), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_canned_answer')),
    sa.UniqueConstraint('ref', name=op.f('uq_canned_answer_ref'))
    )
    with op.batch_alter_table('canned_answer', schema=None) as batch_op:
        batch_op.create_index('uq_canned_answer_title', ['title', 'language'], unique=True, sqlite_where=sa.text('removed_at IS NULL'), postgresql_where=sa.text('removed_at IS NULL'))

    op.create_table('credit_reporting',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reports', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('furnisher', sa.String(length=120), nullable=False),
    sa.Column('bureaus', sa.String(length=200), nullable=False),
    sa.Column('dispute_address', sa.Text(), nullable=False),
    sa.Column('needs_consent', sa.Boolean(), nullable=False),
    sa.Column('effective_from', sa.Date(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_credit_reporting'))
    )
    op.create_table('document_template',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('type', sa.String(length=12), nullable=False),
    sa.Column('agreement_kind', sa.String(length=16), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by', sa.String(length=64), nullable=False),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("type IN ('agreement', 'addendum', 'letter')", name=op.f('ck_document_template_type')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_template')),
    sa.UniqueConstraint('ref', name=op.f('uq_document_template_ref')),
    sa.UniqueConstraint('slug', 'language', 'version', name=op.f('uq_document_template_slug_language_version'))
    )
    op.create_table('help_article',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('topic', sa.String(length=24), nullable=False),
    sa.Column('words', sa.String(length=300), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('hidden', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_help_article')),
    sa.UniqueConstraint('slug', 'language', 'version', name=op.f('uq_help_article_slug_language_version'))
    )
    op.create_table('help_vote',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('helped', sa.Boolean(), nullable=False),
    sa.Column('missing', sa.String(length=500), nullable=False),
    sa.Column('voter_hash', sa.String(length=64), nullable=False),
    sa.Column('voted_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_help_vote')),
    sa.UniqueConstraint('slug', 'voter_hash', name=op.f('uq_help_vote_slug_voter_hash'))
    )
    with op.batch_alter_table('help_vote', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_help_vote_slug'), ['slug'], unique=False)

    op.create_table('search_text',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('subject', sa.String(length=8), nullable=False),
    sa.Column('subject_key', sa.String(length=80), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.CheckConstraint("subject IN ('article', 'message')", name=op.f('ck_search_text_subject')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_text')),
    sa.UniqueConstraint('subject', 'subject_key', name=op.f('uq_search_text_subject_subject_key'))
    )
    op.create_table('announcement',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('weight', sa.String(length=8), nullable=False),
    sa.Column('audience', sa.String(length=12), nullable=False),
    sa.Column('property_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('agreement_kind', sa.String(length=16), nullable=False),
    sa.Column('from_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('by_mail', sa.Boolean(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by', sa.String(length=64), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("audience IN ('all', 'public', 'property', 'sort')", name=op.f('ck_announcement_audience')),
    sa.CheckConstraint("weight IN ('plain', 'urgent')", name=op.f('ck_announcement_weight')),
    sa.ForeignKeyConstraint(['property_id'], ['property.id'], name=op.f('fk_announcement_property_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcement')),
    sa.UniqueConstraint('ref', name=op.f('uq_announcement_ref'))
    )
    with op.batch_alter_table('announcement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_announcement_from_at'), ['from_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_announcement_property_id'), ['property_id'], unique=False)

    op.create_table('support_code',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('used_by', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_support_code_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_support_code'))
    )
    with op.batch_alter_table('support_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_support_code_code_hash'), ['code_hash'], unique=False)
        batch_op.create_index(batch_op.f('ix_support_code_person_id'), ['person_id'], unique=False)

    op.create_table('announcement_seen',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('announcement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['announcement_id'], ['announcement.id'], name=op.f('fk_announcement_seen_announcement_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_announcement_seen_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcement_seen')),
    sa.UniqueConstraint('announcement_id', 'user_id', name=op.f('uq_announcement_seen_announcement_id_user_id'))
    )
    with op.batch_alter_table('announcement_seen', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_announcement_seen_user_id'), ['user_id'], unique=False)

    op.create_table('presence',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('takes_chats', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_presence_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_presence')),
    sa.UniqueConstraint('user_id', name=op.f('uq_presence_user_id'))
    )
    op.create_table('credit_consent',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agreed', sa.Boolean(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_credit_consent_agreement_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_credit_consent_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_credit_consent'))
    )
    with op.batch_alter_table('credit_consent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_credit_consent_agreement_id'), ['agreement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_credit_consent_person_id'), ['person_id'], unique=False)

    op.create_table('document',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('type', sa.String(length=12), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('template_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('signed_file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('signed_sha256', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=64), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('void_reason', sa.String(length=300), nullable=False),
    sa.CheckConstraint("state IN ('draft', 'signing', 'signed', 'kept', 'declined', 'void')", name=op.f('ck_document_state')),
    sa.CheckConstraint("type IN ('agreement', 'addendum', 'order', 'letter', 'paper')", name=op.f('ck_document_type')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_document_agreement_id')),
    sa.ForeignKeyConstraint(['file_id'], ['kept_file.id'], name=op.f('fk_document_file_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_document_person_id')),
    sa.ForeignKeyConstraint(['signed_file_id'], ['kept_file.id'], name=op.f('fk_document_signed_file_id')),
    sa.ForeignKeyConstraint(['template_id'], ['document_template.id'], name=op.f('fk_document_template_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document')),
    sa.UniqueConstraint('number', name=op.f('uq_document_number')),
    sa.UniqueConstraint('ref', name=op.f('uq_document_ref'))
    )
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_document_agreement_id'), ['agreement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_document_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_document_sha256'), ['sha256'], unique=False)
        batch_op.create_index(batch_op.f('ix_document_signed_sha256'), ['signed_sha256'], unique=False)

    op.create_table('period_statement',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('number', sa.String(length=32), nullable=False),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('span', sa.String(length=8), nullable=False),
    sa.Column('period_from', sa.Date(), nullable=False),
    sa.Column('period_to', sa.Date(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('opening_minor', sa.BigInteger(), nullable=False),
    sa.Column('closing_minor', sa.BigInteger(), nullable=False),
    sa.Column('through_entry', sa.Integer(), server_default='0', nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("span IN ('month', 'year')", name=op.f('ck_period_statement_span')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_period_statement_agreement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_period_statement')),
    sa.UniqueConstraint('agreement_id', 'span', 'period_from', name=op.f('uq_period_statement_agreement_id_span_period_from')),
    sa.UniqueConstraint('number', name=op.f('uq_period_statement_number')),
    sa.UniqueConstraint('ref', name=op.f('uq_period_statement_ref'))
    )
    op.create_table('thread',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('subject', sa.String(length=160), nullable=False),
    sa.Column('topic', sa.String(length=12), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('property_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('to_owner', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('assigned_to_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('contact_name', sa.String(length=120), nullable=False),
    sa.Column('contact_email', sa.String(length=254), nullable=False),
    sa.Column('contact_phone', sa.String(length=40), nullable=False),
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('live_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('waits_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_by', sa.String(length=64), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sa.String(length=64), nullable=False),
    sa.CheckConstraint("person_id IS NOT NULL OR contact_name <> ''", name=op.f('ck_thread_somebody')),
    sa.CheckConstraint("state IN ('open', 'closed')", name=op.f('ck_thread_state')),
    sa.CheckConstraint("topic IN ('question', 'payment', 'charge', 'agreement', 'document', 'home', 'repair', 'sign_in', 'other')", name=op.f('ck_thread_topic')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_thread_agreement_id')),
    sa.ForeignKeyConstraint(['assigned_to_id'], ['user_account.id'], name=op.f('fk_thread_assigned_to_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_thread_person_id')),
    sa.ForeignKeyConstraint(['property_id'], ['property.id'], name=op.f('fk_thread_property_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_thread')),
    sa.UniqueConstraint('ref', name=op.f('uq_thread_ref'))
    )
    with op.batch_alter_table('thread', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_thread_agreement_id'), ['agreement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_thread_assigned_to_id'), ['assigned_to_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_thread_last_at'), ['last_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_thread_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_thread_property_id'), ['property_id'], unique=False)
        batch_op.create_index('ix_thread_waits', ['state', 'waits_since'], unique=False)

    op.create_table('document_signer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=12), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('invited_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('viewed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('declined_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decline_reason', sa.String(length=300), nullable=False),
    sa.CheckConstraint("role IN ('customer', 'joint', 'guarantor', 'owner', 'business')", name=op.f('ck_document_signer_role')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_document_signer_document_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_document_signer_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_signer')),
    sa.UniqueConstraint('document_id', 'sequence', name=op.f('uq_document_signer_document_id_sequence')),
    sa.UniqueConstraint('ref', name=op.f('uq_document_signer_ref'))
    )
    with op.batch_alter_table('document_signer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_document_signer_person_id'), ['person_id'], unique=False)

    op.create_table('thread_message',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('thread_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('side', sa.String(length=8), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('author_name', sa.String(length=120), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('said', sa.JSON(), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("side IN ('customer', 'office', 'note', 'system')", name=op.f('ck_thread_message_side')),
    sa.ForeignKeyConstraint(['author_id'], ['user_account.id'], name=op.f('fk_thread_message_author_id')),
    sa.ForeignKeyConstraint(['thread_id'], ['thread.id'], name=op.f('fk_thread_message_thread_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_thread_message')),
    sa.UniqueConstraint('key', name=op.f('uq_thread_message_key')),
    sa.UniqueConstraint('ref', name=op.f('uq_thread_message_ref'))
    )
    with op.batch_alter_table('thread_message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_thread_message_author_id'), ['author_id'], unique=False)
        batch_op.create_index('ix_thread_message_thread', ['thread_id', 'id'], unique=False)

    op.create_table('signature',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('signer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('document_sha256', sa.String(length=64), nullable=False),
    sa.Column('typed_name', sa.String(length=120), nullable=False),
    sa.Column('consent', sa.Text(), nullable=False),
    sa.Column('intent', sa.Text(), nullable=False),
    sa.Column('texts_version', sa.String(length=24), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('proof', sa.String(length=120), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('signed_by', sa.String(length=64), nullable=False),
    sa.Column('address', sa.String(length=64), nullable=False),
    sa.Column('device', sa.String(length=200), nullable=False),
    sa.Column('previous_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_signature_document_id')),
    sa.ForeignKeyConstraint(['signer_id'], ['document_signer.id'], name=op.f('fk_signature_signer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signature')),
    sa.UniqueConstraint('hash', name=op.f('uq_signature_hash')),
    sa.UniqueConstraint('signer_id', name=op.f('uq_signature_signer_id'))
    )
    with op.batch_alter_table('signature', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_signature_document_id'), ['document_id'], unique=False)

    op.create_table('thread_file',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('preview_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['file_id'], ['kept_file.id'], name=op.f('fk_thread_file_file_id')),
    sa.ForeignKeyConstraint(['message_id'], ['thread_message.id'], name=op.f('fk_thread_file_message_id')),
    sa.ForeignKeyConstraint(['preview_id'], ['kept_file.id'], name=op.f('fk_thread_file_preview_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_thread_file')),
    sa.UniqueConstraint('ref', name=op.f('uq_thread_file_ref'))
    )
    with op.batch_alter_table('thread_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_thread_file_file_id'), ['file_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_thread_file_message_id'), ['message_id'], unique=False)

    op.create_table('thread_read',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('thread_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['thread_message.id'], name=op.f('fk_thread_read_message_id')),
    sa.ForeignKeyConstraint(['thread_id'], ['thread.id'], name=op.f('fk_thread_read_thread_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_thread_read_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_thread_read')),
    sa.UniqueConstraint('thread_id', 'user_id', name=op.f('uq_thread_read_thread_id_user_id'))
    )
    with op.batch_alter_table('thread_read', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_thread_read_user_id'), ['user_id'], unique=False)

    op.create_table('inquiry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('thread_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('about', sa.String(length=12), nullable=False),
    sa.Column('charge_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('payment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('paid_on', sa.Date(), nullable=True),
    sa.Column('paid_by', sa.String(length=24), nullable=False),
    sa.Column('asked_minor', sa.BigInteger(), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('outcome_minor', sa.BigInteger(), nullable=True),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('found_payment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer_by_on', sa.Date(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.String(length=64), nullable=False),
    sa.CheckConstraint("about IN ('charge', 'payment', 'missing', 'balance')", name=op.f('ck_inquiry_about')),
    sa.CheckConstraint("state IN ('received', 'in_review', 'waived', 'reduced', 'found', 'answered', 'rejected', 'withdrawn')", name=op.f('ck_inquiry_state')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_inquiry_agreement_id')),
    sa.ForeignKeyConstraint(['charge_id'], ['charge.id'], name=op.f('fk_inquiry_charge_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['journal_entry.id'], name=op.f('fk_inquiry_entry_id')),
    sa.ForeignKeyConstraint(['found_payment_id'], ['payment.id'], name=op.f('fk_inquiry_found_payment_id')),
    sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_inquiry_payment_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_inquiry_person_id')),
    sa.ForeignKeyConstraint(['thread_id'], ['thread.id'], name=op.f('fk_inquiry_thread_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inquiry')),
    sa.UniqueConstraint('ref', name=op.f('uq_inquiry_ref'))
    )
    with op.batch_alter_table('inquiry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inquiry_agreement_id'), ['agreement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_inquiry_charge_id'), ['charge_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_inquiry_payment_id'), ['payment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_inquiry_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_inquiry_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_inquiry_thread_id'), ['thread_id'], unique=False)
        batch_op.create_index('uq_inquiry_open_charge', ['charge_id'], unique=True, sqlite_where=sa.text("charge_id IS NOT NULL AND state IN ('received', 'in_review')"), postgresql_where=sa.text("charge_id IS NOT NULL AND state IN ('received', 'in_review')"))

    op.create_table('maintenance_request',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('thread_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('place', sa.String(length=80), nullable=False),
    sa.Column('urgency', sa.String(length=12), nullable=False),
    sa.Column('may_enter', sa.Boolean(), nullable=False),
    sa.Column('access_times', sa.String(length=300), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('vendor', sa.String(length=120), nullable=False),
    sa.Column('planned_for', sa.Date(), nullable=True),
    sa.Column('planned_words', sa.String(length=120), nullable=False),
    sa.Column('expense_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reported_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reported_by', sa.String(length=64), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('reported', 'accepted', 'planned', 'done', 'declined')", name=op.f('ck_maintenance_request_state')),
    sa.CheckConstraint("urgency IN ('emergency', 'soon', 'normal')", name=op.f('ck_maintenance_request_urgency')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_maintenance_request_agreement_id')),
    sa.ForeignKeyConstraint(['expense_id'], ['expense.id'], name=op.f('fk_maintenance_request_expense_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_maintenance_request_person_id')),
    sa.ForeignKeyConstraint(['thread_id'], ['thread.id'], name=op.f('fk_maintenance_request_thread_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_maintenance_request_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_maintenance_request')),
    sa.UniqueConstraint('ref', name=op.f('uq_maintenance_request_ref'))
    )
    with op.batch_alter_table('maintenance_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_maintenance_request_agreement_id'), ['agreement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_maintenance_request_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_maintenance_request_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_maintenance_request_thread_id'), ['thread_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_maintenance_request_unit_id'), ['unit_id'], unique=False)

    op.create_table('maintenance_step',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('request_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('inside', sa.Boolean(), nullable=False),
    sa.Column('cost_minor', sa.BigInteger(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['request_id'], ['maintenance_request.id'], name=op.f('fk_maintenance_step_request_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_maintenance_step'))
    )
    with op.batch_alter_table('maintenance_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_maintenance_step_request_id'), ['request_id'], unique=False)
    with op.batch_alter_table('business', schema=None) as batch_op:
        batch_op.add_column(sa.Column('restored_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('copied_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_index('ix_kept_file_kept', table_name='kept_file')
    if op.get_bind().dialect.name == 'sqlite':
        op.drop_table('search_text_parts')
    with op.batch_alter_table('business', schema=None) as batch_op:
        batch_op.drop_column('copied_at')
        batch_op.drop_column('restored_at')
    with op.batch_alter_table('maintenance_step', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_maintenance_step_request_id'))

    op.drop_table('maintenance_step')
    with op.batch_alter_table('maintenance_request', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_maintenance_request_unit_id'))
        batch_op.drop_index(batch_op.f('ix_maintenance_request_thread_id'))
        batch_op.drop_index(batch_op.f('ix_maintenance_request_state'))
        batch_op.drop_index(batch_op.f('ix_maintenance_request_person_id'))
        batch_op.drop_index(batch_op.f('ix_maintenance_request_agreement_id'))

    op.drop_table('maintenance_request')
    with op.batch_alter_table('inquiry', schema=None) as batch_op:
        batch_op.drop_index('uq_inquiry_open_charge', sqlite_where=sa.text("charge_id IS NOT NULL AND state IN ('received', 'in_review')"), postgresql_where=sa.text("charge_id IS NOT NULL AND state IN ('received', 'in_review')"))
        batch_op.drop_index(batch_op.f('ix_inquiry_thread_id'))
        batch_op.drop_index(batch_op.f('ix_inquiry_state'))
        batch_op.drop_index(batch_op.f('ix_inquiry_person_id'))
        batch_op.drop_index(batch_op.f('ix_inquiry_payment_id'))
        batch_op.drop_index(batch_op.f('ix_inquiry_charge_id'))
        batch_op.drop_index(batch_op.f('ix_inquiry_agreement_id'))

    op.drop_table('inquiry')
    with op.batch_alter_table('thread_read', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_thread_read_user_id'))

    op.drop_table('thread_read')
    with op.batch_alter_table('thread_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_thread_file_message_id'))
        batch_op.drop_index(batch_op.f('ix_thread_file_file_id'))

    op.drop_table('thread_file')
    with op.batch_alter_table('signature', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_signature_document_id'))

    op.drop_table('signature')
    with op.batch_alter_table('thread_message', schema=None) as batch_op:
        batch_op.drop_index('ix_thread_message_thread')
        batch_op.drop_index(batch_op.f('ix_thread_message_author_id'))

    op.drop_table('thread_message')
    with op.batch_alter_table('document_signer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_document_signer_person_id'))

    op.drop_table('document_signer')
    with op.batch_alter_table('thread', schema=None) as batch_op:
        batch_op.drop_index('ix_thread_waits')
        batch_op.drop_index(batch_op.f('ix_thread_property_id'))
        batch_op.drop_index(batch_op.f('ix_thread_person_id'))
        batch_op.drop_index(batch_op.f('ix_thread_last_at'))
        batch_op.drop_index(batch_op.f('ix_thread_assigned_to_id'))
        batch_op.drop_index(batch_op.f('ix_thread_agreement_id'))

    op.drop_table('thread')
    op.drop_table('period_statement')
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_document_signed_sha256'))
        batch_op.drop_index(batch_op.f('ix_document_sha256'))
        batch_op.drop_index(batch_op.f('ix_document_person_id'))
        batch_op.drop_index(batch_op.f('ix_document_agreement_id'))

    op.drop_table('document')
    with op.batch_alter_table('credit_consent', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_credit_consent_person_id'))
        batch_op.drop_index(batch_op.f('ix_credit_consent_agreement_id'))

    op.drop_table('credit_consent')
    op.drop_table('presence')
    with op.batch_alter_table('announcement_seen', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_announcement_seen_user_id'))

    op.drop_table('announcement_seen')
    with op.batch_alter_table('support_code', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_support_code_person_id'))
        batch_op.drop_index(batch_op.f('ix_support_code_code_hash'))

    op.drop_table('support_code')
    with op.batch_alter_table('announcement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_announcement_property_id'))
        batch_op.drop_index(batch_op.f('ix_announcement_from_at'))

    op.drop_table('announcement')
    op.drop_table('search_text')
    with op.batch_alter_table('help_vote', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_help_vote_slug'))

    op.drop_table('help_vote')
    op.drop_table('help_article')
    op.drop_table('document_template')
    op.drop_table('credit_reporting')
    with op.batch_alter_table('canned_answer', schema=None) as batch_op:
        batch_op.drop_index('uq_canned_answer_title', sqlite_where=sa.text('removed_at IS NULL'), postgresql_where=sa.text('removed_at IS NULL'))

    op.drop_table('canned_answer')
    op.drop_column('business', 'opening_hours')
