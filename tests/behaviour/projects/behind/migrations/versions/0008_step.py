"""several in a string"""
import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade():
    op.execute("CREATE TABLE s1 (a int); INSERT INTO s1 VALUES (1); UPDATE s1 SET a = 2; CREATE INDEX ON s1 (a)")
    assert op.get_bind().execute(sa.text("SELECT a FROM s1")).scalar() == 2
