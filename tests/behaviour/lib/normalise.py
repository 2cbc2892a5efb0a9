"""What differs from run to run, or from machine to machine, and means nothing: replaced before comparing."""
import re

RULES = [
    (r"/(?:dev/shm|tmp)/\.?windlass-[A-Za-z0-9]{6}", "$RUN"),
    (r"/usr/lib/postgresql/\d+/bin|/usr/pgsql-\d+/bin", "$BINDIR"),
    (r"\b(PostgreSQL) \d+(?:\.\d+)?(?:beta\d+)?(?:\s+\([^)]*\))?", r"\1 #"),
    # As root the two users differ, and are named.
    (r"\b(Python 3\.[\d.]+ \([^)]*?),\s+as\s+[\w-]+\)", r"\1)"),
    (r"\b(Python) 3\.\d+(?:\.\d+)?", r"\1 #"),
    # Where the line of versions is wrapped depends on how long the server's folder is.
    (r"\b(Alembic|SQLAlchemy|psycopg2?|asyncpg|pg8000)\s\d+\.\d+\.\d+", r"\1 #"),
    (r"(PostgreSQL #),\s+(Python # \([^)]*\)),\s+(Alembic #),\s+(SQLAlchemy #),\s+", r"\1, \2, \3,\n\4, "),
    (r"\bwindlass \d+\.\d+\.\d+", "windlass #"),
    (r"\b\d+(?:\.\d+)? ?(?:ms|s|seconds?|milliseconds?)\b", "# s"),
    (r"sha256:[0-9a-f]{64}", "sha256:#"),
    # A snapshot's fingerprint names the server's major version.
    (r"\b(\d+):\d\d:sha256:#", r"\1:#:sha256:#"),
    (r"\bwindlass_[0-9a-f]{8,}\b", "windlass_#"),
    (r"\b(port|pid|process|PID) \d+\b", r"\1 #"),
    (r"127\.0\.0\.1:\d+", "127.0.0.1:#"),
    (r"[ \t]+$", ""),
]


def text(value, paths):
    for path in sorted(paths, key=len, reverse=True):
        if path:
            value = value.replace(path, paths[path])
    for pattern, replacement in RULES:
        value = re.sub(pattern, replacement, value, flags=re.M)
    return value
