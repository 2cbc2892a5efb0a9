"""sound, whatever became of f"""
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade():
    op.execute("DROP INDEX ix_people_name")
