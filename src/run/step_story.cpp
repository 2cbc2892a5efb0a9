#include "run/step_story.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "run/event_fields.h"

namespace windlass::run {

namespace {

using nlohmann::json;

/// What a step may tell and be taken again without its code. A connection, a program that it starts, another
/// host, a folder that it looks into: whatever else it tells of, sending its statements again would not bring
/// about.
constexpr std::array<std::string_view, 7> kRepeatable = {"enum",   "enum-use", "inputs", "savepoints",
                                                         "opened", "imported", "memo"};

void hear_in_step(ToldStep& step, const std::string& name, const json& event, const std::string& line) {
  if (name == "cached") {
    step.cached = true;
    return;
  }
  if (std::find(kRepeatable.begin(), kRepeatable.end(), name) == kRepeatable.end()) {
    step.repeatable = false;
    step.alone = step.alone && name == "driver-state";
  }
  step.lines += line + '\n';
  if (name == "imported") step.imported = texts_of(event, "modules");
  if (name == "memo") {
    step.memo = event.value("names", json()).dump();
    step.memo_told = true;
  }
  if (name == "savepoints") step.savepoints = static_cast<int>(number_of(event, "number"));
  if (name == "inputs" || name == "opened")
    for (std::string& file : texts_of(event, "files")) step.files.push_back(std::move(file));
}

/// One tape between two moments.
struct Cut {
  std::string_view bytes;
  char before = 0, after = 0;
  uint64_t answers = 0;
};

Cut cut(const record::Tape& tape, double from, double to) {
  const auto end_at = [&](double moment) {
    const auto later = std::partition_point(tape.reads.begin(), tape.reads.end(),
                                            [&](const record::Tape::Read& read) { return read.at < moment; });
    return later == tape.reads.begin() ? size_t{0} : std::prev(later)->end;
  };
  Cut result;
  const size_t begin = end_at(from), end = end_at(to);
  result.bytes = std::string_view(tape.bytes).substr(begin, end - begin);
  for (const record::Tape::Ready& ready : tape.readies) {
    if (ready.at >= to) break;
    if (ready.at < from) result.before = ready.status;
    if (ready.at >= from) ++result.answers;
    result.after = ready.status;
  }
  return result;
}

}  // namespace

std::optional<Plan> read_plan(std::string_view line) {
  const json event = json::parse(line, nullptr, false);
  if (!event.is_object() || text_of(event, "event") != "plan") return std::nullopt;
  Plan plan;
  plan.libraries = text_of(event, "stamp");
  plan.files = texts_of(event, "files");
  const auto steps = event.find("steps");
  if (steps == event.end() || !steps->is_array() || plan.libraries.empty()) return std::nullopt;
  for (const json& step : *steps) {
    if (!step.is_array() || step.size() != 2 || !step[0].is_string() || !step[1].is_string())
      return std::nullopt;
    plan.steps.push_back({step[0].get<std::string>(), step[1].get<std::string>()});
  }
  return plan;
}

StepStory read_story(std::string_view events) {
  StepStory story;
  double began = 0;
  std::string memo = "{}";
  int savepoints = 0;
  for (const std::string& line : base::split(events, '\n')) {
    const json event = json::parse(line, nullptr, false);
    if (!event.is_object()) continue;
    const std::string name = text_of(event, "event");
    if (name == "hello") began = number_of(event, "began");
    if (name == "plan") story.plan = read_plan(line);
    if (name == "held") {
      story.changed = texts_of(event, "changed");
      story.imported = texts_of(event, "imported");
      story.holds = story.changed.empty();
    }
    if (name == "step") {
      const double at = began + number_of(event, "t");
      if (text_of(event, "phase") == "start") {
        if (!story.steps.empty()) story.steps.back().next = at;
        ToldStep& step = story.steps.emplace_back();
        step.revision = text_of(event, "revision");
        step.began = at;
        step.memo = memo;
        step.savepoints = savepoints;
        step.repeatable = text_of(event, "direction") == "upgrade";
      } else if (!story.steps.empty()) {
        story.steps.back().ended = true;
        story.steps.back().next = at;
        memo = story.steps.back().memo;
        savepoints = story.steps.back().savepoints;
      }
      continue;
    }
    // Between two steps nothing is told; after the last one it is no longer the step's.
    if (!story.steps.empty() && !story.steps.back().ended)
      hear_in_step(story.steps.back(), name, event, line);
  }
  return story;
}

std::optional<SentInStep> sent_in_step(const ToldStep& told, std::span<const record::Tape> tapes,
                                       int& session) {
  SentInStep step;
  int sender = session;
  for (const record::Tape& tape : tapes) {
    const Cut part = cut(tape, told.began, told.next);
    if (part.bytes.empty() && part.answers == 0 && tape.session != sender) continue;
    if (sender != 0 && tape.session != sender) return std::nullopt;
    sender = tape.session;
    const record::Asked asked = record::asked_by(part.bytes);
    const bool complete = tape.whole || (!tape.reads.empty() && tape.reads.back().at >= told.next);
    if (!complete || !asked.sound || !asked.synced || asked.prepares || asked.answers != part.answers ||
        part.before == 0 || part.before == 'E' || part.after == 'E')
      return std::nullopt;
    step.bytes = part.bytes;
    step.before = part.before;
    step.after = part.after;
  }
  if (sender == 0) return std::nullopt;
  session = sender;
  return step;
}

std::string held_after_step(std::string_view events, std::span<const record::Tape> tapes) {
  const StepStory story = read_story(events);
  if (story.steps.size() != 1 || !story.steps.front().ended) return "it was not one step";
  const ToldStep& step = story.steps.front();
  if (!story.holds && story.changed.empty()) return "what its process holds is not known";
  if (!story.changed.empty()) return "its process holds something else: " + story.changed.front();
  if (!story.imported.empty()) return "it imported modules of the project: " + story.imported.front();
  if (!step.repeatable) return "it did more than send statements";
  if (!step.memo_told || step.memo != "{}") return "Alembic remembers types that it created";
  int session = 0;
  if (!sent_in_step(step, tapes, session))
    return "it did not send all by one session, or left prepared statements";
  return {};
}

}  // namespace windlass::run
