"""types"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"


def upgrade():
    op.create_table("e1", sa.Column("id", sa.Integer, primary_key=True), sa.Column("k", postgresql.ENUM("x", "y", name="kinds")))
    op.create_table("e2", sa.Column("id", sa.Integer, primary_key=True), sa.Column("k", postgresql.ENUM("x", "y", name="kinds", create_type=False)))
    op.rename_table("e1", "e3")
    op.drop_table("e3")
    op.drop_table("e2")
    op.execute("DROP TYPE kinds")
