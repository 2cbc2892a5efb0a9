#include "drift/drift.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "base/text.h"
#include "catalog/live_only.h"
#include "catalog/wholes.h"
#include "drift/essence.h"
#include "drift/partitions.h"

namespace windlass::drift {

namespace {

using catalog::Change;
using catalog::Difference;
using catalog::Fact;
using catalog::LiveRead;
using catalog::Object;

const std::string kBase = "base";

/// The version table is how a database says where it stands; it stands nowhere on the chain itself.
bool is_of_version_table(const Object& object, const std::string& definition,
                         const std::set<std::string>& tables) {
  return std::any_of(tables.begin(), tables.end(), [&](const std::string& table) {
    return (object.kind == "table" && object.name == table) || catalog::goes_with(object, definition, table);
  });
}

void leave_out_version_tables(catalog::Snapshot& snapshot, const std::set<std::string>& tables) {
  std::erase_if(snapshot.facts,
                [&](const Fact& fact) { return is_of_version_table(fact.object, fact.definition, tables); });
}

class Finder {
 public:
  Finder(const Expected& expected, const LiveRead& real, const VersionTable& version_table)
      : timeline_(expected.timeline), expected_(expected), real_(real), ancestry_(expected.chain) {
    std::set<std::string> tables(expected.version_tables.begin(), expected.version_tables.end());
    if (!version_table.table.empty()) tables.insert(version_table.table);
    version_tables_ = std::move(tables);
    leave_out_version_tables(real_.snapshot, version_tables_);
    catalog::leave_out_live_only(real_, not_of_chains_);
    for (Object& partition : leave_out_partitions(real_.snapshot, timeline_))
      not_of_chains_.push_back(
          {std::move(partition), "a partition that no revision makes, in everything like its table"});
    for (const Fact& fact : real_.snapshot.facts) in_real_[fact.object] = &fact;
    for (const catalog::Noted& each : real_.not_visible) not_visible_.insert(each.object);
    drift_.version_table = version_table;
    drift_.heads = expected.chain.heads;
    drift_.ignored = real.ignored;
  }

  Drift find(const std::vector<std::string>& wanted) {
    measure();
    std::vector<std::string> known;
    for (const std::string& version : drift_.version_table.versions)
      (expected_.chain.find(version) != nullptr ? known : drift_.unknown_versions).push_back(version);
    for (const std::string& one : known)
      if (std::any_of(known.begin(), known.end(), [&](const std::string& other) {
            return other != one && ancestry_.with_ancestors({other}).contains(one);
          }))
        drift_.overlapping.push_back(one);
    std::set<std::string> applied = ancestry_.with_ancestors(known);
    drift_.pending = pending(applied);
    if (!wanted.empty()) {
      drift_.expected_at = wanted;
      applied = wanted.front() == kBase ? std::set<std::string>() : ancestry_.with_ancestors(wanted);
    } else if (!known.empty()) {
      drift_.expected_at = known;
    } else {
      drift_.expected_at = {drift_.nearest.revision};
      applied = prefix(nearest_position_);
    }
    drift_.out_of_reach = std::any_of(applied.begin(), applied.end(), [&](const std::string& id) {
      return !base::contains(timeline_.revisions, id);
    });
    if (drift_.out_of_reach) {
      drift_.expected_at = {drift_.nearest.revision};
      applied = prefix(nearest_position_);
    }
    compare(applied);
    drift_.verdict = verdict(wanted);
    return std::move(drift_);
  }

 private:
  const std::string& name_of(size_t position) const {
    return position == 0 ? kBase : timeline_.revisions[position - 1];
  }
  std::set<std::string> prefix(size_t position) const {
    return {timeline_.revisions.begin(), timeline_.revisions.begin() + static_cast<std::ptrdiff_t>(position)};
  }
  size_t pending(const std::set<std::string>& applied) const {
    return static_cast<size_t>(
        std::count_if(expected_.chain.revisions.begin(), expected_.chain.revisions.end(),
                      [&](const chain::Revision& revision) { return !applied.contains(revision.id); }));
  }

  bool same(const Object& object, const std::string& expected, const std::string& actual) const {
    return catalog::same_definition(object, essence(object, expected), expected_.at_end.server_major,
                                    essence(object, actual), real_.server_major);
  }

  bool left_out(const Object& object, const std::string& definition) const {
    return object.kind == "privilege" || not_visible_.contains(object) ||
           expected_.by_chance.contains(object) || is_of_version_table(object, definition, version_tables_);
  }

  /// How far the database is from each place of the chain, and which is the nearest.
  void measure() {
    const size_t places = timeline_.revisions.size() + 1;
    std::vector<Distance> far(places);
    for (const auto& entry : timeline_.objects) {
      const Object& object = entry.first;
      if (left_out(object, entry.second.front().definition)) continue;
      const auto found = in_real_.find(object);
      const Fact* fact = found == in_real_.end() ? nullptr : found->second;
      timeline_.each(object, [&](const Moment& moment, size_t from, size_t to) {
        for (size_t i = from; i < to; ++i) {
          if (!moment.there && fact != nullptr)
            ++far[i].extra;
          else if (moment.there && fact == nullptr)
            ++far[i].missing;
        }
        if (moment.there && fact != nullptr && !same(object, moment.definition, fact->definition))
          for (size_t i = from; i < to; ++i) ++far[i].different;
      });
    }
    size_t strangers = 0;
    for (const Fact& fact : real_.snapshot.facts)
      if (!timeline_.objects.contains(fact.object) && !left_out(fact.object, fact.definition)) ++strangers;
    for (Distance& each : far) each.extra += strangers;
    const auto fewer = [](const Distance& a, const Distance& b) { return a.all() < b.all(); };
    const size_t least = std::min_element(far.begin(), far.end(), fewer)->all();
    std::vector<size_t> nearest;
    for (size_t i = 0; i < places; ++i)
      if (far[i].all() == least) nearest.push_back(i);
    // Of several that no object tells apart, the one that the database claims; else the last.
    nearest_position_ = nearest.back();
    for (const size_t place : nearest)
      if (base::contains(drift_.version_table.versions, name_of(place))) nearest_position_ = place;
    drift_.nearest.revision = name_of(nearest_position_);
    drift_.nearest.distance = far[nearest_position_];
    for (const size_t place : nearest)
      if (place != nearest_position_) drift_.nearest.alike.push_back(name_of(place));
    if (least == 0) drift_.exact = drift_.nearest.revision;
  }

  void compare(const std::set<std::string>& applied) {
    LiveRead chain = expected_.at_end;
    chain.snapshot = timeline_.at(applied);
    leave_out_version_tables(chain.snapshot, version_tables_);
    drift_.compared = catalog::made_comparable(chain, real_, "the chain", "the database");
    drift_.compared.unsaid.insert(drift_.compared.unsaid.end(), not_of_chains_.begin(), not_of_chains_.end());
    for (const Object& object : expected_.by_chance) {
      const bool known =
          drift_.compared.a.find(object) != nullptr || drift_.compared.b.find(object) != nullptr;
      for (catalog::Snapshot* side : {&drift_.compared.a, &drift_.compared.b})
        std::erase_if(side->facts, [&](const Fact& fact) { return fact.object == object; });
      if (known) drift_.compared.unsaid.push_back({object, "the chain makes it another at each run"});
    }
    differences_ = catalog::compare(drift_.compared.a, drift_.compared.b, "the chain", "the database");
    for (const auto& [change, state] :
         {std::pair(Change::Dropped, State::Missing), std::pair(Change::Created, State::Extra)})
      for (catalog::Whole& whole : catalog::wholes(differences_, change))
        add(*whole.difference, state, whole.in_words(), whole.parts, applied);
    for (const Difference& each : differences_)
      if (each.change == Change::Altered) add(each, State::Different, each.sentence, {}, applied);
  }

  /// Positions at which the chain has the object as the database has it (`fact`; nullptr: not at all).
  std::vector<bool> positions_of(const Object& object, const Fact* fact) const {
    std::vector<bool> positions(timeline_.revisions.size() + 1);
    timeline_.each(object, [&](const Moment& moment, size_t from, size_t to) {
      const bool equal =
          fact == nullptr ? !moment.there : moment.there && same(object, moment.definition, fact->definition);
      for (size_t i = from; i < to; ++i) positions[i] = equal;
    });
    return positions;
  }

  /// The same of a relation with all that goes with it.
  std::vector<bool> positions_with_parts(const Object& relation, const Fact* fact) const {
    std::vector<bool> positions = positions_of(relation, fact);
    const auto also = [&](const Object& part, const std::string& definition) {
      if (!catalog::goes_with(part, definition, relation.name) || left_out(part, definition)) return;
      const auto found = in_real_.find(part);
      const std::vector<bool> more = positions_of(part, found == in_real_.end() ? nullptr : found->second);
      for (size_t i = 0; i < positions.size(); ++i) positions[i] = positions[i] && more[i];
    };
    for (const auto& [object, moments] : timeline_.objects)
      for (const Moment& moment : moments)
        if (moment.there) {
          also(object, moment.definition);
          break;
        }
    for (const Fact& part : real_.snapshot.facts)
      if (!timeline_.objects.contains(part.object)) also(part.object, part.definition);
    return positions;
  }

  void add(const Difference& difference, State state, std::string words, std::map<std::string, size_t> parts,
           const std::set<std::string>& applied) {
    Drifted drifted;
    drifted.object = difference.object;
    drifted.state = state;
    drifted.words = std::move(words);
    drifted.expected = difference.before;
    drifted.actual = difference.after;
    const auto found = in_real_.find(difference.object);
    const Fact* fact = found == in_real_.end() ? nullptr : found->second;
    const std::vector<bool> positions = state == State::Extra && !parts.empty()
                                            ? positions_with_parts(difference.object, fact)
                                            : positions_of(difference.object, fact);
    drifted.parts = std::move(parts);
    for (size_t i = 0; i < positions.size(); ++i)
      if (positions[i]) drifted.equal_at.push_back(name_of(i));
    const auto first = std::find(positions.begin(), positions.end(), true);
    drifted.provenance.push_back(
        provenance(difference.object, state,
                   first == positions.end() ? std::nullopt
                                            : std::optional(static_cast<size_t>(first - positions.begin())),
                   applied));
    drift_.objects.push_back(std::move(drifted));
  }

  static std::string who(const Moment& moment) {
    if (moment.position == 0) return "a new database";
    return "revision " + moment.revision +
           (moment.at.known() ? fmt::format(" ({})", to_string(moment.at)) : "");
  }

  /// `equal`: the first place at which the chain has it as it is.
  Provenance provenance(const Object& object, State state, std::optional<size_t> equal,
                        const std::set<std::string>& applied) const {
    // What made it be there, or as it is at `equal`; and what took it away again, of what was applied.
    std::optional<Moment> maker, as_it_is, taker;
    timeline_.each(object, [&](const Moment& moment, size_t from, size_t to) {
      if (moment.there && (!maker || moment.position == 0 || applied.contains(moment.revision)))
        maker = moment;
      if (moment.there && equal && from <= *equal && *equal < to) as_it_is = moment;
      if (!moment.there && from > 0 && applied.contains(moment.revision)) taker = moment;
    });
    const auto by = [](const Moment& moment, const char* certainty, std::string evidence) {
      return Provenance{"revision", moment.revision, moment.at, certainty, std::move(evidence)};
    };
    if (state == State::Missing)
      return maker ? by(*maker, "same-definition", fmt::format("{} makes it", who(*maker)))
                   : Provenance{"unknown", "", {}, "", "who makes it is not known"};
    if (as_it_is && *equal != as_it_is->position)
      return by(*as_it_is, "same-definition",
                fmt::format("it is as the chain has it at revision {}; {} makes it", name_of(*equal),
                            who(*as_it_is)));
    if (as_it_is && state == State::Different)
      return by(*as_it_is, "same-definition", fmt::format("it is as {} has it", who(*as_it_is)));
    if (as_it_is && taker)
      return by(*as_it_is, "same-definition",
                fmt::format("{} made it so, and {} took it away", who(*as_it_is), who(*taker)));
    if (as_it_is)
      return by(*as_it_is, "same-definition",
                fmt::format("{} makes the same, and has yet to run", who(*as_it_is)));
    if (maker && state == State::Extra)
      return by(*maker, "same-name", fmt::format("{} makes another of this name", who(*maker)));
    return {
        "unknown",
        "",
        {},
        "",
        state == State::Extra ? "nothing in the chain makes it" : "at no place does the chain have it so"};
  }

  std::string verdict(const std::vector<std::string>& wanted) const {
    const bool differs = !drift_.objects.empty();
    if (drift_.out_of_reach) return "incomplete";
    if (!drift_.unknown_versions.empty() && wanted.empty()) return "unknown-version";
    if (differs) {
      const bool says_nothing =
          drift_.version_table.versions.empty() && drift_.version_table.not_readable_because.empty();
      return says_nothing && wanted.empty() ? "unversioned" : "hybrid";
    }
    if (!catalog::compared_whole(drift_.compared.not_compared) ||
        !drift_.version_table.not_readable_because.empty())
      return "incomplete";
    if (!wanted.empty()) return "at";
    if (!drift_.overlapping.empty()) return "overlapping-versions";
    if (drift_.version_table.versions.empty()) return nearest_position_ == 0 ? "behind" : "unversioned";
    return drift_.pending == 0 ? "at" : "behind";
  }

  const Timeline& timeline_;
  const Expected& expected_;
  LiveRead real_;
  chain::Ancestry ancestry_;
  std::set<std::string> version_tables_;
  std::map<Object, const Fact*> in_real_;
  std::set<Object> not_visible_;
  std::vector<catalog::Noted> not_of_chains_;
  size_t nearest_position_ = 0;
  std::vector<Difference> differences_;
  Drift drift_;
};

}  // namespace

std::string to_string(State state) {
  switch (state) {
    case State::Missing:
      return "missing";
    case State::Extra:
      return "extra";
    case State::Different:
      return "different";
  }
  return "different";
}

Drift find_drift(const Expected& expected, const LiveRead& real, const VersionTable& version_table,
                 const std::vector<std::string>& wanted) {
  return Finder(expected, real, version_table).find(wanted);
}

}  // namespace windlass::drift
