"""Hands over the options of the program, as its own command does; then the packaged env.py."""
import pathlib

from alembic import context
from neutron.db.migration import cli

cli.CONF(["upgrade", "heads"], project="chains", default_config_files=[])
context.config.neutron_config = cli.CONF

packaged = pathlib.Path(__file__).with_name("packaged_env.py")
exec(compile(packaged.read_text(), str(packaged), "exec"))
