#include "run/case_keys.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "base/digest.h"
#include "run/kept_cases.h"
#include "run/step_story.h"

namespace windlass::run {

namespace {

/// A digest that grows.
class Sum {
 public:
  void add(std::string_view text) { all_.append(std::to_string(text.size())).append(":").append(text); }
  /// False where the file cannot be vouched for.
  bool add_file(const std::string& file, const DigestOf& digest_of) {
    const std::string digest = digest_of(file);
    add(file);
    add(digest);
    return !digest.empty();
  }
  std::string digest() const { return base::sha256(all_); }

 private:
  std::string all_;
};

}  // namespace

CaseKeys::CaseKeys(std::string_view circumstances, std::string_view events, const Evidence& clean,
                   const std::vector<std::string>& order, const std::string& to, const DigestOf& digest_of)
    : line_(chain::is_line(clean.chain, order)) {
  const chain::Revision* first = order.empty() ? nullptr : clean.chain.find(order.front());
  line_ = line_ && first != nullptr && first->parents.empty() && first->depends_on.empty();
  const StepStory story = read_story(events);
  for (const chain::Revision& revision : clean.chain.revisions) files_.push_back(revision.file);
  if (!story.plan || story.steps.size() > story.plan->steps.size() || story.steps.size() > order.size())
    return;
  Sum common;
  common.add(circumstances);
  common.add(story.plan->libraries);
  for (const std::string& file : story.plan->files) {
    files_.push_back(file);
    if (!common.add_file(file, digest_of)) return;
  }
  std::sort(files_.begin(), files_.end());
  const std::map<std::string, std::string> said = outcomes(clean.recording);
  std::string way = common.digest();
  for (size_t i = 0; i < story.steps.size(); ++i) {
    const ToldStep& told = story.steps[i];
    const Plan::Step& planned = story.plan->steps[i];
    if (told.revision != planned.revision || told.revision != order[i] || !told.ended || !told.alone) break;
    Sum step;
    step.add(way);
    step.add(told.revision);
    bool known = step.add_file(planned.file, digest_of);
    for (const std::string& file : told.files) known = step.add_file(file, digest_of) && known;
    if (!known) break;
    const auto found = said.find(told.revision);
    step.add(found == said.end() ? std::string() : found->second);
    way = step.digest();
    ways_.push_back(way);
  }
  if (ways_.size() != order.size() || !succeeded(clean) || !clean.after_read) return;
  Sum whole;
  whole.add(way);
  whole.add(to);
  for (const chain::Revision& revision : clean.chain.revisions) {
    whole.add(revision.id);
    if (!whole.add_file(revision.file, digest_of)) return;
  }
  for (const std::string& version : clean.versions) whole.add(version);
  whole.add(run::digest_of(clean.after));
  for (const auto& [database, catalog] : clean.elsewhere) {
    whole.add(database);
    whole.add(run::digest_of(catalog));
  }
  whole_ = whole.digest();
}

std::optional<std::string> CaseKeys::up_to(size_t k) const {
  if (!line_) return whole_;
  return k < ways_.size() ? std::optional(ways_[k]) : std::nullopt;
}

bool CaseKeys::speak_of(const std::string& file) const {
  return std::binary_search(files_.begin(), files_.end(), file);
}

}  // namespace windlass::run
