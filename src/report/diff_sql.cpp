#include "report/diff_sql.h"

#include <fmt/core.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/printable.h"
#include "base/text.h"
#include "report/json_parts.h"
#include "report/noted_text.h"
#include "run/by_hand.h"

namespace windlass::report {

namespace {

/// Every line of `given` behind "-- ", so that psql passes it over. A carriage return ends a comment, too.
std::string commented(std::string_view given) {
  std::string result;
  if (given.empty()) return result;
  const std::string lines =
      base::replace_all(base::replace_all(std::string(given), "\r\n", "\n"), "\r", "\n");
  std::string_view text = lines;
  while (text.ends_with('\n')) text.remove_suffix(1);
  for (const std::string_view line : base::split(text, '\n'))
    result += (line.empty() ? "--" : "-- " + std::string(line)) + "\n";
  return result;
}

std::string side_line(const char* which, const DiffSide& side) {
  std::string line = fmt::format("{}: {}", which, base::printable(side.name));
  if (!side.server.empty()) line += ", PostgreSQL " + side.server;
  return line + ", " + side.fingerprint + "\n";
}

/// What is to be known before it is run.
std::string warnings(const run::TakenStep& taken) {
  std::string text;
  for (const auto& [table, mode] : taken.locks) {
    if (mode == "ACCESS SHARE") continue;
    const bool rewritten = base::contains(taken.rewrites, table);
    text += fmt::format("locks {} in {}{}\n", table, mode, rewritten ? " and writes all its rows anew" : "");
  }
  if (taken.step.secret)
    text += fmt::format("sets what may be a secret, and is not read: put it in where {} stands\n",
                        run::kPlaceOfASecret);
  if (!taken.step.loses.empty()) text += "loses " + taken.step.loses + "\n";
  if (!taken.step.refused_by.empty()) text += "is refused by " + taken.step.refused_by + "\n";
  return commented(base::printable_lines(text));
}

std::string statements_of(const run::TakenStep& taken) {
  std::string text;
  for (const std::string& statement : run::shown(taken.step)) text += statement + ";\n";
  return text;
}

/// The steps with the transactions around them, as run::script_of() puts them.
std::string script(const std::vector<run::TakenStep>& steps) {
  std::string text;
  bool open = false;
  for (const run::TakenStep& each : steps) {
    if (each.step.apart == open) {
      text += open ? "\nCOMMIT;\n" : "\nBEGIN;\n";
      open = !open;
    }
    text += "\n" + warnings(each) + statements_of(each);
  }
  if (open) text += "\nCOMMIT;\n";
  return text;
}

std::string settings() {
  std::string text = "\n";
  for (const std::string& each : run::script_settings()) text += each + ";\n";
  return text;
}

/// The first of many, each behind `what`.
std::string listed(const char* what, const std::vector<std::string>& all) {
  std::string text;
  const size_t told = std::min(all.size(), kTold);
  for (size_t i = 0; i < told; ++i) text += fmt::format("{}: {}\n", what, base::printable(all[i]));
  if (told < all.size())
    text += fmt::format("... and {} more (--format json has them all)\n", all.size() - told);
  return text;
}

std::string verdict(const run::Turned& turned) {
  if (!turned.proven)
    return "NOT PROVEN, and therefore nothing but comments: " + base::printable(turned.because) + "\n" +
           listed("Still different", turned.still_different) + listed("Refused", turned.refused);
  const std::string role = turned.role.empty() ? "" : ", by " + base::printable(turned.role);
  return "Proven: run on a twin of A, which has no rows" + role + ", it makes B of it.\n";
}

}  // namespace

std::string diff_sql(const DiffReport& report, const run::Turned& turned, bool allow_data_loss) {
  std::string head = "Turns A into B (windlass diff --sql).\n" + side_line("A", report.a) +
                     side_line("B", report.b) + verdict(turned);
  for (const std::string& remark : turned.remarks) head += base::printable(remark) + "\n";
  head += listed("Left as it is, nothing but a new table has it otherwise", turned.left);
  for (const catalog::Noted& each : report.not_compared)
    head += fmt::format("Not compared: {}: {}\n", noted_object(each), base::printable(each.reason));
  const size_t asked = std::min(turned.maybe_renamed.size(), kTold);
  for (size_t i = 0; i < asked; ++i) {
    const run::Rename& each = turned.maybe_renamed[i];
    head += fmt::format(
        "Was {} renamed to {}? Then add --rename {}={}; as it is, one goes and the other is made.\n",
        base::printable(to_string(each.from)), base::printable(each.to.name), base::printable(each.from.name),
        base::printable(each.to.name));
  }
  if (asked < turned.maybe_renamed.size())
    head += fmt::format("... and {} more such questions (--format json has them all)\n",
                        turned.maybe_renamed.size() - asked);
  std::string text = commented(head);
  if (!turned.by_hand.empty()) {
    std::string by_hand = fmt::format(
        "\nBy hand, since a copy of a database has no subscriptions to try it on; {} stands for what is not "
        "read:\n",
        run::kPlaceOfASecret);
    for (const std::string& each : turned.by_hand) by_hand += each + ";\n";
    text += commented(by_hand);
  }
  if (turned.keeping.empty() && turned.losing.empty())
    return text + (turned.proven ? "--\n-- There is nothing to do.\n" : "");
  std::string keeping = settings() + script(turned.keeping);
  std::string losing = turned.losing.empty() ? "" : script(turned.losing);
  if (!turned.proven)
    return text + commented(keeping) +
           (losing.empty() ? "" : "--\n-- From here on data is lost.\n" + commented(losing));
  if (turned.keeping.empty() && !allow_data_loss) keeping.clear();
  text += keeping;
  if (losing.empty()) return text;
  if (allow_data_loss) return text + "\n-- From here on data is lost.\n" + losing;
  return text +
         "\n-- Left out, because data is lost by it (--allow-data-loss writes it). Without it A does not "
         "become B.\n" +
         commented(losing);
}

}  // namespace windlass::report
