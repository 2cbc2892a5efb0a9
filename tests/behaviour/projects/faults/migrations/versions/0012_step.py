"""f: not in a transaction"""
from alembic import op
from faults import mended

revision = "0012"
down_revision = "0011"


def upgrade():
    op.execute("CREATE INDEX %s ix_people_name ON people (name)" % ("" if mended("f") else "CONCURRENTLY"))
