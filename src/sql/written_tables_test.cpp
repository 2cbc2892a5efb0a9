#include "sql/written_tables.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace windlass::sql {
namespace {

std::string written(std::string_view text) {
  std::string all;
  for (const WrittenTable& each : written_tables(text))
    all += (all.empty() ? "" : " ") + (each.schema.empty() ? "" : each.schema + ".") + each.name;
  return all;
}

TEST(WrittenTables, OfEachStatementThatWrites) {
  EXPECT_EQ(written("INSERT INTO plans (name) SELECT name FROM old.plans"), "plans");
  EXPECT_EQ(written("INSERT INTO plans AS p VALUES (1) ON CONFLICT (id) DO UPDATE SET n = p.n + 1"), "plans");
  EXPECT_EQ(written("update only \"Shop\".\"Order\" o set n = 1 from lines"), "Shop.Order");
  EXPECT_EQ(written("DELETE FROM shop.lines USING orders WHERE true"), "shop.lines");
  EXPECT_EQ(written("TRUNCATE TABLE a, ONLY s.b, c * RESTART IDENTITY"), "a s.b c");
  EXPECT_EQ(written("truncate a"), "a");
  EXPECT_EQ(written("COPY people (id, name) FROM STDIN"), "people");
  EXPECT_EQ(written("MERGE INTO stock s USING sold ON true WHEN MATCHED THEN UPDATE SET n = 0"), "stock");
  EXPECT_EQ(written("WITH gone AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM gone"), "a b");
  EXPECT_EQ(written("DO $$ BEGIN IF true THEN UPDATE a SET n = 1; END IF; INSERT INTO b VALUES (1); END $$"),
            "a b");
}

TEST(WrittenTables, NoneWhereTheWordsMeanSomethingElse) {
  for (const char* text :
       {"SELECT * FROM t FOR UPDATE", "SELECT 1 FROM t FOR NO KEY UPDATE OF t", "COPY t TO STDOUT",
        "COPY (SELECT 1) TO STDOUT", "SELECT 'INSERT INTO t VALUES (1)'",
        "CREATE TRIGGER tr AFTER INSERT OR UPDATE ON s.t FOR EACH ROW EXECUTE FUNCTION f()",
        "CREATE TRIGGER tr BEFORE TRUNCATE ON t EXECUTE FUNCTION f()", "GRANT UPDATE, TRUNCATE ON t TO r",
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u ON UPDATE CASCADE ON DELETE SET NULL",
        "CREATE TABLE t (id int)", "", "INSERT INTO", "UPDATE"})
    EXPECT_EQ(written(text), "") << text;
}

TEST(WrittenTables, NeverFails) {
  rc::check("any text is read", [](const std::string& text) { written_tables(text); });
  rc::check("any prefix of a statement is read", [] {
    const std::string whole =
        "WITH a AS (UPDATE ONLY \"x\".y SET z = 1) COPY t (a, b) FROM '/x'; TRUNCATE a, b";
    written_tables(whole.substr(0, *rc::gen::inRange<size_t>(0, whole.size())));
  });
}

}  // namespace
}  // namespace windlass::sql
