// A chain's graph as text, Mermaid or DOT. Pure.
#pragma once

#include <string>

#include "chain/chain.h"

namespace windlass::chain {

struct TextOptions {
  bool ascii = false;  ///< '|' and '+' instead of box-drawing characters
  bool files = true;   ///< each revision's file behind its title
};

/// One line a revision, newest first, with lines between that show branches and merges. Heads, bases,
/// labels and depends_on stand behind the id.
std::string render_text(const Chain& chain, const TextOptions& options = {});

/// A Mermaid flowchart: https://mermaid.js.org/syntax/flowchart.html
std::string render_mermaid(const Chain& chain);

/// Graphviz: https://graphviz.org/doc/info/lang.html
std::string render_dot(const Chain& chain);

}  // namespace windlass::chain
