"""Emergency of the second of May: "type unitkind does not exist" on staging.

Run once by hand. It drops the type with everything that uses it and makes it again.
"""
import os

import sqlalchemy as sa

engine = sa.create_engine(os.environ["DATABASE_URL"])
with engine.begin() as connection:
    connection.execute(sa.text("DROP TYPE IF EXISTS unitkind CASCADE"))
    connection.execute(sa.text("CREATE TYPE unitkind AS ENUM ('holding', 'region', 'branch', 'desk')"))
print("unitkind restored")
