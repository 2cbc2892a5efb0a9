import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade():
    op.execute("INSERT INTO people (id, name) VALUES (3, 'q') ON CONFLICT (name) DO NOTHING")
