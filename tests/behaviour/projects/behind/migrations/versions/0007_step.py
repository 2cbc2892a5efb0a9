"""guards"""
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade():
    op.execute("CREATE TABLE IF NOT EXISTS people (id int)")
    op.execute("ALTER TABLE people ADD COLUMN IF NOT EXISTS name text")
    op.execute("DROP TABLE IF EXISTS nothing_there")
