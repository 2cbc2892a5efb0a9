#include "fix/backfill.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "fix/test_sources.h"

namespace windlass::fix {
namespace {

Backfill pets() {
  Backfill backfill;
  backfill.table = {
      "public", "Pets", {{"n", "integer"}, {"Owner", "integer"}, {"age", "integer"}}, {"n", "Owner"}};
  backfill.table_sql = "\"Pets\"";
  backfill.column = "age";
  backfill.value = "0";
  return backfill;
}

TEST(Backfill, GoesByTheWholeKeyAndTakesNoColumnsName) {
  const std::string text = base::join(in_batches(pets()), "\n");
  EXPECT_TRUE(base::contains(text, "row_number() OVER (ORDER BY n, \\\"Owner\\\") AS the_n")) << text;
  EXPECT_TRUE(base::contains(text, "AND (n, \\\"Owner\\\") >= (:first_0, :first_1)")) << text;
  EXPECT_TRUE(base::contains(text, "\"first_1\": first[1], \"after_1\": after[1]")) << text;
}

TEST(Backfill, IsPythonInEveryForm) {
  Backfill undecided = pets(), keyless = pets();
  undecided.value = "<VALUE>";
  undecided.value_decided = false;
  keyless.table.primary_key.clear();
  for (const Backfill& each : {pets(), undecided, keyless}) {
    const std::vector<std::string> lines = in_batches_and_not_null(each, "op.alter_column()");
    const Parsed one = parsed({base::join(lines, "\n") + "\n"});
    EXPECT_EQ(one.errors.front(), "") << base::join(lines, "\n");
  }
}

TEST(Backfill, TheCheckHasANameThatFits) {
  Backfill backfill = pets();
  backfill.table.name = std::string(49, 'x') + "\xC3\xA9\xC3\xA9";
  const std::string text = base::join(in_batches_and_not_null(backfill, "pass"), "\n");
  EXPECT_TRUE(base::contains(text, "VALIDATE CONSTRAINT " + std::string(49, 'x') + "_filled")) << text;
}

}  // namespace
}  // namespace windlass::fix
