import os
import sys

from alembic import context
from sqlalchemy import create_engine, pool

sys.path.insert(0, os.getcwd())
from models import metadata

url = os.environ["DATABASE_URL"]
if url.startswith("postgresql:"):
    url = "postgresql+psycopg2:" + url.partition(":")[2]
with create_engine(url, poolclass=pool.NullPool).connect() as connection:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()
