"""budgets, and remarks on time entries"""
import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("projects", sa.Column("budget", sa.Numeric(precision=12, scale=2)))
    op.add_column("time_entries", sa.Column("remark", sa.Text()))


def downgrade():
    op.drop_column("time_entries", "remark")
    op.drop_column("projects", "budget")
