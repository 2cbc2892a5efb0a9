#include "run/kept_run.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/text.h"
#include "run/event_fields.h"

namespace windlass::run {

namespace {

using nlohmann::json;

std::optional<std::vector<Input>> digests(const std::vector<std::string>& files, const DigestOf& digest_of) {
  std::vector<Input> inputs;
  for (const std::string& file : files) {
    inputs.push_back({file, digest_of(file)});
    if (inputs.back().digest.empty()) return std::nullopt;
  }
  return inputs;
}

bool unchanged(const std::vector<Input>& inputs, const DigestOf& digest_of) {
  return std::all_of(inputs.begin(), inputs.end(), [&](const Input& input) {
    return !input.digest.empty() && digest_of(input.file) == input.digest;
  });
}

json to_json(const std::vector<Input>& inputs) {
  json list = json::array();
  for (const Input& input : inputs) list.push_back({input.file, input.digest});
  return list;
}

std::vector<Input> inputs_of(const json& list) {
  std::vector<Input> inputs;
  for (const json& item : list)
    inputs.push_back({item.at(0).get<std::string>(), item.at(1).get<std::string>()});
  return inputs;
}

json binary(const std::string& bytes) { return json::binary({bytes.begin(), bytes.end()}); }

std::string bytes_of(const json& value) {
  const auto& binary = value.get_binary();
  return {binary.begin(), binary.end()};
}

constexpr int kFormat = 3;

}  // namespace

std::map<std::string, std::string> outcomes(const record::Recording& recording) {
  std::map<std::string, std::string> said;
  for (const record::Statement& statement : recording.statements)
    if (!statement.source.revision.empty())
      said[statement.source.revision] += statement.text + '\0' + statement.tag + '\0' +
                                         std::to_string(statement.executions) + '\0' +
                                         (statement.error ? statement.error->sqlstate : std::string()) + '\0';
  for (auto& [revision, all] : said) all = base::sha256(all);
  return said;
}

std::string with_token(std::string bytes, std::string_view before, std::string_view now) {
  static constexpr std::string_view kLead = "/*wl:";
  const std::string mark = std::string(kLead) + std::string(before);
  for (size_t at = bytes.find(mark); at != std::string::npos; at = bytes.find(mark, at + mark.size()))
    bytes.replace(at + kLead.size(), before.size(), now);
  return bytes;
}

std::optional<KeptRun> keep_steps(const RunLeft& left, const KeptRun* taken, const DigestOf& digest_of) {
  const StepStory story = read_story(left.events);
  if (!story.plan || !story.holds) return std::nullopt;
  KeptRun kept;
  kept.libraries = story.plan->libraries;
  auto files = digests(story.plan->files, digest_of);
  if (!files) return std::nullopt;
  kept.files = std::move(*files);
  const std::map<std::string, std::string> said = outcomes(left.evidence.recording);
  for (size_t i = 0; i < story.steps.size() && i < story.plan->steps.size(); ++i) {
    const ToldStep& told = story.steps[i];
    const std::string digest = digest_of(story.plan->steps[i].file);
    if (!told.ended || told.revision != story.plan->steps[i].revision || digest.empty()) break;
    if (told.cached) {
      if (taken == nullptr || i >= taken->steps.size() || taken->steps[i].digest != digest) break;
      kept.session = taken->session;
      kept.steps.push_back(taken->steps[i]);
      continue;
    }
    auto others = digests(told.files, digest_of);
    if (!others) break;
    std::optional<SentInStep> sent;
    if (told.repeatable && told.memo != "null") sent = sent_in_step(told, left.tapes, kept.session);
    KeptStep step;
    step.repeatable = sent.has_value();
    step.revision = told.revision;
    step.digest = digest;
    step.files = std::move(*others);
    if (const auto found = said.find(told.revision); found != said.end()) step.outcome = found->second;
    if (sent) {
      step.bytes = with_token(std::string(sent->bytes), left.token, kNoToken);
      step.before = sent->before;
      step.after = sent->after;
      step.events = told.lines;
      step.imported = told.imported;
      step.memo = told.memo;
      step.savepoints = told.savepoints;
    }
    kept.steps.push_back(std::move(step));
  }
  if (kept.session == 0) return std::nullopt;
  return kept;
}

StepRange steps_to_reuse(const KeptRun& kept, const Plan& plan, const DigestOf& digest_of) {
  if (kept.libraries != plan.libraries) return {};
  std::vector<std::string> files;
  for (const Input& input : kept.files) files.push_back(input.file);
  if (files != plan.files || !unchanged(kept.files, digest_of)) return {};
  size_t same = 0;
  while (same < kept.steps.size() && same < plan.steps.size()) {
    const KeptStep& step = kept.steps[same];
    if (step.revision != plan.steps[same].revision || step.digest != digest_of(plan.steps[same].file) ||
        !unchanged(step.files, digest_of))
      break;
    ++same;
  }
  StepRange longest;
  for (size_t begin = 0; begin < same; ++begin) {
    if (!kept.steps[begin].repeatable) continue;
    size_t end = begin;
    while (end < same && kept.steps[end].repeatable) ++end;
    for (size_t behind = end; behind > begin && behind - begin > longest.behind - longest.first; --behind)
      if (kept.steps[begin].before == kept.steps[behind - 1].after) longest = {begin, behind};
  }
  return longest;
}

std::string to_bytes(const KeptRun& kept) {
  json steps = json::array();
  for (const KeptStep& step : kept.steps)
    steps.push_back({step.revision, step.repeatable, step.digest, to_json(step.files), binary(step.bytes),
                     std::string{step.before, step.after}, binary(step.events), step.imported, step.memo,
                     step.outcome, step.savepoints});
  const json all = {{"format", kFormat},           {"circumstances", kept.circumstances},
                    {"libraries", kept.libraries}, {"files", to_json(kept.files)},
                    {"session", kept.session},     {"steps", std::move(steps)}};
  const std::vector<uint8_t> packed = json::to_msgpack(all);
  return {packed.begin(), packed.end()};
}

std::optional<KeptRun> read_kept_run(std::string_view bytes) {
  const json all = json::from_msgpack(bytes.begin(), bytes.end(), true, false);
  if (!all.is_object() || all.value("format", json()) != kFormat) return std::nullopt;
  try {
    KeptRun kept;
    kept.circumstances = all.at("circumstances").get<std::string>();
    kept.libraries = all.at("libraries").get<std::string>();
    kept.files = inputs_of(all.at("files"));
    kept.session = all.at("session").get<int>();
    for (const json& item : all.at("steps")) {
      KeptStep step;
      step.revision = item.at(0).get<std::string>();
      step.repeatable = item.at(1).get<bool>();
      step.digest = item.at(2).get<std::string>();
      step.files = inputs_of(item.at(3));
      step.bytes = bytes_of(item.at(4));
      const std::string status = item.at(5).get<std::string>();
      if (status.size() != 2) return std::nullopt;
      step.before = status[0];
      step.after = status[1];
      step.events = bytes_of(item.at(6));
      step.imported = item.at(7).get<std::vector<std::string>>();
      step.memo = item.at(8).get<std::string>();
      step.outcome = item.at(9).get<std::string>();
      step.savepoints = item.at(10).get<int>();
      kept.steps.push_back(std::move(step));
    }
    return kept;
  } catch (const json::exception&) {
    return std::nullopt;  // damaged: as good as none
  }
}

}  // namespace windlass::run
