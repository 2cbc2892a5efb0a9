"""b: the table is made by 0005"""
import sqlalchemy as sa
from alembic import op
from faults import mended

revision = "0003"
down_revision = "0002"


def upgrade():
    if mended("b"):
        op.create_table("accounts", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text))
    # More than a column: it is not made up for when the table comes.
    op.execute("ALTER TABLE accounts ADD COLUMN email text, ALTER COLUMN name SET DEFAULT ''")
