"""ledger codes for units"""
import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("units", sa.Column("ledger_code", sa.String(length=24)))


def downgrade():
    op.drop_column("units", "ledger_code")
