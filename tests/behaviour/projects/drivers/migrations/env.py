import asyncio
import os

from alembic import context
from sqlalchemy import create_engine, pool

driver = os.environ.get("DRIVER", "psycopg2")
url = "postgresql+%s:%s" % (driver, os.environ["DATABASE_URL"].partition(":")[2])


def migrate(connection):
    if os.environ.get("AUTOCOMMIT"):
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
    context.configure(connection=connection, transaction_per_migration=bool(os.environ.get("PER_REVISION")))
    with context.begin_transaction():
        context.run_migrations()


async def migrate_async():
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(url)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


if driver == "asyncpg":
    asyncio.run(migrate_async())
else:
    with create_engine(url, poolclass=pool.NullPool).connect() as connection:
        migrate(connection)
