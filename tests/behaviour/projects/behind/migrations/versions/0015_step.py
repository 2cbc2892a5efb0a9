"""nested"""
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade():
    bind = op.get_bind()
    with bind.begin_nested():
        op.execute("CREATE TABLE nested (id int)")
    op.execute("ALTER TABLE nested ADD COLUMN y int")
    try:
        with bind.begin_nested():
            op.execute("ALTER TABLE nested ADD COLUMN y int")
    except Exception:
        pass
    op.execute("ALTER TABLE nested ADD COLUMN z int")
