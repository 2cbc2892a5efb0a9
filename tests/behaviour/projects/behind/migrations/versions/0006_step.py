"""a label, alone"""
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade():
    op.execute("CREATE TYPE mood AS ENUM ('a')")
    with op.get_context().autocommit_block():
        op.execute("ALTER TYPE mood ADD VALUE 'b'")
    op.execute("CREATE TABLE m (m mood DEFAULT 'b')")
