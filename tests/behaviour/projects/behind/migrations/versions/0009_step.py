"""rows"""
import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade():
    bind = op.get_bind()
    assert bind.execute(sa.text("UPDATE s1 SET a = 3")).rowcount == 1
    assert bind.execute(sa.text("INSERT INTO s1 VALUES (4) RETURNING a")).scalar() == 4
    assert sorted(r[0] for r in bind.execute(sa.text("SELECT a FROM s1"))) == [3, 4]
    assert sa.inspect(bind).has_table("people")
    assert not sa.inspect(bind).has_table("nope")
