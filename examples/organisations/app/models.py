"""The application's models, as the code means them today (at the head of the chain)."""
import enum

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Enum, ForeignKey, Integer, Numeric, String, Text, func, true
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class UnitKind(enum.Enum):
    HOLDING = "holding"
    REGION = "region"
    BRANCH = "branch"
    DESK = "desk"


class Account(Base):
    __tablename__ = "accounts"

    id = Column(Integer, primary_key=True)
    login = Column(String(80), nullable=False, unique=True)
    display_name = Column(String(200))
    enabled = Column(Boolean, nullable=False, server_default=true())
    unit_id = Column(Integer, ForeignKey("units.id"))

    unit = relationship("Unit")


class Customer(Base):
    __tablename__ = "customers"

    id = Column(Integer, primary_key=True)
    name = Column(String(200), nullable=False)
    vat_number = Column(String(32), index=True)


class Project(Base):
    __tablename__ = "projects"

    id = Column(Integer, primary_key=True)
    customer_id = Column(Integer, ForeignKey("customers.id"), nullable=False, index=True)
    title = Column(String(160), nullable=False)
    budget = Column(Numeric(12, 2))


class TimeEntry(Base):
    __tablename__ = "time_entries"

    id = Column(BigInteger, primary_key=True)
    account_id = Column(Integer, ForeignKey("accounts.id"), nullable=False)
    project_id = Column(Integer, ForeignKey("projects.id"), nullable=False)
    day = Column(Date, nullable=False)
    minutes = Column(Integer, nullable=False)
    remark = Column(Text)


class Event(Base):
    __tablename__ = "events"

    id = Column(BigInteger, primary_key=True)
    happened = Column(DateTime(timezone=True), nullable=False, server_default=func.now())
    account_id = Column(Integer, ForeignKey("accounts.id"))
    summary = Column(Text, nullable=False)


class Unit(Base):
    __tablename__ = "units"

    id = Column(Integer, primary_key=True)
    above_id = Column(Integer, ForeignKey("units.id"))
    title = Column(String(160), nullable=False)
    # Named after the class, "unitkind", with the member names as labels: HOLDING, REGION, ...
    kind = Column(Enum(UnitKind), nullable=False)
    ledger_code = Column(String(24))


class UnitRight(Base):
    __tablename__ = "unit_rights"

    id = Column(Integer, primary_key=True)
    from_kind = Column(Enum(UnitKind), nullable=False)
    name = Column(String(60), nullable=False)
