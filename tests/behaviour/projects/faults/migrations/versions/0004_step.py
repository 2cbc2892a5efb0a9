"""follows from b"""
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade():
    op.create_index("ix_accounts_name", "accounts", ["name"])
