#include "chain/load.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "base/process.h"
#include "base/text.h"

namespace windlass::chain {
namespace {

namespace fs = std::filesystem;

LoadSettings at(const fs::path& folder) {
  LoadSettings settings;
  settings.project = settings.folder = folder;
  settings.config_file = folder / "alembic.ini";
  return settings;
}

TEST(ChainFromDocument, MakesRevisionsAndProblems) {
  const char* document =
      R"({"config":"alembic.ini","alembic":"1.13","script_location":"alembic","locations":["/p/alembic/versions"],
    "files":[
     {"file":"/p/alembic/versions/1.py","ok":true,"revision":"1","revision_line":3,"down_revision":[],"down_line":4,"depends_on":[],"depends_line":0,"labels":["x"],"title":"one","dynamic":false,"error":null},
     {"file":"/p/alembic/versions/2.py","ok":true,"revision":"2","revision_line":3,"down_revision":["gone"],"down_line":4,"depends_on":[],"labels":[],"title":"two","dynamic":false,"error":null},
     {"file":"/p/alembic/versions/2b.py","ok":true,"revision":"2","revision_line":7,"down_revision":["1"],"down_line":8,"depends_on":[],"labels":[],"title":"","dynamic":false,"error":null}],
    "error":null})";
  const auto loaded = chain_from_document(document, at("/p"), false);
  ASSERT_TRUE(loaded) << loaded.error().got;
  EXPECT_EQ(loaded->locations, std::vector<std::string>{"alembic/versions"});
  ASSERT_EQ(loaded->chain.revisions.size(), 2u);
  EXPECT_EQ(loaded->chain.revisions[0].file, "alembic/versions/1.py");
  EXPECT_EQ(loaded->chain.revisions[0].id_at.line, 3);
  ASSERT_EQ(loaded->problems.size(), 2u);
  EXPECT_EQ(loaded->problems[0].code, "revision-duplicate");
  EXPECT_EQ(loaded->problems[1].code, "revision-missing");
}

TEST(ChainFromDocument, AFileThatCannotBeReadIsTheOnlyProblem) {
  const char* document = R"({"files":[
     {"file":"v/1.py","ok":false,"error":{"kind":"syntax","line":7,"column":2,"message":"invalid syntax"}},
     {"file":"v/2.py","ok":true,"revision":"2","down_revision":["1"],"dynamic":false}]})";
  const auto loaded = chain_from_document(document, at("/p"), false);
  ASSERT_TRUE(loaded);
  ASSERT_EQ(loaded->problems.size(), 1u);
  EXPECT_EQ(loaded->problems[0].code, "revision-syntax-error");
  EXPECT_EQ(loaded->problems[0].at, (base::Location{"v/1.py", 7, 2}));
  EXPECT_TRUE(base::contains(loaded->problems[0].message, "invalid syntax"));
}

TEST(ChainFromDocument, ErrorsAreErrors) {
  EXPECT_FALSE(chain_from_document("hello", at("/p"), false));
  const auto failed = chain_from_document(
      R"({"error":{"kind":"config","message":"No 'script_location' key"}})", at("/p"), false);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().got, "No 'script_location' key");
}

TEST(CompleteChain, AddsLinesDigestsAndTheFileThatWasLeftOut) {
  const fs::path root = base::make_private_folder(fs::temp_directory_path(), "chain-").value();
  fs::create_directories(root / "v");
  ASSERT_TRUE(base::write_file(root / "v/a.py", "\"\"\"a\"\"\"\nrevision = 'a'\ndown_revision = None\n"));
  ASSERT_TRUE(base::write_file(root / "v/b.py", "revision: str = 'b'\ndown_revision = 'a'\n"));
  ASSERT_TRUE(base::write_file(root / "v/b2.py", "\nrevision = 'b'\n"));
  ASSERT_TRUE(base::write_file(root / "v/helper.py", "x = 1\n"));
  Chain chain;
  Revision b;
  b.id = "b";
  b.parents = {"a"};
  b.file = "v/b.py";
  Revision a;
  a.id = "a";
  a.file = "v/a.py";
  chain.revisions = {b, a};
  complete_chain(chain, root);
  EXPECT_EQ(chain.revisions[0].id, "a");
  EXPECT_EQ(chain.revisions[0].id_at.line, 2);
  EXPECT_EQ(chain.revisions[1].parents_at.line, 2);
  EXPECT_TRUE(chain.revisions[1].digest.starts_with("sha256:"));
  EXPECT_EQ(chain.heads, std::vector<std::string>{"b"});
  ASSERT_EQ(chain.left_out.size(), 1u);
  EXPECT_EQ(chain.left_out[0].file, "v/b2.py");
  EXPECT_EQ(chain.left_out[0].id_at.line, 2);
  EXPECT_EQ(find_problems(chain).front().code, "revision-duplicate");
  ASSERT_TRUE(base::remove_tree(root));
}

/// Alembic names a file by what its link leads to, and looks at none of that file's neighbours.
TEST(CompleteChain, AFolderThatOnlyALinkLeadsToHoldsNoOtherRevisions) {
  const fs::path root = base::make_private_folder(fs::temp_directory_path(), "chain-").value();
  fs::create_directories(root / "v");
  fs::create_directories(root / "shared");
  ASSERT_TRUE(base::write_file(root / "v/a.py", "revision = 'a'\ndown_revision = None\n"));
  ASSERT_TRUE(base::write_file(root / "shared/b.py", "revision = 'b'\ndown_revision = 'a'\n"));
  ASSERT_TRUE(base::write_file(root / "shared/a.py", "revision = 'a'\n"));
  fs::create_symlink("../shared/b.py", root / "v/b.py");
  Chain chain;
  Revision b;
  b.id = "b";
  b.parents = {"a"};
  b.file = "shared/b.py";
  Revision a;
  a.id = "a";
  a.file = "v/a.py";
  chain.revisions = {b, a};
  complete_chain(chain, root);
  EXPECT_TRUE(chain.left_out.empty());
  EXPECT_TRUE(find_problems(chain).empty());
  // A link to its neighbour makes no other folder of it.
  ASSERT_TRUE(base::write_file(root / "v/a2.py", "revision = 'a'\n"));
  fs::create_symlink("a.py", root / "v/linked.py");
  complete_chain(chain, root);
  ASSERT_EQ(chain.left_out.size(), 1u);
  EXPECT_EQ(chain.left_out[0].file, "v/a2.py");
  ASSERT_TRUE(base::remove_tree(root));
}

/// Any python3 will do: without Alembic the reader says so in its document.
TEST(LoadAlembic, RunsTheEmbeddedReader) {
  const fs::path root = base::make_private_folder(fs::temp_directory_path(), "chain-").value();
  ASSERT_TRUE(base::write_file(root / "alembic.ini", "[alembic]\n"));
  LoadSettings settings = at(root);
  settings.interpreter = base::find_program("python3", "/usr/local/bin:/usr/bin:/bin");
  const auto loaded = load_alembic(settings);
  ASSERT_FALSE(loaded);
  EXPECT_TRUE(base::contains(loaded.error().got, "script_location") ||
              base::contains(loaded.error().got, "Alembic cannot be imported"))
      << loaded.error().got;
  base::catch_signals();  // a program that does not read its input must not end this one
  settings.interpreter = "/bin/false";
  EXPECT_TRUE(base::contains(load_alembic(settings).error().got, "exit status 1"));
  ASSERT_TRUE(base::remove_tree(root));
}

}  // namespace
}  // namespace windlass::chain
