#include "chain/named.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <set>
#include <system_error>

#include "base/text.h"

namespace windlass::chain {

namespace {

using Ids = std::vector<std::string>;

/// "head-2" as "head", and two steps down.
struct Steps {
  std::string from;
  bool up = false;
  size_t count = 0;
};

std::optional<Steps> steps_in(const std::string& name) {
  size_t digits = name.size();
  while (digits > 0 && std::isdigit(static_cast<unsigned char>(name[digits - 1])) != 0) --digits;
  if (digits == 0 || digits == name.size()) return std::nullopt;
  const char sign = name[digits - 1];
  if (sign != '-' && sign != '~' && sign != '+') return std::nullopt;
  Steps steps{name.substr(0, digits - 1), sign == '+', 0};
  const char* const end = name.data() + name.size();
  if (std::from_chars(name.data() + digits, end, steps.count).ec != std::errc()) return std::nullopt;
  if (steps.from.empty() && !steps.up) steps.from = "head";
  return steps;
}

class Reader {
 public:
  Reader(const Chain& chain, const std::string& name, const std::string& attempted)
      : chain_(chain), name_(name), attempted_(attempted) {}

  base::Result<Ids> read() const {
    // An id may itself end like so many steps.
    if (auto plain = meant(name_)) return plain;
    const auto steps = steps_in(name_);
    return steps ? stepped(*steps) : meant(name_);
  }

 private:
  base::Error error(std::string got) const {
    return {attempted_, name_, std::move(got), "`windlass graph` shows those that it has.",
            base::Exit::Usage};
  }
  base::Error none() const { return error("the chain has no such revision"); }

  /// All that lies before and behind `id`, and itself.
  std::set<std::string> lineage(const std::string& id) const {
    const Ancestry ancestry(chain_);
    std::set<std::string> ids = ancestry.with_ancestors({id});
    for (const Revision& revision : chain_.revisions)
      if (ancestry.with_ancestors({revision.id}).contains(id)) ids.insert(revision.id);
    return ids;
  }

  /// Without steps.
  base::Result<Ids> meant(const std::string& name) const {
    const size_t at = name.find('@');
    if (at == std::string::npos) return among(name, chain_.revisions);
    const Ids bearer = WINDLASS_TRY(among(name.substr(0, at), chain_.revisions));
    if (bearer.size() != 1) return base::fail(none());
    const std::set<std::string> branch = lineage(bearer.front());
    std::vector<Revision> revisions;
    for (const Revision& revision : chain_.revisions)
      if (branch.contains(revision.id)) revisions.push_back(revision);
    return among(name.substr(at + 1), revisions);
  }

  base::Result<Ids> among(const std::string& name, const std::vector<Revision>& revisions) const {
    if (name.empty()) return base::fail(none());
    if (name == "base") return Ids();
    Ids exact, labelled, begun, heads;
    for (const Revision& revision : revisions) {
      if (revision.id == name) exact.push_back(revision.id);
      if (base::contains(revision.labels, name)) labelled.push_back(revision.id);
      if (revision.id.starts_with(name)) begun.push_back(revision.id);
      if (base::contains(chain_.heads, revision.id)) heads.push_back(revision.id);
    }
    if (!exact.empty()) return exact;
    if (name == "heads") return heads;
    if (name == "head" && heads.size() > 1)
      return base::fail(error("several heads: " + base::join(heads, ", ")));
    if (name == "head") return heads;
    if (labelled.size() == 1) return labelled;
    if (begun.size() == 1) return begun;
    if (begun.empty()) return base::fail(none());
    return base::fail(error("several begin so: " + base::join(begun, ", ")));
  }

  base::Result<Ids> stepped(const Steps& steps) const {
    Ids at = WINDLASS_TRY(meant(steps.from));
    if (at.size() != 1) return base::fail(none());
    for (size_t i = 0; i < steps.count; ++i) {
      const Ids next = steps.up ? behind(at.front()) : before(at.front());
      if (next.size() > 1)
        return base::fail(error(fmt::format("several are one step {} {}: {}", steps.up ? "behind" : "before",
                                            at.front(), base::join(next, ", "))));
      if (next.empty() && (steps.up || i + 1 < steps.count))
        return base::fail(error(fmt::format("none is {} {}", steps.up ? "behind" : "before", at.front())));
      if (next.empty()) return next;  // the base
      at = next;
    }
    return at;
  }
  Ids before(const std::string& id) const {
    const Revision* revision = chain_.find(id);
    return revision == nullptr ? Ids() : revision->parents;
  }
  Ids behind(const std::string& id) const {
    Ids ids;
    for (const Revision& revision : chain_.revisions)
      if (base::contains(revision.parents, id)) ids.push_back(revision.id);
    return ids;
  }

  const Chain& chain_;
  const std::string &name_, &attempted_;
};

}  // namespace

base::Result<std::vector<std::string>> revisions_named(const Chain& chain, const std::string& name,
                                                       const std::string& attempted) {
  return Reader(chain, name, attempted).read();
}

}  // namespace windlass::chain
