import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade():
    level = postgresql.ENUM("TEAM", "COMPANY", name="level")
    op.create_table(
        "units",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("level", level, nullable=False),
        sa.Column("since", sa.DateTime, server_default=str(__import__("datetime").datetime.now())),
    )
