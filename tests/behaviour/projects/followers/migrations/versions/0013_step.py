import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade():
    op.execute("ALTER TABLE people ALTER COLUMN name TYPE integer")
