"""follows from b"""
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade():
    op.create_index("ix_accounts_email", "accounts", ["email"])
