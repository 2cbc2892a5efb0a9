// A value that was to be a label of an enum type and is none: which type is meant, which labels that has at
// this moment of the chain, and what is known of the one that is wanted.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "diagnose/context.h"

namespace windlass::diagnose {

struct EnumThere {
  catalog::Object type;
  std::vector<std::string> labels;
};

struct LabelWanted {
  std::string label;
  Name type;  ///< as the server names it
  /// The types that may be meant, by name: more than one where several schemas have one. Never empty.
  std::vector<EnumThere> types;
  /// Whether the statement's text holds the value as a literal; otherwise a row, a parameter or an expression
  /// gives it.
  bool in_text = false;
  /// It is ALTER TYPE itself that names the label: to rename it, or to put another beside it.
  bool of_alter_type = false;
};

/// Nothing where the statement failed for another reason, or the type is not known: it belongs to an
/// extension.
std::optional<LabelWanted> label_wanted(const Context& context, const Failure& failure);

/// `its labels are "sad", "ok"`; of many the first ones and how many more; of several types each by its name.
std::string labels_in_words(const LabelWanted& wanted);

/// The label that is written almost like the wanted one; empty where none is.
std::string nearest_label(const LabelWanted& wanted);

}  // namespace windlass::diagnose
