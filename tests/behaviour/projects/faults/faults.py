"""Which of this chain's faults, a to h, are mended: MENDED=ac."""
import os


def mended(fault):
    return fault in os.environ.get("MENDED", "")
