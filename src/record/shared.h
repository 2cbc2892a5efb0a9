// What all sessions of a recorder share. Outlives them.
#pragma once

#include <atomic>

#include "record/detours.h"
#include "record/journal.h"
#include "record/recorder.h"
#include "record/tapes.h"
#include "record/tls.h"
#include "record/tracker.h"
#include "record/upstream.h"

namespace windlass::record {

struct Shared {
  RecorderOptions options;
  TrackerSettings tracker;
  Journal journal;
  TlsServer tls;
  CancelKeys cancel_keys;
  int stop_fd = -1;  ///< readable once the recorder stops
  Detours detours;   ///< where sessions go on past failures
  Tapes tapes;
  std::atomic<bool> deaf{false};  ///< Recorder::hear_no_more

  explicit Shared(RecorderOptions given)
      : options(std::move(given)),
        tracker{options.token, MarkReader(options.token), options.parameters, options.masker},
        journal(options.on_statement) {}
};

}  // namespace windlass::record
