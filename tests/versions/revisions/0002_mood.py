from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.execute("CREATE TYPE mood AS ENUM ('happy')")
    op.execute("ALTER TYPE mood ADD VALUE 'sad'")
    # Refused up to 16: a new label is not to be used before the commit, be the type as young as it may.
    op.execute("CREATE TABLE today (mood mood NOT NULL DEFAULT 'sad')")
