#include "chain/new_revision.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/process.h"
#include "base/text.h"

namespace windlass::chain {
namespace {

TEST(NewRevision, TheSameWishHasTheSameId) {
  NewRevision wanted;
  wanted.message = "merge a and b";
  wanted.parents = {"a", "b"};
  const std::string id = id_of_new(wanted);
  EXPECT_EQ(id.size(), 12u);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos) << id;
  EXPECT_EQ(id_of_new(wanted), id);
  wanted.parents = {"b", "a"};
  EXPECT_NE(id_of_new(wanted), id);
  wanted.parents = {"a", "b"};
  wanted.message = "join a and b";
  EXPECT_NE(id_of_new(wanted), id);
}

/// What Alembic writes is tested in tests/python, in every environment.
TEST(NewRevision, SaysWhyNoneIsWritten) {
  LoadSettings settings;
  settings.project = settings.folder = std::filesystem::temp_directory_path();
  settings.config_file = settings.folder / "no-such-alembic.ini";
  settings.interpreter = base::find_program("python3", "/usr/local/bin:/usr/bin:/bin");
  NewRevision wanted;
  wanted.message = "merge a \"quoted\" \xC3\xBC \xF0\x9F\x98\x80";
  wanted.parents = {"a"};
  Chain chain;
  const auto none = write_new_revision(settings, chain, wanted);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().got.find("Traceback"), std::string::npos) << none.error().got;

  Revision there;
  there.id = id_of_new(wanted);
  chain.revisions.push_back(there);
  const auto taken = write_new_revision(settings, chain, wanted);
  ASSERT_FALSE(taken);
  EXPECT_TRUE(base::contains(taken.error().got, "already")) << taken.error().got;

  settings.interpreter = "/bin/false";
  wanted.parents = {"b"};
  EXPECT_FALSE(write_new_revision(settings, chain, wanted));
}

}  // namespace
}  // namespace windlass::chain
