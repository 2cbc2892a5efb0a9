#include "run/kept_cases.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/digest.h"

namespace windlass::run {

namespace {

using nlohmann::json;

constexpr int kFormat = 2;

json to_json(const std::vector<Seal>& seals) {
  json list = json::array();
  for (const Seal& seal : seals) list.push_back({seal.file, seal.seal});
  return list;
}

std::vector<Seal> seals_of(const json& list) {
  std::vector<Seal> seals;
  for (const json& item : list)
    seals.push_back({item.at(0).get<std::string>(), item.at(1).get<std::string>()});
  return seals;
}

json to_json(const StepLeft& left) {
  return {left.not_alone, left.because,    left.writes,          left.unseen,
          left.label,     left.makes_enum, left.open_savepoints, left.one_transaction};
}

StepLeft left_of(const json& item) {
  StepLeft left;
  left.not_alone = item.at(0).get<std::string>();
  left.because = item.at(1).get<std::string>();
  left.writes = item.at(2).get<bool>();
  left.unseen = item.at(3).get<bool>();
  left.label = item.at(4).get<bool>();
  left.makes_enum = item.at(5).get<bool>();
  left.open_savepoints = item.at(6).get<int>();
  left.one_transaction = item.at(7).get<bool>();
  return left;
}

/// Many cases say the same: each text is written once.
class Texts {
 public:
  /// The number of `text`; an empty one has none.
  int number_of(const std::string& text) {
    if (text.empty()) return -1;
    const auto [known, fresh] = numbers_.emplace(text, static_cast<int>(numbers_.size()));
    if (fresh) list_.push_back(text);
    return known->second;
  }
  json take() { return std::move(list_); }

 private:
  std::map<std::string, int> numbers_;
  json list_ = json::array();
};

json to_json(const KeptCase& kept, Texts& texts) {
  json unpopulated = json::array();
  for (const NotPopulated& table : kept.not_populated)
    unpopulated.push_back({table.table, table.name, table.because});
  json item = {to_json(kept.files), to_json(kept.libraries),    kept.applied,
               kept.statements,     std::move(unpopulated),     kept.stopped,
               kept.down_failed,    texts.number_of(kept.said), kept.used};
  if (kept.step) item.push_back(json{to_json(kept.step->left), kept.step->catalog, kept.step->versions});
  return item;
}

KeptCase case_of(const json& item, const json& texts) {
  KeptCase kept;
  kept.files = seals_of(item.at(0));
  kept.libraries = seals_of(item.at(1));
  kept.applied = item.at(2).get<std::vector<std::string>>();
  kept.statements = item.at(3).get<size_t>();
  for (const json& table : item.at(4))
    kept.not_populated.push_back(
        {table.at(0).get<std::string>(), table.at(1).get<std::string>(), table.at(2).get<std::string>()});
  kept.stopped = item.at(5).get<std::vector<std::string>>();
  kept.down_failed = item.at(6).get<bool>();
  if (const int number = item.at(7).get<int>(); number >= 0)
    kept.said = texts.at(static_cast<size_t>(number)).get<std::string>();
  kept.used = item.at(8).get<uint64_t>();
  if (item.size() < 10) return kept;
  const json& step = item.at(9);
  kept.step = KeptStepEnd{left_of(step.at(0)), step.at(1).get<std::string>(),
                          step.at(2).get<std::vector<std::string>>()};
  return kept;
}

}  // namespace

void drop_longest_unused(KeptCases& kept, size_t most) {
  if (kept.by_key.size() <= most) return;
  std::vector<uint64_t> used;
  for (const auto& [key, one] : kept.by_key) used.push_back(one.used);
  const auto last = used.begin() + static_cast<std::ptrdiff_t>(most);
  std::nth_element(used.begin(), last, used.end(), std::greater<>());
  // Those of one check go together, or half of it would be left.
  const uint64_t first_dropped = *last;
  std::erase_if(kept.by_key, [&](const auto& item) { return item.second.used <= first_dropped; });
}

std::string digest_of(const catalog::Snapshot& snapshot) {
  std::string all;
  for (const catalog::Fact& fact : snapshot.facts)
    for (const std::string* part : {&fact.object.kind, &fact.object.name, &fact.definition})
      all.append(*part).push_back('\0');
  return base::sha256(all);
}

std::string to_bytes(const KeptCases& kept) {
  json cases = json::object();
  Texts texts;
  for (const auto& [key, one] : kept.by_key) cases[key] = to_json(one, texts);
  const json all = {{"format", kFormat},
                    {"checks", kept.checks},
                    {"libraries", to_json(kept.libraries)},
                    {"said", texts.take()},
                    {"cases", std::move(cases)}};
  const std::vector<uint8_t> packed = json::to_msgpack(all);
  return {packed.begin(), packed.end()};
}

std::optional<KeptCases> read_kept_cases(std::string_view bytes) {
  const json all = json::from_msgpack(bytes.begin(), bytes.end(), true, false);
  if (!all.is_object() || all.value("format", json()) != kFormat) return std::nullopt;
  try {
    KeptCases kept;
    kept.checks = all.at("checks").get<uint64_t>();
    kept.libraries = seals_of(all.at("libraries"));
    for (const auto& [key, item] : all.at("cases").items()) kept.by_key[key] = case_of(item, all.at("said"));
    return kept;
  } catch (const json::exception&) {
    return std::nullopt;  // damaged: as good as none
  }
}

}  // namespace windlass::run
