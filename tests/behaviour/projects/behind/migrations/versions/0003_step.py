"""a savepoint that catches"""
import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    bind = op.get_bind()
    try:
        with bind.begin_nested():
            bind.execute(sa.text("INSERT INTO nowhere VALUES (1)"))
    except sa.exc.ProgrammingError:
        op.execute("CREATE TABLE nowhere (id int)")
