"""autocommit"""
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY ix_people_name ON people (name)")
    op.execute("COMMENT ON INDEX ix_people_name IS 'x'")
