"""follows from e"""
import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade():
    op.add_column("late", sa.Column("more", sa.Integer))
