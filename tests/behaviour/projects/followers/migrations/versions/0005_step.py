import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade():
    op.execute("SELECT * FROM v_geo")
    op.execute("CREATE TABLE after_select (id int)")
