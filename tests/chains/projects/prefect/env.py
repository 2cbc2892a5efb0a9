"""Runs the packaged env.py in a worker thread of an event loop, as the program does, since it goes back to the loop to connect."""
import pathlib

import anyio
import anyio.to_thread

packaged = pathlib.Path(__file__).with_name("packaged_env.py")


def run():
    names = {"__name__": "env", "__file__": str(packaged)}
    exec(compile(packaged.read_text(), str(packaged), "exec"), names)


anyio.run(anyio.to_thread.run_sync, run)
