"""A public chain as a project of its own: the packaged migrations copied, an alembic.ini and a windlass.toml beside them.

The packages themselves stay where tests/chains/fetch put them and are not written to. A chain whose env.py expects its
program to have prepared something has an env.py in tests/chains/projects/NAME that does so and then runs the packaged one.
"""
import os
import pathlib
import shutil
import tomllib

CACHE = pathlib.Path(os.environ.get("WINDLASS_TEST_CACHE") or pathlib.Path.home() / ".cache/windlass-tests")
DEBIAN = CACHE / "chains/debian"
KEYS = {"package", "environment", "migrations", "versions", "driver", "env", "revisions", "scenarios", "otherwise", "refused", "expected",
        "unordered"}

INI = """[alembic]
script_location = %(here)s/migrations
prepend_sys_path = .
sqlalchemy.url = {url}
{locations}
[loggers]
keys = root
[handlers]
keys =
[formatters]
keys =
[logger_root]
level = WARN
handlers =
"""


class Missing(Exception):
    """Something that tests/chains/fetch should have brought is not there."""


class Chain:
    """One folder of tests/chains/projects; README.md says what its chain.toml may hold."""

    def __init__(self, folder):
        self.folder, self.name = folder, folder.name
        told = tomllib.loads((folder / "chain.toml").read_text())
        if unknown := set(told) - KEYS:
            raise ValueError(f"{folder / 'chain.toml'}: unknown keys {sorted(unknown)}")
        self.package, self.migrations = told["package"], told["migrations"]
        self.versions = told.get("versions")
        self.driver, self.env = told.get("driver", "postgresql"), told.get("env", {})
        self.revisions = told["revisions"]
        self.scenarios, self.otherwise = told["scenarios"], told.get("otherwise", {})
        self.refused, self.expected = told.get("refused"), told.get("expected", [])
        self.unordered = told.get("unordered", [])
        name = told["environment"]
        if name == "debian":
            self.python, self.packages = pathlib.Path("/usr/bin/python3"), DEBIAN / "usr/lib/python3/dist-packages"
            self.variables = {"PYTHONPATH": str(self.packages)}
        else:
            self.python = CACHE / "venv" / name / "bin/python"
            self.packages = next((CACHE / "venv" / name).glob("lib/python3*/site-packages"), CACHE / "venv" / name)
            self.variables = {}
        for needed in (self.python, self.packages / self.migrations):
            if not needed.exists():
                raise Missing(f"there is no {needed}: tests/chains/fetch")

    def version(self):
        """As the packager numbers it, since the chain of another version is another chain."""
        if self.variables:
            versions = dict(line.split() for line in (DEBIAN / "versions").read_text().splitlines())
            return f"{self.package} {versions[self.package]}"
        infos = self.packages.glob(self.package.replace("-", "_") + "-*.dist-info")
        return f"{self.package} {next(infos).name.removesuffix('.dist-info').rpartition('-')[2]}"

    def lay_out(self, project, port, database):
        """Writes the project; returns its variables. Server and database are those of the bare tool's run."""
        migrations = project / "migrations"
        shutil.copytree(self.packages / self.migrations, migrations, ignore=shutil.ignore_patterns("__pycache__"))
        own = self.folder / "env.py"
        if own.exists():
            (migrations / "env.py").rename(migrations / "packaged_env.py")
            shutil.copy(own, migrations / "env.py")
        locations = ""
        if self.versions:
            folders = {file.parent.relative_to(project) for file in migrations.glob(self.versions + "/*.py") if file.name != "__init__.py"}
            locations = "version_locations = " + " ".join(f"%(here)s/{folder}" for folder in sorted(folders))
        address = {"host": "127.0.0.1", "port": str(port), "user": "postgres", "password": "", "database": database}
        url = "{}://{user}@{host}:{port}/{database}".format(self.driver, **address)
        (project / "alembic.ini").write_text(INI.format(url=url, locations=locations))
        settings = "".join(f'{name} = "{value}"\n' for name, value in self.env.items())
        (project / "windlass.toml").write_text("[env]\n" + settings)
        plain = "postgresql://{user}@{host}:{port}/{database}".format(**address)
        return {name: value.format(url=plain, **address) for name, value in self.env.items()}
