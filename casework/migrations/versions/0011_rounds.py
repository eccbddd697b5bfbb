"""Reporting rounds, their schedules, reports, corrections, and what reports propose for the records."""

import sqlalchemy as sa
from alembic import op

import casework.db
from casework.migrations import triggers

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('round_schedule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('cycle_id', sa.Integer(), nullable=False),
    sa.Column('rhythm', sa.Enum('weekly', 'fortnightly', 'monthly', 'denser', name='rhythm', native_enum=False, length=40), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('working_days', sa.Integer(), nullable=False),
    sa.Column('units', casework.db.Json(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('made_until', sa.Date(), nullable=True),
    sa.Column('set_up_by_id', sa.Integer(), nullable=False),
    sa.Column('set_up_at', casework.db.Moment(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('changed_at', casework.db.Moment(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['cycle_id'], ['cycle.id'], name=op.f('fk_round_schedule_cycle_id_cycle')),
    sa.ForeignKeyConstraint(['set_up_by_id'], ['account.id'], name=op.f('fk_round_schedule_set_up_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_round_schedule'))
    )
    with op.batch_alter_table('round_schedule', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_round_schedule_cycle_id'), ['cycle_id'], unique=False)

    op.create_table('reporting_round',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('cycle_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('schedule_id', sa.Integer(), nullable=True),
    sa.Column('period_first', sa.Date(), nullable=False),
    sa.Column('period_last', sa.Date(), nullable=False),
    sa.Column('opens_at', casework.db.Moment(timezone=True), nullable=False),
    sa.Column('due_at', casework.db.Moment(timezone=True), nullable=False),
    sa.Column('units', casework.db.Json(), nullable=True),
    sa.Column('form_version', sa.Integer(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('state', sa.Enum('open', 'frozen', 'missed', name='roundstate', native_enum=False, length=40), nullable=False),
    sa.Column('opened_by_id', sa.Integer(), nullable=True),
    sa.Column('frozen_at', casework.db.Moment(timezone=True), nullable=True),
    sa.Column('letter_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('changed_at', casework.db.Moment(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'frozen') = (frozen_at IS NOT NULL)", name=op.f('ck_reporting_round_frozen_iff_moment')),
    sa.ForeignKeyConstraint(['cycle_id'], ['cycle.id'], name=op.f('fk_reporting_round_cycle_id_cycle')),
    sa.ForeignKeyConstraint(['letter_id'], ['letter.id'], name=op.f('fk_reporting_round_letter_id_letter')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['account.id'], name=op.f('fk_reporting_round_opened_by_id_account')),
    sa.ForeignKeyConstraint(['schedule_id'], ['round_schedule.id'], name=op.f('fk_reporting_round_schedule_id_round_schedule')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reporting_round')),
    sa.UniqueConstraint('cycle_id', 'number', name=op.f('uq_reporting_round_cycle_id_number')),
    sa.UniqueConstraint('schedule_id', 'period_first', name=op.f('uq_reporting_round_schedule_id_period_first'))
    )
    with op.batch_alter_table('reporting_round', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reporting_round_letter_id'), ['letter_id'], unique=False)
        batch_op.create_index('ix_reporting_round_state_due_at', ['state', 'due_at'], unique=False)

    op.create_table('report',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('region_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('to_report', 'submitted', 'accepted', 'returned', name='reportstate', native_enum=False, length=40), nullable=False),
    sa.Column('typed', casework.db.Json(), nullable=True),
    sa.Column('values', casework.db.Json(), nullable=True),
    sa.Column('no_change', sa.Boolean(), nullable=False),
    sa.Column('complete', sa.Boolean(), nullable=False),
    sa.Column('surrendered', sa.BigInteger(), nullable=True),
    sa.Column('to_buy', sa.BigInteger(), nullable=True),
    sa.Column('risk', sa.Enum('low', 'middle', 'high', name='risk', native_enum=False, length=40), nullable=True),
    sa.Column('worse', sa.Text(), nullable=False),
    sa.Column('contradicts', sa.Text(), nullable=False),
    sa.Column('changed', sa.Boolean(), nullable=False),
    sa.Column('saved_by_id', sa.Integer(), nullable=True),
    sa.Column('saved_at', casework.db.Moment(timezone=True), nullable=True),
    sa.Column('first_submitted_at', casework.db.Moment(timezone=True), nullable=True),
    sa.Column('submitted_by_id', sa.Integer(), nullable=True),
    sa.Column('submitted_at', casework.db.Moment(timezone=True), nullable=True),
    sa.Column('reviewed_by_id', sa.Integer(), nullable=True),
    sa.Column('reviewed_at', casework.db.Moment(timezone=True), nullable=True),
    sa.Column('return_reason', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('changed_at', casework.db.Moment(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'to_report') = (first_submitted_at IS NULL)", name=op.f('ck_report_submitted_iff_moment')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_report_case_id_case')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_report_region_id_region')),
    sa.ForeignKeyConstraint(['reviewed_by_id'], ['account.id'], name=op.f('fk_report_reviewed_by_id_account')),
    sa.ForeignKeyConstraint(['round_id'], ['reporting_round.id'], name=op.f('fk_report_round_id_reporting_round')),
    sa.ForeignKeyConstraint(['saved_by_id'], ['account.id'], name=op.f('fk_report_saved_by_id_account')),
    sa.ForeignKeyConstraint(['submitted_by_id'], ['account.id'], name=op.f('fk_report_submitted_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report')),
    sa.UniqueConstraint('round_id', 'case_id', name=op.f('uq_report_round_id_case_id'))
    )
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.create_index('ix_report_case_state', ['case_id', 'state', 'id'], unique=False)
        batch_op.create_index('ix_report_round_region_state', ['round_id', 'region_id', 'state'], unique=False)
        batch_op.create_index('ix_report_state_region', ['state', 'region_id'], unique=False)

    op.create_table('round_region',
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('region_id', sa.Integer(), nullable=False),
    sa.Column('units', sa.Integer(), nullable=False),
    sa.Column('complete_at', casework.db.Moment(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_round_region_region_id_region')),
    sa.ForeignKeyConstraint(['round_id'], ['reporting_round.id'], name=op.f('fk_round_region_round_id_reporting_round')),
    sa.PrimaryKeyConstraint('round_id', 'region_id', name=op.f('pk_round_region'))
    )
    with op.batch_alter_table('round_region', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_round_region_region_id'), ['region_id'], unique=False)

    op.create_table('record_proposal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('surrendered', 'measure_done', name='recordkind', native_enum=False, length=40), nullable=False),
    sa.Column('target_id', sa.Integer(), nullable=False),
    sa.Column('before', sa.BigInteger(), nullable=True),
    sa.Column('after', sa.BigInteger(), nullable=True),
    sa.Column('state', sa.Enum('open', 'accepted', 'declined', 'replaced', name='proposalstate', native_enum=False, length=40), nullable=False),
    sa.Column('proposed_at', casework.db.Moment(timezone=True), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', casework.db.Moment(timezone=True), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('changed_at', casework.db.Moment(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_record_proposal_case_id_case')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['account.id'], name=op.f('fk_record_proposal_decided_by_id_account')),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_record_proposal_report_id_report')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_record_proposal'))
    )
    with op.batch_alter_table('record_proposal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_record_proposal_report_id'), ['report_id'], unique=False)
        batch_op.create_index('ix_record_proposal_state_case', ['state', 'case_id'], unique=False)
        batch_op.create_index('uq_record_proposal_open', ['case_id', 'kind', 'target_id'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.create_table('report_correction',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('changes', casework.db.Json(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('corrected_by_id', sa.Integer(), nullable=False),
    sa.Column('corrected_at', casework.db.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['corrected_by_id'], ['account.id'], name=op.f('fk_report_correction_corrected_by_id_account')),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_report_correction_report_id_report')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_correction'))
    )
    with op.batch_alter_table('report_correction', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_correction_report_id'), ['report_id'], unique=False)

    op.create_table('report_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_report_file_file_id_file')),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_report_file_report_id_report')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_file')),
    sa.UniqueConstraint('file_id', name=op.f('uq_report_file_file_id'))
    )
    with op.batch_alter_table('report_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_file_report_id'), ['report_id'], unique=False)

    execute(triggers.create_statements)


def downgrade():
    execute(triggers.drop_statements)
    with op.batch_alter_table('report_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_report_file_report_id'))

    op.drop_table('report_file')
    with op.batch_alter_table('report_correction', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_report_correction_report_id'))

    op.drop_table('report_correction')
    with op.batch_alter_table('record_proposal', schema=None) as batch_op:
        batch_op.drop_index('uq_record_proposal_open', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.drop_index('ix_record_proposal_state_case')
        batch_op.drop_index(batch_op.f('ix_record_proposal_report_id'))

    op.drop_table('record_proposal')
    with op.batch_alter_table('round_region', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_round_region_region_id'))

    op.drop_table('round_region')
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.drop_index('ix_report_state_region')
        batch_op.drop_index('ix_report_round_region_state')
        batch_op.drop_index('ix_report_case_state')

    op.drop_table('report')
    with op.batch_alter_table('reporting_round', schema=None) as batch_op:
        batch_op.drop_index('ix_reporting_round_state_due_at')
        batch_op.drop_index(batch_op.f('ix_reporting_round_letter_id'))

    op.drop_table('reporting_round')
    with op.batch_alter_table('round_schedule', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_round_schedule_cycle_id'))

    op.drop_table('round_schedule')


def execute(statements):
    bind = op.get_bind()
    for statement in statements(bind.dialect.name, triggers.of_rounds()):
        bind.exec_driver_sql(statement)
