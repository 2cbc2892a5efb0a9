// A program whose result somebody may cease to want.
#pragma once

#include <atomic>
#include <chrono>

#include "base/process.h"

namespace windlass::base {

/// As run_program(), without input. Once `stop` is true, which is looked at ten times a second, the program
/// gets SIGTERM, and two seconds to give up what it holds; then it is killed, as when its time has passed
/// (`timed_out`).
Result<Output> run_program(ProcessOptions options, std::chrono::milliseconds timeout, size_t limit,
                           const std::atomic<bool>& stop);

}  // namespace windlass::base
