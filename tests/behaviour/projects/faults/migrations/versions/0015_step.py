"""follows from g"""
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade():
    op.execute("UPDATE people SET flag = true")
