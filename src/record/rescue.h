// Going on past a failure: what the recorder is told to do with a statement
// that the server refused, so that the chain can show its next fault.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/recording.h"

namespace windlass::record {

/// A statement that the server refused inside a transaction, which is good again.
struct Refusal {
  std::string text;
  ServerMessage error;
  bool answers_rows = false;  ///< the client waits for rows or was told of columns: nothing can be pretended
  bool again = false;         ///< it was run again (Rescue::Way::Again), and this came of it
};

struct Rescue {
  enum class Way {
    PassOn,   ///< the client gets the error; its transaction stays good
    Pretend,  ///< the client is told that it was done
    Again,    ///< it is run again, after `first` and the `first` of the time before; what fails in the end is
              ///< pretended
    Instead,  ///< `first` stands for it; what fails then is pretended
  };
  Way way = Way::PassOn;
  std::vector<std::string> first;
  std::string tag;  ///< of the answer that is pretended: "CREATE TYPE"
  /// Not empty: after these commands the statement is run once more for RescueOptions::built, and all of it
  /// is undone before anything else happens. Where one of them fails, or the statement does, nobody hears of
  /// it.
  std::vector<std::string> aside = {};
};

/// A statement that was refused before and may go well by now.
struct Due {
  size_t refusal = 0;  ///< which: RescueOptions::decide was asked of so many before it
  std::string text;
};

struct RescueOptions {
  /// Whether a statement gets a savepoint before it; asked once for each statement that may have one. What
  /// fails without one fails as ever.
  std::function<bool(std::string_view text)> wants_savepoint;
  std::function<Rescue(const Refusal&)> decide;
  /// The same for a statement that the client only prepares. Its errors are passed on,
  /// whatever `decide` says of them.
  std::function<bool(std::string_view text)> wants_savepoint_to_parse;
  /// A statement with Way::Again went well in the end.
  std::function<void(std::string_view text)> mended;
  /// A statement with a savepoint was not refused.
  std::function<void(std::string_view text)> fine;
  /// A statement went well, with this text (empty: none but those that `ran_late` told of): what is to be run
  /// next, right behind it. It is undone where it fails, and nothing of it reaches the client.
  std::function<std::optional<Due>(std::string_view text)> due;
  /// What came of that: the error, or the event triggers' reports.
  std::function<void(const Due& due, const std::optional<ServerMessage>& error,
                     const std::vector<std::string>& reports)>
      ran_late;
  /// What the event triggers reported of a statement with Rescue::aside: the payloads, in order. Called after
  /// `decide`, in the same session.
  std::function<void(std::string_view text, const std::vector<std::string>& reports)> built;
};

}  // namespace windlass::record
