"""pets"""
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.create_table("pets", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("ALTER TYPE mood ADD VALUE 'calm'")
