def upgrade():
    # windlass: ignore[table-created-twice] made by hand
    op.execute("""-- windlass: ignore[a, b] why
SELECT 1""")
