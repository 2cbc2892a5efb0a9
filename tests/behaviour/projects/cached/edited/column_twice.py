"""names"""
import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.add_column("pets", sa.Column("name", sa.Text))
    op.add_column("pets", sa.Column("name", sa.Text))
