"""follows from d"""
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade():
    op.execute("UPDATE people SET age = 3")
