"""customers"""
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "customers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("vat_number", sa.String(length=32)),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_customers_vat_number", "customers", ["vat_number"])


def downgrade():
    op.drop_index("ix_customers_vat_number", table_name="customers")
    op.drop_table("customers")
