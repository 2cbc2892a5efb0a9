#include "edit/unified_diff.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/file.h"
#include "base/process.h"
#include "edit/test_edits.h"

namespace windlass::edit {
namespace {

TEST(UnifiedDiff, ShowsThreeLinesAroundWhatChanges) {
  EXPECT_EQ(*unified_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", {{8, 9, "five"}}, "x.py"),
            "--- a/x.py\n+++ b/x.py\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

TEST(UnifiedDiff, ShowsChangesThatAreNearInOnePart) {
  EXPECT_EQ(*unified_diff("1\n2\n3\n", {{0, 0, "0\n"}, {4, 6, ""}}, "x"),
            "--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n+0\n 1\n 2\n-3\n");
}

TEST(UnifiedDiff, LeavesALineBetweenTwoChangesAsItIs) {
  EXPECT_EQ(*unified_diff("1\n2\n3\n", {{2, 2, "new\n"}, {4, 5, "three"}}, "x"),
            "--- a/x\n+++ b/x\n@@ -1,3 +1,4 @@\n 1\n+new\n 2\n-3\n+three\n");
}

TEST(UnifiedDiff, SaysWhereALastLineHasNoEnding) {
  EXPECT_EQ(*unified_diff("a", {{1, 1, "\n"}}, "x"),
            "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
}

TEST(UnifiedDiff, OfNothingIsNothing) {
  EXPECT_EQ(*unified_diff("a\n", {{0, 1, "a"}}, "x"), "");
  EXPECT_EQ(*unified_diff("a\n", {}, "x"), "");
}

TEST(UnifiedDiff, LosesNoLineOfTwoAdditionsAtOnePlace) {
  EXPECT_EQ(*unified_diff("1\n\n2\n", {{2, 2, "a\n"}, {2, 2, "b\n\nc\n"}}, "x"),
            "--- a/x\n+++ b/x\n@@ -1,3 +1,7 @@\n 1\n+a\n+b\n+\n+c\n \n 2\n");
}

/// The file after `git apply` has applied the diff to it.
std::string patched(const std::filesystem::path& folder, const std::string& text, const std::string& diff) {
  EXPECT_TRUE(base::write_file(folder / "x.py", text));
  base::ProcessOptions options;
  options.arguments = {"git", "apply", "--whitespace=nowarn", "-"};
  options.environment = base::current_environment();
  options.folder = folder;
  const auto output = base::run_program(std::move(options), std::chrono::seconds(20), size_t{1} << 20, diff);
  EXPECT_TRUE(output && output->status.ok()) << (output ? output->out + output->err : output.error().got);
  return base::read_file(folder / "x.py").value_or("");
}

RC_GTEST_PROP(UnifiedDiff, IsWhatGitTakes, ()) {
  const std::string text = *any_source();
  const std::vector<Edit> edits = *any_edits(text);
  const std::string changed = *edited(text, edits);
  const std::string diff = *unified_diff(text, edits, "x.py");
  const auto folder = base::make_private_folder(std::filesystem::temp_directory_path(), "windlass-diff-");
  RC_ASSERT(folder.has_value());
  const std::string result = diff.empty() ? text : patched(*folder, text, diff);
  (void)base::remove_tree(*folder);
  RC_ASSERT(result == changed);
}

}  // namespace
}  // namespace windlass::edit
