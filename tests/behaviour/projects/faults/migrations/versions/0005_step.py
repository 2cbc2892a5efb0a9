"""accounts"""
import sqlalchemy as sa
from alembic import op
from faults import mended

revision = "0005"
down_revision = "0004"


def upgrade():
    if not mended("b"):
        op.create_table("accounts", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text))
