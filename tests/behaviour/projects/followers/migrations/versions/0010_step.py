import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade():
    op.execute("CREATE TABLE pet (id int PRIMARY KEY, owner int NOT NULL REFERENCES people (id))")
    op.execute("INSERT INTO pet VALUES (1, 1)")
