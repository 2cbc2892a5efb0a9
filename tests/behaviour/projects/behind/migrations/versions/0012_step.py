"""a savepoint of its own"""
import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade():
    op.execute("SAVEPOINT mine")
    op.execute("INSERT INTO people (id, name) VALUES (1000, 'y')")
    op.execute("ROLLBACK TO SAVEPOINT mine")
    op.execute("RELEASE SAVEPOINT mine")
    assert op.get_bind().execute(sa.text("SELECT count(*) FROM people WHERE id = 1000")).scalar() == 0
