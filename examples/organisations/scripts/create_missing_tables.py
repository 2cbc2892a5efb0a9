"""Emergency of the third of May: the pages for units answer 500, the tables are not there."""
import os
import pathlib
import sys

import sqlalchemy as sa

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from app.models import Base  # noqa: E402

engine = sa.create_engine(os.environ["DATABASE_URL"])
Base.metadata.create_all(engine)
print("tables:", ", ".join(sorted(sa.inspect(engine).get_table_names())))
