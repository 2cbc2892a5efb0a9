"""e: a row that only some database has"""
import sqlalchemy as sa
from alembic import op
from faults import mended

revision = "0010"
down_revision = "0009"


def upgrade():
    row = op.get_bind().execute(sa.text("SELECT id FROM people WHERE name = 'root'")).fetchone()
    if row is not None or not mended("e"):
        op.execute("INSERT INTO people (id, name) VALUES (%d, 'x')" % row[0])
    op.create_table("late", sa.Column("id", sa.Integer, primary_key=True))
