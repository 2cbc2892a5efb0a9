import sqlalchemy as sa

metadata = sa.MetaData()
sa.Table("people", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(80)), sa.Column("unit_id", sa.Integer, sa.ForeignKey("units.id")))
sa.Table("units", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("level", sa.Enum("TEAM", "COMPANY", name="level"), nullable=False), sa.Column("since", sa.DateTime, server_default="2026-01-01"), sa.Column("cost", sa.String(32)))
sa.Table("notes", metadata, sa.Column("id", sa.Integer, primary_key=True))
