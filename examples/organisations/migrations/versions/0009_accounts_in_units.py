"""accounts belong to a unit"""
import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("accounts", sa.Column("unit_id", sa.Integer()))
    op.create_foreign_key("fk_accounts_unit", "accounts", "units", ["unit_id"], ["id"])


def downgrade():
    op.drop_constraint("fk_accounts_unit", "accounts", type_="foreignkey")
    op.drop_column("accounts", "unit_id")
