"""Gives env.py the options of the program, as its own command does before it starts Alembic; then the packaged env.py."""
import pathlib

from alembic import context
from oslo_config import cfg
from oslo_db import options

options.set_defaults(cfg.CONF)
cfg.CONF([], project="chains", default_config_files=[])
context.config.tacker_config = cfg.CONF

packaged = pathlib.Path(__file__).with_name("packaged_env.py")
exec(compile(packaged.read_text(), str(packaged), "exec"))
