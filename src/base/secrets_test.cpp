#include "base/secrets.h"

#include <gtest/gtest.h>

namespace windlass::base {
namespace {

TEST(Secrets, MasksThePasswordOfAUrl) {
  EXPECT_EQ(mask_url("postgresql://app:hunter2@db:5432/app"), "postgresql://app:***@db:5432/app");
  EXPECT_EQ(mask_url("postgresql+psycopg2://app:p@ss:w@db/app"), "postgresql+psycopg2://app:***@db/app");
  EXPECT_EQ(mask_url("postgresql://app@db/app"), "postgresql://app@db/app");
  EXPECT_EQ(mask_url("http://host/a:b@c"), "http://host/a:b@c");
}

TEST(Secrets, MasksConnectionStringsAndQueries) {
  EXPECT_EQ(mask_url("host=db password=hunter2 user=app"), "host=db password=*** user=app");
  EXPECT_EQ(mask_url("host=db password='a b' user=app"), "host=db password=*** user=app");
  EXPECT_EQ(mask_url("postgresql://db/app?password=hunter2&x=1"), "postgresql://db/app?password=***&x=1");
}

TEST(Secrets, KnowsTheNamesOfSecrets) {
  EXPECT_TRUE(is_secret_name("DB_PASSWORD"));
  EXPECT_TRUE(is_secret_name("Api_Token"));
  EXPECT_TRUE(is_secret_name("SECRET_KEY"));
  EXPECT_FALSE(is_secret_name("DATABASE_URL"));
}

TEST(Secrets, MasksWhatTheEnvironmentHolds) {
  const Masker masker =
      Masker::from_environment({"API_TOKEN=abcdef123", "DATABASE_URL=postgresql://app:s3cret-word@db/app",
                                "HOME=/root", "SHORT_KEY=ab"});
  EXPECT_EQ(masker.mask("token abcdef123, password s3cret-word, home /root, ab"),
            "token ***, password ***, home /root, ab");
}

}  // namespace
}  // namespace windlass::base
