import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade():
    op.execute("CREATE TRIGGER t_touch BEFORE UPDATE ON people FOR EACH ROW EXECUTE FUNCTION touch()")
    op.execute("DROP TRIGGER t_touch ON people")
