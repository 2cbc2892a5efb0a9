"""settings"""
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET CONSTRAINTS ALL DEFERRED")
    op.execute("CREATE TEMP TABLE tt (a int) ON COMMIT DROP")
    op.execute("INSERT INTO tt SELECT generate_series(1, 100)")
    op.execute("LOCK TABLE people IN SHARE MODE")
    op.execute("SELECT pg_advisory_xact_lock(7)")
