"""the tree of units, and the rights that come with a kind of unit"""
import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# The type may be there already on some machines: it is made below, by hand, and only if it is missing.
unit_kind = sa.Enum("HOLDING", "REGION", "BRANCH", "DESK", name="unitkind", create_type=False)


def upgrade():
    op.execute(
        """
        DO $$
        BEGIN
            CREATE TYPE unitkind AS ENUM ('HOLDING', 'REGION', 'BRANCH', 'DESK');
        EXCEPTION WHEN duplicate_object THEN
            NULL;
        END
        $$
        """
    )
    op.create_table(
        "units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("above_id", sa.Integer()),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("kind", unit_kind, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["above_id"], ["units.id"]),
    )
    op.create_table(
        "unit_rights",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_kind", unit_kind, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade():
    op.drop_table("unit_rights")
    op.drop_table("units")
    op.execute("DROP TYPE unitkind")
