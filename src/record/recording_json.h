// The file form of a recording: `windlass.record/1`, described in docs/recording.md.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "record/recording.h"

namespace windlass::record {

struct RecordingDocument {
  std::vector<std::string> command;  ///< what was run; empty when it was no command
  int exit = 0;                      ///< its exit status
  Recording recording;
};

/// Writes the document piece by piece: a long recording never stands in memory twice.
void write_recording(const RecordingDocument& document, const std::function<void(std::string_view)>& write);
/// The same as one text, with a newline at its end.
std::string to_json(const RecordingDocument& document);

/// Reads and checks a document. `name`: the file, for errors; these say where in it. Reports of event
/// triggers (Statement::events) are no part of the format.
base::Result<RecordingDocument> read_recording(std::string_view text, const std::string& name);

}  // namespace windlass::record
