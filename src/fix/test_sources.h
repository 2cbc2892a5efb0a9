// Sources parsed by the machine's own Python, for the tests of this room.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "chain/source_tree.h"
#include "fix/python_source.h"

namespace windlass::fix {

/// Each text parsed as a file of its own; "" in `errors` where that went well.
struct Parsed {
  std::vector<std::shared_ptr<const chain::SourceTree>> trees;
  std::vector<std::string> errors;
};

inline Parsed parsed(const std::vector<std::string>& texts) {
  Parsed result;
  const auto folder = base::make_private_folder(std::filesystem::temp_directory_path(), "windlass-fix-");
  EXPECT_TRUE(folder.has_value());
  std::vector<std::string> names;
  for (size_t i = 0; i < texts.size(); ++i) {
    names.push_back(std::to_string(i) + ".py");
    EXPECT_TRUE(base::write_file(*folder / names.back(), texts[i]).has_value());
  }
  auto trees = chain::read_trees("python3", *folder, names);
  (void)base::remove_tree(*folder);
  EXPECT_TRUE(trees.has_value()) << (trees ? "" : trees.error().got);
  for (const std::string& name : names) {
    result.trees.push_back(trees->files[name]);
    result.errors.push_back(trees->errors[name]);
  }
  return result;
}

inline std::unique_ptr<PythonSource> source_of(const std::string& text) {
  const Parsed one = parsed({text});
  EXPECT_EQ(one.errors.front(), "");
  return std::make_unique<PythonSource>("0001.py", one.trees.front());
}

}  // namespace windlass::fix
