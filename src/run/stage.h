// The stage a run plays on: a scratch place, the recorder before it, and the
// room that keeps the project in. Shared by `check` and `record`.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/process.h"
#include "record/recorder.h"
#include "run/environment.h"
#include "run/isolation.h"
#include "run/lock_watch.h"
#include "run/scratch_place.h"
#include "scratch/run_folder.h"

namespace windlass::run {

struct StageSettings {
  PlaceSettings place;
  EnvironmentSources environment;
  std::string database;                     ///< that the environment leads to; empty: the one that it names
  std::shared_ptr<const NetworkRoom> room;  ///< that others play in, too; absent: one of its own
  std::string no_isolation_because;         ///< who asked for no namespace; empty: one is wanted
  std::optional<base::SystemUser> run_as;
  record::ParametersMode parameters = record::ParametersMode::Types;
  std::function<void(const record::Statement&)> on_statement;
  bool keep_tapes = false;                              ///< see record::RecorderOptions
  std::shared_ptr<const record::RescueOptions> rescue;  ///< go on past failures; absent: a faithful run
};

class Stage {
 public:
  /// Makes the folder and the room and lets the recorder listen: everything the tool needs to be
  /// started. Clients that arrive wait until open_place() has brought the server up.
  static base::Result<std::unique_ptr<Stage>> prepare(StageSettings settings);
  ~Stage();

  /// Starts the server.
  base::Result<void> open_place();

  const std::string& token() const { return token_; }
  const NetworkRoom* room() const { return room_.get(); }
  const std::string& no_room_because() const { return no_room_because_; }
  const Endpoint& endpoint() const { return endpoint_; }
  const DatabaseUrl& identity() const { return identity_; }
  const base::Masker& masker() const { return masker_; }
  const std::filesystem::path& folder() const { return folder_; }
  std::vector<std::string> environment() const;
  /// The system user that the project's code runs as.
  std::string project_user() const;
  ScratchPlace& place() { return *place_; }

  /// How many sessions there have been, if all of them have ended; nothing while one is open.
  std::optional<size_t> ended_sessions() const;
  /// Closes the sessions and hands over what was recorded.
  record::Recording stop_recording();
  /// After that: what the clients sent, with keep_tapes.
  std::vector<record::Tape> take_tapes() { return std::exchange(tapes_, {}); }
  /// See record::Recorder::play.
  void play(int session, char status, std::string bytes, std::function<void(bool)> done);
  /// See record::Recorder::hear_no_more.
  void hear_no_more() { recorder_->hear_no_more(); }
  std::vector<Evidence::Deadlock> stop_watching();

 private:
  Stage() = default;
  base::Result<void> start_recorder();
  /// The place, as soon as it is open; an error when it never will be.
  base::Result<ScratchPlace*> await_place();
  void place_is(bool open);

  StageSettings settings_;
  std::string token_;
  std::filesystem::path folder_;
  scratch::RunFolder run_folder_;
  std::shared_ptr<const NetworkRoom> room_;
  std::string no_room_because_;
  Endpoint endpoint_;
  base::UniqueFd listener_;
  DatabaseUrl identity_;
  base::Masker masker_;
  std::mutex mutex_;
  std::condition_variable opened_;
  std::optional<bool> open_;  // empty while the place is still coming up
  std::unique_ptr<ScratchPlace> place_;
  std::unique_ptr<record::Recorder> recorder_;
  std::vector<record::Tape> tapes_;
  std::unique_ptr<LockWatch> watch_;
};

}  // namespace windlass::run
