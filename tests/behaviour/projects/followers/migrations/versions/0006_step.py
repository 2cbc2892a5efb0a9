import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade():
    op.add_column("after_select", sa.Column("x", sa.Integer))
    op.add_column("shape", sa.Column("y", sa.Integer))
    op.rename_table("geo", "geo2")
