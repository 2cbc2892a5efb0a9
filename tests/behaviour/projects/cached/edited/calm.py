"""Uses the label of 0002, which the same transaction added."""
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.execute("INSERT INTO people VALUES (1, 'calm')")
