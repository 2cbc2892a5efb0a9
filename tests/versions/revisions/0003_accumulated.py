from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    # Refused from 14 on, where array_append takes anycompatiblearray.
    op.execute("CREATE AGGREGATE accumulated(anyelement) (SFUNC = array_append, STYPE = anyarray, INITCOND = '{}')")
