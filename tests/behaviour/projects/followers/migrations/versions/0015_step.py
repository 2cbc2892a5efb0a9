import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade():
    op.execute("ALTER TABLE people ADD CONSTRAINT uq_n UNIQUE (nam)")
