"""parameters"""
import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade():
    op.bulk_insert(sa.table("people", sa.column("id", sa.Integer), sa.column("name", sa.String)), [{"id": i, "name": "n%d" % i} for i in range(1, 50)])
    t = sa.table("people", sa.column("id", sa.Integer), sa.column("name", sa.String))
    op.get_bind().execute(t.insert().values(id=100, name="x"))
    op.get_bind().execute(t.update().where(t.c.id == 100).values(name="it's : 100%"))
    op.get_bind().execute(t.delete().where(t.c.id == 100))
