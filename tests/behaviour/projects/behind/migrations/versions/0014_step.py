"""made by a function"""
import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade():
    op.execute("CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE made_by_f (id int); RETURN 1; END $$")
    assert op.get_bind().execute(sa.text("SELECT f()")).scalar() == 1
    op.execute("ALTER TABLE made_by_f ADD COLUMN x int")
