#include "diagnose/definition_differences.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "diagnose/cases/definition_words.h"
#include "diagnose/name.h"

namespace windlass::diagnose {

namespace {

using nlohmann::json;
using About = Difference::About;

constexpr size_t kLongest = 160;  // of a value in a sentence

json parsed(const Defined& defined) {
  json definition = json::parse(defined.definition, nullptr, false);
  return definition.is_object() ? definition : json::object();
}

std::string text(const json& definition, const char* key) {
  const auto found = definition.find(key);
  return found != definition.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool flag(const json& definition, const char* key) {
  const auto found = definition.find(key);
  return found != definition.end() && found->is_boolean() && found->get<bool>();
}

std::string spelt(const json& value) {
  if (value.is_null()) return "none";
  const std::string words = value.is_string() ? value.get<std::string>() : value.dump();
  return base::shorten(base::one_line(words), kLongest);
}

std::string or_none(const std::string& words) {
  return words.empty() ? "none" : base::shorten(base::one_line(words), kLongest);
}

/// Two long texts from where they part, with a few words before that.
std::pair<std::string, std::string> from_where_they_part(const std::string& a, const std::string& b) {
  constexpr size_t kShort = 60, kBefore = 24;
  size_t at = 0;
  while (at < a.size() && at < b.size() && a[at] == b[at]) ++at;
  if (std::max(a.size(), b.size()) <= kShort || at <= kBefore) return {a, b};
  const size_t blank = a.rfind(' ', at - kBefore);
  if (blank == std::string::npos) return {a, b};
  return {"… " + a.substr(blank + 1), "… " + b.substr(blank + 1)};
}

/// What is compared of one object: one difference, however many of its properties differ.
class Differing {
 public:
  Differing(catalog::Object part, std::string head) : part_(std::move(part)), head_(std::move(head)) {}

  void say(const std::string& what, const std::string& there, const std::string& wanted) {
    if (there_.empty()) first_what_ = what;
    wanted_.push_back((there_.empty() ? "" : what) + wanted);
    there_.push_back(what + there);
  }
  void compare(const std::string& what, const std::string& there, const std::string& wanted) {
    if (there == wanted) return;
    const auto [one, other] = from_where_they_part(base::one_line(there), base::one_line(wanted));
    say(what, or_none(one), or_none(other));
  }
  std::vector<Difference> take() const {
    if (there_.empty()) return {};
    if (there_.size() == 1)
      return {{About::Whole, part_,
               fmt::format("{}{} there, {} wanted", head_, there_.front(), wanted_.front())}};
    return {{About::Whole, part_,
             fmt::format("{}({}) there, ({}{}) wanted", head_, base::join(there_, ", "), first_what_,
                         base::join(wanted_, ", "))}};
  }

 private:
  catalog::Object part_;
  std::string head_;
  std::string first_what_;  // what the first property is called, which one alone need not repeat
  std::vector<std::string> there_, wanted_;
};

std::string last_name(const catalog::Object& part) { return part.name.substr(parent_of(part).size() + 1); }

/// Where a value comes from that nobody gives. Which sequence a serial column draws on has the server named.
std::string value_of(const json& column) {
  if (const std::string generated = text(column, "generated"); !generated.empty())
    return base::one_line("generated as " + generated + " " + text(column, "generated_kind"));
  if (const std::string identity = text(column, "identity"); !identity.empty()) return "identity " + identity;
  const std::string given = text(column, "default");
  if (given.starts_with("nextval(")) return "a sequence";
  return given.empty() ? "" : default_meaning(given);
}

std::string default_words(const std::string& value) {
  return value.empty() ? "no default"
         : value == "a sequence" || value.starts_with("identity ") || value.starts_with("generated as ")
             ? or_none(value)
             : "default " + or_none(value);
}

std::vector<Difference> column_differences(const Defined& there, const Defined& wanted) {
  const json has = parsed(there), wants = parsed(wanted);
  Differing differing(there.object, fmt::format("column \"{}\": ", last_name(there.object)));
  differing.compare("", text(has, "type"), text(wants, "type"));
  if (flag(has, "not_null") != flag(wants, "not_null"))
    differing.say("", flag(has, "not_null") ? "NOT NULL" : "nullable",
                  flag(wants, "not_null") ? "NOT NULL" : "nullable");
  if (value_of(has) != value_of(wants))
    differing.say("", default_words(value_of(has)), default_words(value_of(wants)));
  differing.compare("collation ", text(has, "collation"), text(wants, "collation"));
  return differing.take();
}

/// The checks of a domain, whatever their names.
std::vector<std::string> checks_of(const json& domain) {
  std::vector<std::string> checks;
  const auto found = domain.find("checks");
  if (found != domain.end() && found->is_object())
    for (const json& check : *found)
      if (check.is_string()) checks.push_back(check.get<std::string>());
  std::sort(checks.begin(), checks.end());
  return checks;
}

std::vector<std::string> labels_of(const json& type) {
  std::vector<std::string> labels;
  const auto found = type.find("labels");
  if (found != type.end() && found->is_array())
    for (const json& label : *found)
      if (label.is_string()) labels.push_back(label.get<std::string>());
  return labels;
}

/// Labels that one of the two lacks, each by itself; or the order.
std::vector<Difference> label_differences(const Defined& there, const json& has, const json& wants) {
  const std::vector<std::string> one = labels_of(has), other = labels_of(wants);
  std::vector<Difference> found;
  for (const std::string& label : other)
    if (!base::contains(one, label))
      found.push_back(
          {About::Missing, {"label", label}, fmt::format("label \"{}\" is wanted and not there", label)});
  for (const std::string& label : one)
    if (!base::contains(other, label))
      found.push_back(
          {About::Extra, {"label", label}, fmt::format("label \"{}\" is there and not wanted", label)});
  if (found.empty() && one != other)
    found.push_back({About::Whole, there.object,
                     fmt::format("the order of the labels: {} there, {} wanted",
                                 base::shorten(base::join(one, ", "), kLongest),
                                 base::shorten(base::join(other, ", "), kLongest))});
  return found;
}

/// "a integer, b text".
std::string attributes_of(const json& composite) {
  std::vector<std::string> attributes;
  const auto found = composite.find("attributes");
  if (found != composite.end() && found->is_array())
    for (const json& each : *found)
      if (each.is_array() && each.size() == 2 && each[0].is_string() && each[1].is_string())
        attributes.push_back(each[0].get<std::string>() + " " + each[1].get<std::string>());
  return base::join(attributes, ", ");
}

std::vector<Difference> type_differences(const Defined& there, const Defined& wanted) {
  const json has = parsed(there), wants = parsed(wanted);
  Differing differing(there.object, "");
  if (text(has, "is") != text(wants, "is")) {
    differing.compare("the kind of type: ", text(has, "is"), text(wants, "is"));
    return differing.take();
  }
  if (text(has, "is") == "enum") return label_differences(there, has, wants);
  differing.compare("it is based on ", text(has, "of"), text(wants, "of"));
  if (flag(has, "not_null") != flag(wants, "not_null"))
    differing.say("", flag(has, "not_null") ? "NOT NULL" : "nullable",
                  flag(wants, "not_null") ? "NOT NULL" : "nullable");
  differing.compare("default ", default_meaning(text(has, "default")),
                    default_meaning(text(wants, "default")));
  differing.compare("collation ", text(has, "collation"), text(wants, "collation"));
  differing.compare("checks: ", base::join(checks_of(has), ", "), base::join(checks_of(wants), ", "));
  differing.compare("attributes ", attributes_of(has), attributes_of(wants));
  for (const char* key : {"range", "base"}) {
    const json one = has.value(key, json()), other = wants.value(key, json());
    if (one != other) differing.say(fmt::format("{} ", key), spelt(one), spelt(other));
  }
  return differing.take();
}

std::string definition_text(const json& definition) {
  std::string words = base::one_line(definition.get<std::string>());
  if (words.ends_with(';')) words.pop_back();
  return words;
}

/// Every property that somebody wrote.
std::vector<Difference> property_differences(const Defined& there, const Defined& wanted) {
  const json has = parsed(there), wants = parsed(wanted);
  Differing differing(there.object, "");
  for (const auto& [key, value] : wants.items()) {
    if (key == "owner" || key == "enabled") continue;
    const json other = has.value(key, json());
    if (other == value) continue;
    if (value.is_object() && other.is_object()) {
      for (const auto& [inner, wanted_value] : value.items())
        if (other.value(inner, json()) != wanted_value)
          differing.say(base::replace_all(inner, "_", " ") + " ", spelt(other.value(inner, json())),
                        spelt(wanted_value));
      continue;
    }
    if (key == "definition" && value.is_string() && other.is_string())
      differing.compare("", definition_text(other), definition_text(value));
    else
      differing.say(base::replace_all(key, "_", " ") + " ", spelt(other), spelt(value));
  }
  // A policy without USING or WITH CHECK is another one.
  for (const char* key : {"using", "check"})
    if (has.contains(key) && !wants.contains(key))
      differing.say(std::string(key) + " ", spelt(has[key]), "none");
  return differing.take();
}

std::vector<Difference> key_difference(const Defined& there, const Defined& wanted, const char* key,
                                       const char* what) {
  Differing differing(there.object, "");
  differing.compare(what, text(parsed(there), key), text(parsed(wanted), key));
  return differing.take();
}

bool not_valid(const Defined& constraint) {
  const json definition = parsed(constraint);
  return definition.contains("valid") && !flag(definition, "valid");
}

std::string meaning_of(const Defined& constraint) {
  return constraint_meaning(text(parsed(constraint), "definition"));
}

}  // namespace

std::vector<Difference> table_differences(const Defined& there, const std::vector<Defined>& columns_there,
                                          const Defined& wanted, const std::vector<Defined>& columns_wanted) {
  const json has = parsed(there), wants = parsed(wanted);
  Differing differing(there.object, "");
  differing.compare("persistence: ", text(has, "persistence"), text(wants, "persistence"));
  differing.compare("partitioned by ", text(has, "partitioned_by"), text(wants, "partitioned_by"));
  differing.compare("partition ", text(has, "partition"), text(wants, "partition"));
  std::vector<Difference> found = differing.take();
  const auto named = [](const std::vector<Defined>& columns, const Defined& wanted_name) {
    return std::find_if(columns.begin(), columns.end(), [&](const Defined& each) {
      return last_name(each.object) == last_name(wanted_name.object);
    });
  };
  for (const Defined& column : columns_wanted) {
    const auto same = named(columns_there, column);
    if (same == columns_there.end()) {
      found.push_back({About::Missing, column.object,
                       fmt::format("column \"{}\" ({}) is wanted and not there", last_name(column.object),
                                   text(parsed(column), "type"))});
      continue;
    }
    for (Difference& each : column_differences(*same, column)) found.push_back(std::move(each));
  }
  for (const Defined& column : columns_there)
    if (named(columns_wanted, column) == columns_wanted.end())
      found.push_back({About::Extra, column.object,
                       fmt::format("column \"{}\" ({}) is there and not wanted", last_name(column.object),
                                   text(parsed(column), "type"))});
  return found;
}

std::vector<Difference> constraint_differences(const std::vector<Defined>& there,
                                               const std::vector<Defined>& extra,
                                               const std::vector<Defined>& wanted) {
  std::vector<Difference> found;
  const auto like = [](const std::vector<Defined>& list, const Defined& one) {
    return std::any_of(list.begin(), list.end(),
                       [&](const Defined& each) { return meaning_of(each) == meaning_of(one); });
  };
  const auto told = [&](About about, const Defined& constraint, const char* how) {
    found.push_back({about, constraint.object,
                     fmt::format("constraint \"{}\" ({}) is {}", last_name(constraint.object),
                                 or_none(text(parsed(constraint), "definition")), how)});
  };
  const auto of_one_name = [](const std::vector<Defined>& list, const Defined& one) {
    return std::find_if(list.begin(), list.end(),
                        [&](const Defined& each) { return last_name(each.object) == last_name(one.object); });
  };
  for (const Defined& constraint : wanted) {
    if (like(there, constraint)) continue;
    const auto other = of_one_name(there, constraint);
    if (other == there.end()) {
      told(About::Missing, constraint, "wanted and not there");
      continue;
    }
    Differing differing(other->object, fmt::format("constraint \"{}\": ", last_name(other->object)));
    differing.compare("", text(parsed(*other), "definition"), text(parsed(constraint), "definition"));
    for (Difference& each : differing.take()) found.push_back(std::move(each));
  }
  for (const Defined& constraint : extra)
    if (!like(wanted, constraint) && of_one_name(wanted, constraint) == wanted.end())
      told(About::Extra, constraint, "there and not wanted");
  return found;
}

std::vector<Difference> own_differences(const Defined& there, const Defined& wanted) {
  const std::string& kind = wanted.object.kind;
  if (kind == "column") return column_differences(there, wanted);
  if (kind == "type") return type_differences(there, wanted);
  if (kind == "schema") return key_difference(there, wanted, "owner", "owner ");
  if (kind == "index") {
    Differing differing(there.object, "");
    differing.compare("", index_meaning(text(parsed(there), "definition")),
                      index_meaning(text(parsed(wanted), "definition")));
    return differing.take();
  }
  if (kind == "constraint") {
    Differing differing(there.object, "");
    if (meaning_of(there) != meaning_of(wanted))
      differing.compare("", text(parsed(there), "definition"), text(parsed(wanted), "definition"));
    else if (not_valid(there) != not_valid(wanted))
      differing.say("", not_valid(there) ? "NOT VALID" : "valid", not_valid(wanted) ? "NOT VALID" : "valid");
    return differing.take();
  }
  if (kind == "view" || kind == "materialized view" || kind == "function" || kind == "procedure" ||
      kind == "aggregate" || kind == "trigger" || kind == "policy" || kind == "rule" || kind == "sequence" ||
      kind == "extension")
    return property_differences(there, wanted);
  return {};
}

}  // namespace windlass::diagnose
