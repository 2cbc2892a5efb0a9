import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade():
    op.execute("INSERT INTO geo2 (id) VALUES (7)")
    op.drop_table("geo2")
