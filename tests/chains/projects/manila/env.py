"""Reads the options of the program, as its own command does before it starts Alembic; then the packaged env.py."""
import pathlib

from oslo_config import cfg

cfg.CONF([], project="chains", default_config_files=[])

packaged = pathlib.Path(__file__).with_name("packaged_env.py")
exec(compile(packaged.read_text(), str(packaged), "exec"))
