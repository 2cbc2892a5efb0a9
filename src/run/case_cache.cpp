#include "run/case_cache.h"

#include <algorithm>
#include <utility>

#include "base/digest.h"
#include "base/file.h"
#include "run/kept_files.h"

namespace windlass::run {

namespace fs = std::filesystem;

namespace {

/// At least as many cases of a chain are kept; and as many times as many as one check has.
constexpr size_t kMostCases = 2000, kMostTimes = 4;

}  // namespace

std::unique_ptr<CaseCache> CaseCache::open(const CheckSettings& settings, const CheckOutcome& clean,
                                           const std::vector<std::string>& order) {
  if (!settings.reuse || !clean.trace_of_clean) return nullptr;
  return std::unique_ptr<CaseCache>(new CaseCache(settings, clean, order));
}

CaseCache::CaseCache(const CheckSettings& settings, const CheckOutcome& clean,
                     const std::vector<std::string>& order)
    : settings_(settings),
      clean_(clean),
      order_(order),
      file_(settings.cache / "cases" / clean.trace_of_clean->chain),
      keys_(keys_now()) {
  for (const Module& library : clean.evidence.libraries)
    libraries_.push_back({library.file, stamp_of_file(library.file)});
  if (const auto bytes = base::read_file(file_))
    if (auto read = read_kept_cases(*bytes)) kept_ = std::move(*read);
  const bool same = std::all_of(kept_.libraries.begin(), kept_.libraries.end(), [](const Seal& library) {
    return stamp_of_file(library.file) == library.seal;
  });
  if (!same) kept_ = {kept_.checks, {}, {}};
  ++kept_.checks;
}

CaseKeys CaseCache::keys_now() const {
  const CleanTrace& trace = *clean_.trace_of_clean;
  return {trace.circumstances, trace.events,
          clean_.evidence,     order_,
          settings_.to,        [this](const std::string& file) { return digest_of(file); }};
}

std::string CaseCache::digest_of(const std::string& file) const {
  const fs::path path = path_of(file, settings_.project);
  return changed_since(path, clean_.trace_of_clean->began) ? std::string() : digest_of_file(path);
}

std::optional<std::string> CaseCache::key_of(const CaseId& id) const {
  const std::optional<std::string> from = id.up_to ? keys_.up_to(*id.up_to) : keys_.whole();
  if (!from) return std::nullopt;
  return base::sha256(*from + '\0' + to_string(id.scenario) + '\0' + id.name + '\0' + id.target);
}

bool CaseCache::still_there(const KeptCase& kept) {
  for (const Seal& file : kept.files) {
    const auto [known, fresh] = seals_.emplace(file.file, std::string());
    if (fresh) known->second = digest_of(file.file);
    if (known->second.empty() || known->second != file.seal) return false;
  }
  return std::all_of(kept.libraries.begin(), kept.libraries.end(),
                     [](const Seal& library) { return stamp_of_file(library.file) == library.seal; });
}

const KeptCase* CaseCache::find(const CaseId& id) {
  const auto key = key_of(id);
  if (!key || distrusted_) return nullptr;
  const auto kept = kept_.by_key.find(*key);
  if (kept == kept_.by_key.end()) return nullptr;
  const std::lock_guard lock(mutex_);
  const auto [known, fresh] = found_.emplace(*key, false);
  if (fresh) known->second = still_there(kept->second);
  if (!known->second) return nullptr;
  kept->second.used = kept_.checks;
  return &kept->second;
}

void CaseCache::keep(const CaseId& id, const CaseTrace& trace, KeptCase done) {
  const auto key = key_of(id);
  if (!key || !trace.unknown.empty()) return;
  for (const std::string& file : trace.files) {
    if (keys_.speak_of(file)) continue;
    done.files.push_back({file, digest_of(file)});
    if (done.files.back().seal.empty()) return;
  }
  for (const Seal& library : trace.libraries)
    if (std::none_of(libraries_.begin(), libraries_.end(),
                     [&](const Seal& known) { return known.file == library.file; }))
      done.libraries.push_back(library);
  done.used = kept_.checks;
  const std::lock_guard lock(mutex_);
  made_[*key] = std::move(done);
}

void CaseCache::write() {
  const std::lock_guard lock(mutex_);
  std::error_code code;
  if (distrusted_) {
    fs::remove(file_, code);
    return;
  }
  // Cases ran on files that somebody has edited since: which of them had what is not known.
  const CaseKeys now = keys_now();
  if (now.whole() != keys_.whole()) return;
  for (size_t k = 0; k < order_.size(); ++k)
    if (now.up_to(k) != keys_.up_to(k)) return;
  const size_t of_one_check = found_.size() + made_.size();
  for (auto& [key, made] : made_) kept_.by_key[key] = std::move(made);
  made_.clear();
  drop_longest_unused(kept_, std::max(kMostCases, kMostTimes * of_one_check));
  for (const Seal& library : libraries_)
    if (std::none_of(kept_.libraries.begin(), kept_.libraries.end(),
                     [&](const Seal& known) { return known.file == library.file; }))
      kept_.libraries.push_back(library);
  fs::create_directory(file_.parent_path(), code);
  if (const auto written = base::write_file(file_, to_bytes(kept_), 0600); !written) return;
  drop_oldest_files(file_.parent_path());
}

}  // namespace windlass::run
