"""h: nothing made it"""
from alembic import op
from faults import mended

revision = "0016"
down_revision = "0015"


def upgrade():
    if not mended("h"):
        op.drop_constraint("uq_people_name", "people", type_="unique")
