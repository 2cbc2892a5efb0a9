"""c: a table again"""
import sqlalchemy as sa
from alembic import op
from faults import mended

revision = "0007"
down_revision = "0006"


def upgrade():
    if not mended("c"):
        op.create_table("people", sa.Column("id", sa.Integer))
