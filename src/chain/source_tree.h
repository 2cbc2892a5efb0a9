// The syntax trees of Python sources, as the project's own interpreter parses them: what stands where, in
// bytes. Nothing of the project is run.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace windlass::chain {

/// A node of Python's `ast` module (https://docs.python.org/3/library/ast.html).
struct Node {
  std::string type;           ///< "Call", "Name", ...; of a constant with its kind: "Constant:str"
  size_t begin = 0, end = 0;  ///< bytes of the file; both 0 where the interpreter tells no place
  std::string text;           ///< the name, attribute, keyword or function that it bears; a constant's value
  std::map<std::string, std::vector<Node>, std::less<>> fields;

  bool is(std::string_view kind) const { return type == kind; }
  /// Its only node in a field, or nullptr.
  const Node* child(std::string_view field) const;
  /// Its nodes in a field; none where it has no such field.
  const std::vector<Node>& children(std::string_view field) const;
};

/// A source and its tree.
struct SourceTree {
  std::string text;  ///< the file's bytes
  Node root;         ///< a "Module"
};

struct SourceTrees {
  std::map<std::string, std::shared_ptr<const SourceTree>> files;  ///< by the names that were asked for
  std::map<std::string, std::string> errors;                       ///< why one has none, in words
};

/// Parses `files` (named relative to `project`, or absolute) with the project's interpreter.
base::Result<SourceTrees> read_trees(const std::filesystem::path& interpreter,
                                     const std::filesystem::path& project,
                                     const std::vector<std::string>& files);

/// One node from the reader's document, for tests, too. An error where it is none.
base::Result<Node> node_from_document(std::string_view document);

}  // namespace windlass::chain
