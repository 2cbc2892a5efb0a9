// What an interpreter answers as a syntax tree, of any text: a node, or an error.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "chain/source_tree.h"

namespace {

size_t check(const windlass::chain::Node& node) {
  if (node.end < node.begin) std::abort();
  size_t count = 1;
  for (const auto& [field, nodes] : node.fields)
    for (const windlass::chain::Node& each : nodes) count += check(each);
  return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto node =
      windlass::chain::node_from_document(std::string_view(reinterpret_cast<const char*>(data), size));
  if (node && check(*node) > size) std::abort();
  return 0;
}
