import asyncio
import os
import sys

from alembic import context
from sqlalchemy import create_engine, pool

sys.path.insert(0, os.getcwd())
import models  # noqa: E402

driver = os.environ.get("DRIVER", "psycopg2")
url = "postgresql+%s:%s" % (driver, os.environ["DATABASE_URL"].partition(":")[2])


def migrate(connection):
    context.configure(connection=connection, target_metadata=models.metadata, **getattr(models, "SETTINGS", {}))
    with context.begin_transaction():
        context.run_migrations()


async def migrate_async():
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(url, poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


if driver == "asyncpg":
    asyncio.run(migrate_async())
else:
    with create_engine(url, poolclass=pool.NullPool).connect() as connection:
        migrate(connection)
