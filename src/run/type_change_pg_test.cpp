// What ddl/type_change.h says of types, held against a real server: of a conversion that keeps values every
// value can be had back as it was, and of one that refuses some the others can.
#include "ddl/type_change.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "pg/connection.h"
#include "run/place_fixture.h"

namespace windlass::run {

namespace {

using ddl::Conversion;

struct Case {
  const char *from, *to;
  Conversion conversion;
  std::vector<const char*> values;  ///< literals of the first type
  const char* refused = nullptr;    ///< one that has no counterpart
};

bool is_enum(const std::string& type) { return type == "public.mood"; }

class TypeChange : public PlaceTest {
 protected:
  TypeChange() {
    EXPECT_TRUE(place_->admit({"app", "shop", {}}));
    connection_ = pg::Connection::open(place_->conninfo("shop")).value();
    EXPECT_TRUE(connection_.execute("CREATE TYPE mood AS ENUM ('sad', 'glad')"));
  }

  /// The values as text, changed to the other type and back; empty where the server refused it.
  std::string there_and_back(const Case& each, const std::vector<const char*>& values) {
    std::string rows;
    for (const char* value : values) rows += std::string(rows.empty() ? "" : ", ") + "('" + value + "')";
    EXPECT_TRUE(connection_.execute("DROP TABLE IF EXISTS t; CREATE TABLE t (x " + std::string(each.from) +
                                    "); INSERT INTO t VALUES " + rows));
    const std::string before(
        connection_.query("SELECT string_agg(x::text, '|' ORDER BY ctid) FROM t").value().at(0, 0));
    for (const char* type : {each.to, each.from}) {
      // As the statements do it: the server's own conversion first.
      if (connection_.execute("ALTER TABLE t ALTER x TYPE " + std::string(type))) continue;
      if (connection_.execute("ALTER TABLE t ALTER x TYPE " + std::string(type) +
                              " USING x::text::" + ddl::without_modifiers(type)))
        continue;
      return "";
    }
    const std::string after(
        connection_.query("SELECT string_agg(x::text, '|' ORDER BY ctid) FROM t").value().at(0, 0));
    EXPECT_EQ(before, after) << each.from << " to " << each.to;
    return after;
  }

  pg::Connection connection_;
};

TEST_F(TypeChange, KeepsAndRefusesWhatItIsSaidTo) {
  const std::vector<Case> cases = {
      {"smallint", "integer", Conversion::Keeps, {"-32768", "32767"}},
      {"bigint", "integer", Conversion::Refuses, {"2147483647"}, "2147483648"},
      {"integer", "numeric", Conversion::Keeps, {"-1", "2147483647"}},
      {"integer", "numeric(5,2)", Conversion::Refuses, {"999"}, "1000"},
      {"real", "double precision", Conversion::Keeps, {"1.5", "-2"}},
      {"character varying(5)", "character varying(9)", Conversion::Keeps, {"12345", " x "}},
      {"character varying(9)", "character varying(5)", Conversion::Refuses, {"12345"}, "123456"},
      {"character varying(5)", "text", Conversion::Keeps, {"12345", " "}},
      {"text", "character varying(5)", Conversion::Refuses, {"12345"}, "123456"},
      {"integer", "text", Conversion::Keeps, {"-7", "0"}},
      {"timestamp with time zone", "text", Conversion::Keeps, {"2026-01-02 03:04:05.678901+00"}},
      {"numeric(6,2)", "numeric(8,2)", Conversion::Keeps, {"9999.99"}},
      {"numeric(6,2)", "numeric(9,4)", Conversion::Keeps, {}},
      {"numeric(6,2)", "numeric(6,3)", Conversion::Refuses, {}, "9999.99"},
      {"numeric(6,2)", "numeric", Conversion::Keeps, {"9999.99"}},
      {"date", "timestamp without time zone", Conversion::Keeps, {"2026-02-28"}},
      {"timestamp(0) without time zone",
       "timestamp(3) without time zone",
       Conversion::Keeps,
       {"2026-01-02 03:04:05"}},
      {"text", "public.mood", Conversion::Refuses, {"sad"}, "so so"},
      {"public.mood", "text", Conversion::Keeps, {"sad", "glad"}},
      {"text", "uuid", Conversion::Refuses, {"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}, "a0"},
      {"text", "json", Conversion::Refuses, {"{\"a\": 1,  \"a\": 2}"}, "{"},
      {"integer[]", "bigint[]", Conversion::Keeps, {"{1,NULL,3}"}},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(std::string(each.from) + " to " + each.to);
    EXPECT_EQ(ddl::conversion(each.from, each.to, is_enum), each.conversion);
    if (!each.values.empty()) {
      EXPECT_NE(there_and_back(each, each.values), "") << "it was refused";
    }
    if (each.refused != nullptr) {
      EXPECT_EQ(there_and_back(each, {each.refused}), "") << "it was not refused";
    }
  }
}

TEST_F(TypeChange, WhatBecomesAnotherValueWithoutAWord) {
  const std::vector<Case> cases = {
      {"numeric", "integer", Conversion::Loses, {"1.5"}},
      {"numeric(6,2)", "numeric(6,1)", Conversion::Loses, {"1.25"}},
      {"numeric", "numeric(6,2)", Conversion::Loses, {"1.255"}},
      {"double precision", "real", Conversion::Loses, {"0.1234567890123"}},
      {"timestamp without time zone", "date", Conversion::Loses, {"2026-01-02 03:04:05"}},
      {"timestamp without time zone",
       "timestamp(0) without time zone",
       Conversion::Loses,
       {"2026-01-02 03:04:05.6"}},
      {"jsonb", "json", Conversion::Loses, {}},
      {"json", "jsonb", Conversion::Loses, {"{\"a\": 1, \"a\": 2}"}},
      {"character varying(5)", "character(9)", Conversion::Loses, {}},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(std::string(each.from) + " to " + each.to);
    EXPECT_EQ(ddl::conversion(each.from, each.to, is_enum), each.conversion);
    if (each.values.empty()) continue;
    ASSERT_TRUE(connection_.execute("DROP TABLE IF EXISTS t; CREATE TABLE t (x " + std::string(each.from) +
                                    "); INSERT INTO t VALUES ('" + each.values.front() + "')"));
    const std::string before(connection_.query("SELECT x::text FROM t").value().at(0, 0));
    ASSERT_TRUE(connection_.execute("ALTER TABLE t ALTER x TYPE " + std::string(each.to)));
    EXPECT_NE(before, connection_.query("SELECT x::text FROM t").value().at(0, 0));
  }
}

}  // namespace

}  // namespace windlass::run
