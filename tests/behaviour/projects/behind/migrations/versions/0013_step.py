"""deferred"""
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade():
    op.execute("CREATE TABLE parent (id int PRIMARY KEY)")
    op.execute("CREATE TABLE child (p int REFERENCES parent DEFERRABLE INITIALLY DEFERRED)")
    op.execute("INSERT INTO child VALUES (1)")
    op.execute("INSERT INTO parent VALUES (1)")
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
