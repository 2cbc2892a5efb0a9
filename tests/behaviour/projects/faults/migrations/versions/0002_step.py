"""a: the type has two owners"""
import sqlalchemy as sa
from alembic import op
from faults import mended
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade():
    op.execute("CREATE TYPE mood AS ENUM ('sad', 'ok')")
    kind = postgresql.ENUM("sad", "ok", name="mood", create_type=False) if mended("a") else sa.Enum("sad", "ok", name="mood")
    op.create_table("moods", sa.Column("id", sa.Integer, primary_key=True), sa.Column("mood", kind))
