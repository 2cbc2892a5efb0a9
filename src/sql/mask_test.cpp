#include "sql/mask.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/text.h"

namespace windlass::sql {
namespace {

TEST(Mask, ThePasswordsOfRoles) {
  EXPECT_EQ(mask("CREATE ROLE app LOGIN PASSWORD 'hunter2' VALID UNTIL 'infinity'"),
            "CREATE ROLE app LOGIN PASSWORD '***' VALID UNTIL 'infinity'");
  EXPECT_EQ(mask("alter user app with encrypted password E'hun\\'ter2'"),
            "alter user app with encrypted password '***'");
  EXPECT_EQ(mask("ALTER ROLE app PASSWORD $$hunter2$$"), "ALTER ROLE app PASSWORD '***'");
  EXPECT_EQ(mask("ALTER ROLE app PASSWORD /* the new one */ 'hunter2'"),
            "ALTER ROLE app PASSWORD /* the new one */ '***'");
  EXPECT_EQ(mask("ALTER ROLE app PASSWORD 'hunter2"), "ALTER ROLE app PASSWORD '***'");
  EXPECT_EQ(mask("ALTER ROLE app PASSWORD NULL; SELECT 'x'"), "ALTER ROLE app PASSWORD NULL; SELECT 'x'");
}

TEST(Mask, OptionsAndSettings) {
  EXPECT_EQ(mask("CREATE USER MAPPING FOR me SERVER s OPTIONS (user 'me', password 'hunter2')"),
            "CREATE USER MAPPING FOR me SERVER s OPTIONS (user 'me', password '***')");
  EXPECT_EQ(mask("ALTER USER MAPPING FOR me SERVER s OPTIONS (SET \"password\" 'hunter2', sslpassword 'y')"),
            "ALTER USER MAPPING FOR me SERVER s OPTIONS (SET \"password\" '***', sslpassword '***')");
  EXPECT_EQ(mask("SET app.jwt_secret = 'hunter2'"), "SET app.jwt_secret = '***'");
  EXPECT_EQ(mask("SET app.api_key TO 'hunter2'"), "SET app.api_key TO '***'");
}

TEST(Mask, ConnectionStrings) {
  EXPECT_EQ(mask("CREATE SUBSCRIPTION s CONNECTION 'host=h user=u password=hunter2 dbname=d' PUBLICATION p"),
            "CREATE SUBSCRIPTION s CONNECTION 'host=h user=u password=*** dbname=d' PUBLICATION p");
  EXPECT_EQ(mask("CREATE SUBSCRIPTION s CONNECTION 'password = ''hun ter2'' host=h' PUBLICATION p"),
            "CREATE SUBSCRIPTION s CONNECTION 'password = *** host=h' PUBLICATION p");
  EXPECT_EQ(mask("SELECT dblink('postgresql://u:hunter2@h/d', 'SELECT 1')"),
            "SELECT dblink('postgresql://u:***@h/d', 'SELECT 1')");
  EXPECT_EQ(mask("DO $$ BEGIN EXECUTE 'ALTER ROLE a PASSWORD ''hunter2'''; END $$"),
            "DO $$ BEGIN EXECUTE 'ALTER ROLE a PASSWORD ''***'''; END $$");
  EXPECT_FALSE(base::contains(mask("DO $$ BEGIN ALTER ROLE a PASSWORD 'hunter2'; END $$"), "hunter2"));
}

TEST(Mask, LeavesOrdinaryTextAlone) {
  for (const char* text :
       {"SELECT 1", "CREATE TABLE users (id int, password text NOT NULL DEFAULT '')",
        "COMMENT ON COLUMN users.password IS 'hashed with bcrypt'",
        "SELECT key, value FROM settings WHERE key = 'theme'", "SELECT 'passwords are secret'",
        "INSERT INTO users (name, password) VALUES ('a', 'b')"})
    EXPECT_EQ(mask(text), text);
}

TEST(Mask, PartsAreMaskedByTheirWordsAlone) {
  EXPECT_FALSE(
      base::contains(mask_fragment("in a string'; ALTER ROLE a PASSWORD 'hunter2'; SELECT '"), "hunter2"));
  EXPECT_FALSE(base::contains(mask_fragment("ALTER ROLE a PASSWORD 'hunter2"), "hunter2"));
  EXPECT_FALSE(base::contains(mask_fragment("x ALTER ROLE a PASSWORD $q$hunter2$q$ y"), "hunter2"));
}

TEST(Mask, AnyPasswordOfAnyRoleIsGone) {
  EXPECT_TRUE(rc::check([](const std::string& noise) {
    std::string password = "S3cr3t!";
    for (const char c : noise)
      if (c != '\0') password += c == '\'' ? std::string("''") : std::string(1, c);
    const std::string masked = mask("ALTER ROLE a PASSWORD '" + password + "' CONNECTION LIMIT 3");
    RC_ASSERT(masked == "ALTER ROLE a PASSWORD '***' CONNECTION LIMIT 3");
  }));
}

TEST(Mask, AnyTextIsTaken) {
  EXPECT_TRUE(rc::check([] {
    const auto text =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("password='$\"E\\:/@ \n(")));
    mask(text);
    mask_fragment(text);
    mask_connection_string(text);
  }));
}

}  // namespace
}  // namespace windlass::sql
