"""g: a mistake in SQL"""
from alembic import op
from faults import mended

revision = "0014"
down_revision = "0013"


def upgrade():
    op.execute("ALTER TABLE people ADD COLUMN flag boolean DEFAULT %s" % ("true" if mended("g") else "maybe"))
