import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.add_column("units", sa.Column("cost", sa.String(32)))
    op.add_column("people", sa.Column("unit_id", sa.Integer, sa.ForeignKey("units.id")))
