import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade():
    op.execute("UPDATE people SET name = 'a' WHERE name > 5")
