#include "chain/validate.h"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <map>

#include "base/text.h"

namespace windlass::chain {

namespace {

/// The version table's column is VARCHAR(32), unless env.py says otherwise.
constexpr size_t kVersionColumnWidth = 32;

Problem problem_at(std::string code, const Revision& revision, base::Location at, std::string message) {
  Problem problem;
  problem.code = std::move(code);
  problem.revision = revision.id;
  problem.at = at.known() ? std::move(at) : base::Location{revision.file, 0, 0};
  problem.message = std::move(message);
  return problem;
}

void missing_parents(const Chain& chain, std::vector<Problem>& problems) {
  // One problem for each name that is not there, however many revisions ask for it.
  std::map<std::string, size_t> told;
  const auto tell = [&](const Revision& revision, const base::Location& place, const std::string& name,
                        std::string_view how) {
    if (const auto at = told.find(name); at != told.end()) {
      problems[at->second].related.push_back(place);
      return;
    }
    told[name] = problems.size();
    problems.push_back(problem_at(
        "revision-missing", revision, place,
        fmt::format("Revision {} {} {}, but no file of the chain has that id.", revision.id, how, name)));
  };
  for (const Revision& revision : chain.revisions) {
    for (const std::string& parent : revision.parents)
      if (chain.find(parent) == nullptr) tell(revision, revision.parents_at, parent, "comes after");
    for (const std::string& reference : revision.depends_on)
      if (chain.resolve(reference).empty()) tell(revision, revision.depends_at, reference, "depends on");
  }
}

void duplicates(const Chain& chain, std::vector<Problem>& problems) {
  std::map<std::string, std::vector<const Revision*>> by_id;
  for (const Revision& revision : chain.revisions) by_id[revision.id].push_back(&revision);
  for (const Revision& revision : chain.left_out) by_id[revision.id].push_back(&revision);
  for (auto& [id, bearers] : by_id) {
    if (bearers.size() < 2) continue;
    std::sort(bearers.begin(), bearers.end(),
              [](const Revision* a, const Revision* b) { return a->file < b->file; });
    std::vector<std::string> files;
    for (const Revision* bearer : bearers) files.push_back(bearer->file);
    Problem problem = problem_at(
        "revision-duplicate", *bearers.front(), bearers.front()->id_at,
        fmt::format("{} files bear the id {} ({}): Alembic takes one of them and leaves the rest out.",
                    bearers.size(), id, base::join(files, ", ")));
    for (size_t i = 1; i < bearers.size(); ++i)
      problem.related.push_back(bearers[i]->id_at.known() ? bearers[i]->id_at
                                                          : base::Location{bearers[i]->file, 0, 0});
    problems.push_back(std::move(problem));
  }
}

/// Strongly connected components of more than one revision, or one that
/// follows itself (Tarjan's algorithm, without recursion on long chains).
class Circles {
 public:
  explicit Circles(const Chain& chain) : edges_(chain.revisions.size()) {
    std::map<std::string, size_t> by_id;
    for (size_t i = 0; i < chain.revisions.size(); ++i) by_id.emplace(chain.revisions[i].id, i);
    for (size_t i = 0; i < chain.revisions.size(); ++i) {
      for (const std::string& parent : chain.revisions[i].parents)
        if (const auto at = by_id.find(parent); at != by_id.end()) edges_[i].push_back(at->second);
      for (const std::string& reference : chain.revisions[i].depends_on)
        for (const Revision* other : chain.resolve(reference))
          edges_[i].push_back(static_cast<size_t>(other - chain.revisions.data()));
    }
  }

  std::vector<std::vector<size_t>> find() {
    const size_t count = edges_.size();
    index_.assign(count, 0);
    low_.assign(count, 0);
    on_stack_.assign(count, false);
    for (size_t i = 0; i < count; ++i)
      if (index_[i] == 0) walk(i);
    return found_;
  }

 private:
  struct Visit {
    size_t node, next = 0;
  };

  void enter(size_t node, std::vector<Visit>& visits) {
    index_[node] = low_[node] = ++counter_;
    stack_.push_back(node);
    on_stack_[node] = true;
    visits.push_back({node});
  }

  void walk(size_t start) {
    std::vector<Visit> visits;
    enter(start, visits);
    while (!visits.empty()) {
      const size_t node = visits.back().node;
      if (visits.back().next < edges_[node].size()) {
        const size_t other = edges_[node][visits.back().next++];
        if (index_[other] == 0)
          enter(other, visits);
        else if (on_stack_[other])
          low_[node] = std::min(low_[node], index_[other]);
        continue;
      }
      visits.pop_back();
      if (!visits.empty()) low_[visits.back().node] = std::min(low_[visits.back().node], low_[node]);
      if (low_[node] == index_[node]) take_component(node);
    }
  }

  void take_component(size_t root) {
    std::vector<size_t> component;
    size_t node = 0;
    do {
      node = stack_.back();
      stack_.pop_back();
      on_stack_[node] = false;
      component.push_back(node);
    } while (node != root);
    const bool follows_itself =
        std::find(edges_[root].begin(), edges_[root].end(), root) != edges_[root].end();
    if (component.size() < 2 && !follows_itself) return;
    std::sort(component.begin(), component.end());
    found_.push_back(std::move(component));
  }

  std::vector<std::vector<size_t>> edges_;
  std::vector<size_t> index_, low_, stack_;
  std::vector<bool> on_stack_;
  std::vector<std::vector<size_t>> found_;
  size_t counter_ = 0;
};

/// The line by which a revision takes part in a circle of these: the one that names a parent of the circle,
/// else the one that says what it depends on.
base::Location link_of(const Revision& revision, const std::vector<std::string>& circle) {
  for (const std::string& parent : revision.parents)
    if (std::find(circle.begin(), circle.end(), parent) != circle.end()) return revision.parents_at;
  return revision.depends_at.known() ? revision.depends_at : revision.parents_at;
}

void circles(const Chain& chain, std::vector<Problem>& problems) {
  for (const std::vector<size_t>& circle : Circles(chain).find()) {
    const Revision& first = chain.revisions[circle.front()];
    std::vector<std::string> ids;
    for (const size_t i : circle) ids.push_back(chain.revisions[i].id);
    Problem problem = problem_at(
        "revision-cycle", first, link_of(first, ids),
        circle.size() == 1
            ? fmt::format("Revision {} comes after itself.", first.id)
            : fmt::format(
                  "The revisions {} come after one another in a circle: none of them can be the first.",
                  base::join(ids, ", ")));
    for (size_t i = 1; i < circle.size(); ++i) {
      const Revision& other = chain.revisions[circle[i]];
      const base::Location link = link_of(other, ids);
      problem.related.push_back(link.known() ? link : base::Location{other.file, 0, 0});
    }
    problems.push_back(std::move(problem));
  }
}

void ends(const Chain& chain, const std::vector<std::string>& ids, bool heads,
          std::vector<Problem>& problems) {
  if (ids.size() < 2) return;
  const Revision* first = chain.find(ids.front());
  if (first == nullptr) return;
  const std::string list = base::join(ids, ", ");
  Problem problem =
      problem_at(heads ? "several-heads" : "several-bases", *first, first->id_at,
                 heads ? fmt::format("The chain has {} heads ({}): `alembic upgrade head` refuses to choose.",
                                     ids.size(), list)
                       : fmt::format("The chain has {} bases ({}): revisions that come after no other.",
                                     ids.size(), list));
  problem.fatal = false;
  for (size_t i = 1; i < ids.size(); ++i)
    if (const Revision* other = chain.find(ids[i])) problem.related.push_back(other->id_at);
  problems.push_back(std::move(problem));
}

void long_ids(const Chain& chain, std::vector<Problem>& problems) {
  for (const Revision& revision : chain.revisions) {
    // The column counts characters, not bytes.
    const auto characters =
        static_cast<size_t>(std::count_if(revision.id.begin(), revision.id.end(), [](char c) {
          return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
        }));
    if (characters <= kVersionColumnWidth) continue;
    Problem problem = problem_at(
        "revision-id-too-long", revision, revision.id_at,
        fmt::format(
            "The id {} has {} characters; the column version_num of Alembic's version table takes {}.",
            revision.id, characters, kVersionColumnWidth));
    problem.fatal = false;
    problems.push_back(std::move(problem));
  }
}

}  // namespace

std::vector<Problem> find_problems(const Chain& chain, const ValidateOptions& options) {
  std::vector<Problem> problems;
  duplicates(chain, problems);
  if (options.complete) missing_parents(chain, problems);
  circles(chain, problems);
  // With a broken graph the ends are its consequence.
  if (problems.empty() && options.complete) {
    ends(chain, chain.heads, true, problems);
    ends(chain, chain.bases, false, problems);
  }
  long_ids(chain, problems);
  return problems;
}

}  // namespace windlass::chain
