"""sound"""
import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade():
    op.create_table("last", sa.Column("id", sa.Integer, primary_key=True))
