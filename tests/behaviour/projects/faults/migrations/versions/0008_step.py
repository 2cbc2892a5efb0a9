"""d: misspelt"""
import sqlalchemy as sa
from alembic import op
from faults import mended

revision = "0008"
down_revision = "0007"


def upgrade():
    op.add_column("people" if mended("d") else "peopl", sa.Column("age", sa.Integer))
