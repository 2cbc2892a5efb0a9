import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade():
    op.execute("CREATE VIEW v_geo AS SELECT id FROM geo")
    op.execute("COMMENT ON COLUMN geo.id IS 'x'")
    op.execute("INSERT INTO geo (id) VALUES (1)")
