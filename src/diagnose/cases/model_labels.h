// The labels of an enum type: what the models send, against what the type at the chain's head takes.
#pragma once

#include <optional>

#include "catalog/fact.h"
#include "diagnose/finding.h"
#include "run/evidence.h"
#include "run/models_made.h"

namespace windlass::diagnose {

/// An error where the head lacks a label that the models send; a remark where it has more, or another order.
/// Nothing where they agree, or where no column of both has the type.
std::optional<Finding> label_finding(const run::MadeEnum& type, const catalog::Snapshot& models,
                                     const catalog::Snapshot& head, const run::Evidence& clean);

}  // namespace windlass::diagnose
