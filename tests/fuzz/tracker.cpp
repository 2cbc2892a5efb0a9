// Both sides of a session say anything at all, in any order and any pieces.
#include <cstdint>
#include <string>

#include "record/tracker.h"

using namespace windlass;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  record::TrackerSettings settings;
  settings.token = "tok";
  settings.marks = record::MarkReader("tok");
  settings.parameters = record::ParametersMode::Values;
  record::Journal journal;
  const int session = journal.open_session({});
  record::Tracker tracker(settings, journal, session);
  wire::Framer client(record::Tracker::client_hold), server(record::Tracker::server_hold);
  std::string waiting[2];
  size_t at = 0;
  while (at < size) {
    // One byte says who speaks and how long.
    const bool from_client = (data[at] & 1) != 0;
    const size_t count = std::min<size_t>(data[at] / 2 + 1u, size - at - 1);
    ++at;
    std::string& buffer = waiting[from_client];
    buffer.append(reinterpret_cast<const char*>(data) + at, count);
    at += count;
    std::string_view bytes = buffer;
    std::string replacement;
    wire::Framer& framer = from_client ? client : server;
    while (const auto piece = framer.next(bytes)) {
      replacement.clear();
      if (from_client)
        tracker.client(*piece, replacement);
      else
        tracker.server(*piece);
    }
    buffer = std::string(bytes);
    tracker.settle();
  }
  tracker.end();
  journal.take();
  return 0;
}
