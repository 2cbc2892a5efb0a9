#include "record/statement_text.h"

#include <gtest/gtest.h>

#include "base/digest.h"
#include "base/text.h"

namespace windlass::record {
namespace {

TEST(StatementText, KeepsShortTextsWhole) {
  const Text text = keep_text("SELECT 1", {});
  EXPECT_EQ(text.text, "SELECT 1");
  EXPECT_EQ(text.length, 8u);
  EXPECT_EQ(text.digest, "");
}

TEST(StatementText, ALongTextIsCutAtTheSamePlacesWholeOrInPieces) {
  std::string long_text = "SELECT 'ä";
  while (long_text.size() <= kMaxText) long_text += "ö" + std::to_string(long_text.size());
  long_text += "'";
  const base::Masker masker;
  const Text whole = keep_text(long_text, masker);
  EXPECT_EQ(whole.length, long_text.size());
  EXPECT_EQ(whole.digest, base::sha256(long_text));
  EXPECT_LT(whole.text.size(), 2 * kKeptPart + 10);
  EXPECT_TRUE(base::is_utf8(whole.text));
  PassingText passing(masker);
  for (size_t at = 0; at < long_text.size(); at += 777)
    passing.add(std::string_view(long_text).substr(at, 777));
  const Text pieced = passing.finish();
  EXPECT_EQ(pieced.text, whole.text);
  EXPECT_EQ(pieced.digest, whole.digest);
  EXPECT_EQ(pieced.length, whole.length);
}

TEST(StatementText, MasksWholeAndCutTexts) {
  base::Masker masker;
  masker.add("environment-secret");
  EXPECT_EQ(keep_text("ALTER ROLE a PASSWORD 'x1y2'; SELECT 'environment-secret'", masker).text,
            "ALTER ROLE a PASSWORD '***'; SELECT '***'");
  const std::string padding(kMaxText, 'x');
  const Text cut = keep_text(
      "SELECT '" + padding + "'; ALTER ROLE a PASSWORD 'x1y2'; SELECT 'environment-secret'", masker);
  EXPECT_FALSE(base::contains(cut.text, "x1y2"));
  EXPECT_FALSE(base::contains(cut.text, "environment-secret"));
}

}  // namespace
}  // namespace windlass::record
