"""The type that 0001 made: Alembic remembers it, and makes it no second time."""
import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.create_table("days", sa.Column("mood", sa.Enum("glad", "sad", name="mood")))
