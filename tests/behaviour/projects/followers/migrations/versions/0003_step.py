import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.create_index("ix_geo", "geo", ["id"])
    op.execute("CREATE TABLE shape (id int, geo_id int REFERENCES geo (id))")
