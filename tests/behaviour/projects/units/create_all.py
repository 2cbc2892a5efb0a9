import os

import sqlalchemy as sa

from models import metadata

metadata.create_all(sa.create_engine("postgresql+psycopg2" + os.environ["DATABASE_URL"][10:]))
