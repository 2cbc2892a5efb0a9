// When a run has made something durable: what it did until then stays, whatever becomes of it.
//
// Invariant: the same statements with the same answers give the same moments; so two runs of one revision can
// be held against each other by the number of the moment.
//
// Pure: no server, no clock.
#pragma once

#include <map>
#include <vector>

#include "record/recording.h"

namespace windlass::run {

class Durable {
 public:
  /// The next statement, in the order in which they were answered. Whether something became durable by it:
  /// a transaction that wrote was committed, or it wrote in none.
  bool by(const record::Statement& statement);

 private:
  std::map<int, bool> pending_;  ///< by session: its open transaction has written
};

/// The statements of a run by which something became durable, in order.
std::vector<const record::Statement*> durable_moments(const record::Recording& recording);

}  // namespace windlass::run
