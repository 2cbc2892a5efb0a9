import os

from alembic import context
from sqlalchemy import create_engine, pool

url = os.environ["DATABASE_URL"]
if url.startswith("postgresql:"):
    url = "postgresql+psycopg2:" + url.partition(":")[2]
engine = create_engine(url, poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, transaction_per_migration=bool(os.environ.get("PER_REVISION")))
    with context.begin_transaction():
        context.run_migrations()
