"""Where compiled modules are read from, and where they are kept.

Windlass gives Python a folder of its own for them (pycache_prefix), so that none is written into the project. Python
then looks nowhere else: all that an installer compiled beside the libraries would be compiled again, by each run where
nothing may be kept (PYTHONDONTWRITEBYTECODE, which most images for containers set). Here what stands beside a source
is read, too, where the folder has nothing; what is compiled goes into the folder alone.

PEP 3147, and importlib/_bootstrap_external.py: SourceLoader.get_code asks cache_from_source for the file, holds it to
the source, and gives what it has compiled anew to _cache_bytecode.
"""
import os
import sys


def read_what_is_there():
    prefix = getattr(sys, "pycache_prefix", None)
    external = sys.modules.get("_frozen_importlib_external")
    loader = getattr(external, "SourceFileLoader", None)
    in_prefix = getattr(external, "cache_from_source", None)
    keep = getattr(loader, "_cache_bytecode", None)
    if not prefix or in_prefix is None or keep is None:
        return  # as Python does it, only slower
    inside = prefix.rstrip("/") + "/"

    def cache_from_source(path, *arguments, **named):
        own = in_prefix(path, *arguments, **named)
        if os.path.exists(own):
            return own
        beside = os.path.join(os.path.dirname(path), "__pycache__", os.path.basename(own))
        return beside if os.path.exists(beside) else own

    def _cache_bytecode(self, source_path, bytecode_path, data):
        if not bytecode_path.startswith(inside):  # it was there, and is too old
            bytecode_path = in_prefix(source_path)
        return keep(self, source_path, bytecode_path, data)

    external.cache_from_source = cache_from_source
    loader._cache_bytecode = _cache_bytecode
