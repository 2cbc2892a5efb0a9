"""accounts get a name and can be closed"""
import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("accounts", sa.Column("display_name", sa.String(length=200)))
    op.add_column(
        "accounts", sa.Column("enabled", sa.Boolean(), server_default=sa.true(), nullable=False)
    )


def downgrade():
    op.drop_column("accounts", "enabled")
    op.drop_column("accounts", "display_name")
