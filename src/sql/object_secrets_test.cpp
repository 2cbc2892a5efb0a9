#include "sql/object_secrets.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/text.h"

namespace windlass::sql {
namespace {

TEST(ObjectSecrets, OfAUserMappingAllButTheUserIsLeftOut) {
  const WithoutSecrets done = without_secrets(
      "CREATE USER MAPPING FOR app SERVER other OPTIONS (\n    password 'it''s', \"user\" 'bob',\n    "
      "password_required 'false',\n    sslkey E'C:\\\\k'\n)");
  EXPECT_EQ(done.text,
            "CREATE USER MAPPING FOR app SERVER other OPTIONS (\n    password '***', \"user\" 'bob',\n    "
            "password_required 'false',\n    sslkey '***'\n)");
  EXPECT_EQ(done.about, "user mapping for app server other");
}

TEST(ObjectSecrets, OfAServerWhatLooksSecretIsLeftOut) {
  const WithoutSecrets done = without_secrets(
      "CREATE SERVER \"the other\" TYPE 'token' FOREIGN DATA WRAPPER w OPTIONS (\n    api_token 'x',\n    "
      "host "
      "'password'\n)");
  EXPECT_EQ(done.text,
            "CREATE SERVER \"the other\" TYPE 'token' FOREIGN DATA WRAPPER w OPTIONS (\n    api_token "
            "'***',\n    host 'password'\n)");
  EXPECT_EQ(done.about, "server the other");
  EXPECT_EQ(without_secrets("CREATE FOREIGN DATA WRAPPER w OPTIONS (secret 's')").text,
            "CREATE FOREIGN DATA WRAPPER w OPTIONS (secret '***')");
}

TEST(ObjectSecrets, OfASubscriptionTheConnectionStringIsLeftOut) {
  const WithoutSecrets done = without_secrets(
      "CREATE SUBSCRIPTION s CONNECTION 'host=h password=x' PUBLICATION p WITH (connect = false, slot_name = "
      "'s')");
  EXPECT_EQ(
      done.text,
      "CREATE SUBSCRIPTION s CONNECTION 'password=***' PUBLICATION p WITH (connect = false, slot_name = "
      "'s')");
  EXPECT_EQ(done.about, "subscription s");
}

TEST(ObjectSecrets, AllElseIsAsItWas) {
  for (const char* text :
       {"CREATE SERVER s FOREIGN DATA WRAPPER w", "CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'h')",
        "ALTER SERVER s OWNER TO app", "CREATE TABLE t (password text DEFAULT 'x')",
        "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT 'CREATE SUBSCRIPTION s CONNECTION ''x''' "
        "$$"}) {
    EXPECT_EQ(without_secrets(text).text, text);
    EXPECT_EQ(without_secrets(text).about, "");
  }
}

RC_GTEST_PROP(ObjectSecrets, NoPasswordIsLeftWhateverItIs, (const std::string& any)) {
  const std::string secret = "Sesame" + any;
  std::string literal = base::replace_all(secret, "'", "''");
  const bool escapes = base::contains(secret, "\\");
  literal = (escapes ? "E'" + base::replace_all(literal, "\\", "\\\\") : "'" + literal) + "'";
  for (const std::string& text :
       {"CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (\n    password " + literal + "\n)",
        "CREATE SUBSCRIPTION s CONNECTION " + literal + " PUBLICATION p",
        "CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (\n    host 'h',\n    secret_key " + literal +
            "\n)"}) {
    const WithoutSecrets done = without_secrets(text);
    RC_ASSERT(!base::contains(done.text, "Sesame"));
    RC_ASSERT(!done.about.empty());
  }
}

}  // namespace
}  // namespace windlass::sql
