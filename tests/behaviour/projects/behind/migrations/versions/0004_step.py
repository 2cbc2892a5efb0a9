"""a block that catches"""
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade():
    op.execute("""DO $$ BEGIN CREATE TABLE nowhere (id int); EXCEPTION WHEN duplicate_table THEN NULL; END $$""")
