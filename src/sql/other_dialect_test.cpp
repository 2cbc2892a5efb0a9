#include "sql/other_dialect.h"

#include <gtest/gtest.h>

namespace windlass::sql {
namespace {

std::string what(const char* text) {
  const auto other = other_dialect(text);
  return other ? other->product + ": " + other->what : "";
}

std::string instead(const char* text) {
  const auto other = other_dialect(text);
  return other ? other->instead : "";
}

TEST(OtherDialect, AlterTableOfMySql) {
  EXPECT_EQ(what("ALTER TABLE trucks MODIFY COLUMN plate varchar(9) NOT NULL"),
            "MySQL: ALTER TABLE ... MODIFY");
  EXPECT_EQ(instead("ALTER TABLE trucks MODIFY COLUMN plate varchar(9) NOT NULL"),
            "ALTER TABLE trucks ALTER COLUMN plate TYPE ..., ALTER COLUMN plate SET NOT NULL");
  EXPECT_EQ(instead("alter table `Trucks` drop primary key, add primary key (id)"),
            "ALTER TABLE \"Trucks\" DROP CONSTRAINT \"Trucks_pkey\"");
  EXPECT_EQ(instead("ALTER TABLE trucks DROP FOREIGN KEY fk_depot"),
            "ALTER TABLE trucks DROP CONSTRAINT fk_depot");
  EXPECT_EQ(what("ALTER TABLE `trucks` DROP INDEX `ix_plate`"), "MySQL: ALTER TABLE ... DROP INDEX");
  EXPECT_EQ(what("ALTER TABLE trucks ADD UNIQUE KEY uq (plate)"), "MySQL: ALTER TABLE ... ADD UNIQUE KEY");
  EXPECT_EQ(what("ALTER TABLE trucks ADD INDEX ix (plate)"), "MySQL: ALTER TABLE ... ADD INDEX");
}

TEST(OtherDialect, Rows) {
  EXPECT_EQ(what("UPDATE trucks INNER JOIN depots ON depots.id = trucks.depot SET trucks.town = depots.town"),
            "MySQL: UPDATE ... JOIN ... SET");
  EXPECT_EQ(what("DELETE t FROM trucks t JOIN depots d ON d.id = t.depot"),
            "MySQL: DELETE table FROM ... JOIN");
  EXPECT_EQ(what("INSERT IGNORE INTO trucks VALUES (1)"), "MySQL: INSERT IGNORE");
  EXPECT_EQ(what("INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = 1"), "MySQL: ON DUPLICATE KEY UPDATE");
  EXPECT_EQ(what("INSERT OR IGNORE INTO trucks VALUES (1)"), "SQLite: INSERT OR ...");
  EXPECT_EQ(what("REPLACE INTO trucks VALUES (1)"), "MySQL or SQLite: REPLACE INTO");
}

TEST(OtherDialect, Tables) {
  EXPECT_EQ(what("CREATE TABLE t (id int AUTO_INCREMENT)"), "MySQL: AUTO_INCREMENT");
  EXPECT_EQ(what("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)"), "SQLite: AUTOINCREMENT");
  EXPECT_EQ(what("CREATE TABLE t (id int) ENGINE=InnoDB"), "MySQL: ENGINE=");
  EXPECT_EQ(what("PRAGMA foreign_keys = ON"), "SQLite: PRAGMA");
  EXPECT_EQ(what("SELECT `id` FROM trucks"), "MySQL: names in backquotes");
}

TEST(OtherDialect, SaysNothingOfPostgresqlsOwn) {
  for (const char* text :
       {"",
        "UPDATE trucks SET town = d.town FROM depots d JOIN towns t ON t.id = d.town WHERE d.id = "
        "trucks.depot",
        "DELETE FROM trucks USING depots", "DELETE FORM trucks", "ALTER TABLE trucks DROP CONSTRAINT \"key\"",
        "ALTER TABLE trucks ADD CONSTRAINT change UNIQUE (plate)", "SELECT '`' || \"modify\" FROM trucks",
        "ALTER TABLE trucks ADD COLUMN \"modify\" text", "CREATE TABLE engines (engine text, charset text)",
        "INSERT INTO trucks VALUES ('insert or ignore', '`')", "CREATE TABLE t (id int", "SELEC 1",
        "ALTER TABLE trucks ADD COLUM modified timestamp",
        "ALTER TABLE ONLY trucks DROP COLUMN IF EXIST plate"})
    EXPECT_EQ(what(text), "") << text;
}

}  // namespace
}  // namespace windlass::sql
