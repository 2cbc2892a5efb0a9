import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade():
    op.execute("INSERT INTO people (id, nam) VALUES (1, 'root')")
