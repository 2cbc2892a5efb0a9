// What the client of one session sent, byte for byte, windlass's marks among
// it, and when: enough to cut out what belongs to a part of the run, and to
// send that part again (Recorder::play).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace windlass::record {

struct Tape {
  /// Beyond this many bytes nothing more is kept (whole: false).
  static constexpr size_t kLongest = size_t{16} << 20;

  struct Read {
    double at = 0;   ///< seconds of the system's monotonic clock, which Python's time.monotonic() reads, too
    size_t end = 0;  ///< the bytes before this one had been read by then
  };
  struct Ready {
    double at = 0;
    char status = 'I';  ///< of ReadyForQuery: 'I', 'T', 'E'
  };

  int session = 0;  ///< Session::n
  std::string bytes;
  std::vector<Read> reads;
  std::vector<Ready> readies;
  bool whole = true;

  void sent(std::string_view piece, double at) {
    if (!whole || bytes.size() + piece.size() > kLongest) {
      whole = false;
      return;
    }
    bytes.append(piece);
    reads.push_back({at, bytes.size()});
  }
};

/// What bytes of a client ask of the server.
struct Asked {
  uint64_t answers = 0;   ///< how often the server will say ReadyForQuery
  bool synced = true;     ///< nothing is left that no ReadyForQuery will answer
  bool sound = true;      ///< whole messages, all of kinds that may be sent again
  bool prepares = false;  ///< they leave a prepared statement with a name: the client counts on it
};

/// Reads whole messages; what follows the last whole one makes it unsound.
Asked asked_by(std::string_view bytes);

}  // namespace windlass::record
