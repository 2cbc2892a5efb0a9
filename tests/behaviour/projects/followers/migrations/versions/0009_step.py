import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade():
    row = op.get_bind().execute(sa.text("SELECT id FROM people WHERE name = 'root'")).fetchone()
    op.execute("UPDATE people SET name = 'x' WHERE id = %d" % row[0])
