"""Says, as the program's own command does, that the URL is alembic.ini's; then the packaged env.py."""
import pathlib

from alembic import context

context.config.barbican_sqlalchemy_url = None

packaged = pathlib.Path(__file__).with_name("packaged_env.py")
exec(compile(packaged.read_text(), str(packaged), "exec"))
