#include "drift/timeline.h"

#include <algorithm>

#include "catalog/compare.h"

namespace windlass::drift {

namespace {

using catalog::Change;
using catalog::Effect;
using catalog::Object;

}  // namespace

Timeline timeline_of(const run::Evidence& run) {
  Timeline timeline;
  std::map<std::string, size_t> position_of;
  for (const run::Step& step : run.steps) {
    if (step.direction != "upgrade" || position_of.contains(step.revision)) continue;
    timeline.revisions.push_back(step.revision);
    position_of[step.revision] = timeline.revisions.size();
  }
  for (const catalog::Fact& fact : run.before.facts)
    timeline.objects[fact.object].push_back({0, "", {}, true, fact.definition});
  // What env.py does between revisions belongs to the one before it.
  size_t position = 0;
  std::map<int, std::string> database_of;
  for (const record::Session& session : run.recording.sessions) database_of[session.n] = session.database;
  for (const record::Statement& statement : run.recording.statements) {
    if (const auto found = position_of.find(statement.source.revision); found != position_of.end())
      position = found->second;
    if (const auto found = database_of.find(statement.session);
        found != database_of.end() && !run.database.empty() && found->second != run.database)
      continue;
    const std::string revision = position == 0 ? std::string() : timeline.revisions[position - 1];
    const base::Location at =
        statement.source.operation == "version" ? base::Location() : statement.source.location;
    for (const Effect& effect : statement.effects) {
      if (effect.rolled_back) continue;
      if (!effect.renamed_from.empty())
        timeline.objects[{effect.object.kind, effect.renamed_from}].push_back(
            {position, revision, at, false, {}});
      const bool there = effect.change != Change::Dropped;
      timeline.objects[effect.object].push_back(
          {position, revision, at, there, there ? effect.after : std::string()});
    }
  }
  if (!run.after_read) return timeline;
  const size_t end = timeline.revisions.size();
  for (const catalog::Difference& each :
       catalog::compare(timeline.at(end), run.after, "its effects", "a full read")) {
    timeline.corrected.push_back(each.sentence);
    const bool there = each.change != Change::Dropped;
    timeline.objects[each.object].push_back(
        {end, end == 0 ? std::string() : timeline.revisions[end - 1], {}, there, there ? each.after : ""});
  }
  return timeline;
}

catalog::Snapshot Timeline::at(const std::set<std::string>& applied) const {
  catalog::Snapshot snapshot;
  for (const auto& [object, moments] : objects) {
    const auto last = std::find_if(moments.rbegin(), moments.rend(), [&](const Moment& moment) {
      return moment.position == 0 || applied.contains(moment.revision);
    });
    if (last != moments.rend() && last->there) snapshot.facts.push_back({object, last->definition, "", ""});
  }
  snapshot.sort();
  return snapshot;
}

catalog::Snapshot Timeline::at(size_t position) const {
  return at(
      std::set<std::string>(revisions.begin(), revisions.begin() + static_cast<std::ptrdiff_t>(position)));
}

void Timeline::each(const Object& object,
                    const std::function<void(const Moment&, size_t from, size_t to)>& at) const {
  const size_t end = revisions.size() + 1;
  Moment now;
  now.there = false;
  size_t from = 0;
  if (const auto found = objects.find(object); found != objects.end())
    for (const Moment& moment : found->second) {
      if (moment.position > from) {
        at(now, from, moment.position);
        from = moment.position;
      }
      now = moment;
    }
  at(now, from, end);
}

std::set<Object> made_by_chance(const Timeline& one, const Timeline& other) {
  std::set<Object> objects;
  const auto same = [](const std::vector<Moment>& a, const std::vector<Moment>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Moment& x, const Moment& y) {
      return x.position == y.position && x.there == y.there && x.definition == y.definition;
    });
  };
  for (const auto& [a, b] : {std::pair(&one, &other), std::pair(&other, &one)})
    for (const auto& [object, moments] : a->objects)
      if (const auto found = b->objects.find(object);
          found == b->objects.end() || !same(moments, found->second))
        objects.insert(object);
  return objects;
}

}  // namespace windlass::drift
