"""Creates the tables that the chain begins from, as the program does with an empty database; then the packaged env.py."""
import pathlib

from alembic import context
from mlflow.store.tracking.dbmodels.initial_models import Base
from sqlalchemy import create_engine, inspect

engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
if not inspect(engine).has_table("alembic_version"):
    Base.metadata.create_all(engine)
engine.dispose()

packaged = pathlib.Path(__file__).with_name("packaged_env.py")
exec(compile(packaged.read_text(), str(packaged), "exec"))
