// P4: a collation or locale of the operating system that this machine does not have. It says nothing against
// the chain: minimal images and musl have hardly any, and a server built without ICU has no ICU collations.
#include <fmt/core.h>

#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "diagnose/server_error.h"

namespace windlass::diagnose {

namespace {

bool lower_letters(std::string_view text, size_t least, size_t most) {
  return text.size() >= least && text.size() <= most &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::islower(c) != 0; });
}

/// "en_US", "de_DE.utf8", "sr_RS@latin", "C.UTF-8": how the operating system spells a locale.
bool locale_of_the_system(std::string_view name) {
  if (name.starts_with("C.") || name == "POSIX") return true;
  const size_t line = name.find('_');
  if (line == std::string_view::npos || !lower_letters(name.substr(0, line), 2, 3)) return false;
  const std::string_view territory = name.substr(line + 1, name.find_first_of(".@", line) - line - 1);
  return territory.size() >= 2 && territory.size() <= 3 &&
         std::all_of(territory.begin(), territory.end(),
                     [](unsigned char c) { return std::isupper(c) != 0 || std::isdigit(c) != 0; });
}

bool locale_of_icu(std::string_view name) { return name.ends_with("-x-icu") || name == "unicode"; }

/// The name of the locale that the error is about; empty where it is about something else.
std::string locale_in(const record::Statement& statement) {
  const record::ServerMessage& error = *statement.error;
  const std::vector<std::string> names = quoted_names(error.message);
  if (names.empty()) return "";
  const std::string& name = names.front();
  if (error.sqlstate == "42704" && base::contains(error.message, "collation"))
    return locale_of_the_system(name) || locale_of_icu(name) ? name : "";
  // The statement gives the locale: CREATE COLLATION, CREATE DATABASE.
  const std::string text = base::to_lower(statement.text);
  const bool gives = base::contains(text, "locale") || base::contains(text, "lc_c");
  const bool refused = error.sqlstate == "22023" || error.sqlstate == "42809" || error.sqlstate == "0A000";
  return gives && refused && base::contains(error.message, "locale") ? name : "";
}

}  // namespace

void locale_missing(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures()) {
    const record::Statement& statement = *failure.statement;
    if (claimed(findings, statement)) continue;
    const std::string locale = locale_in(statement);
    if (locale.empty()) continue;
    const Name collation{"collation", "", "", locale};
    if (context.last_drop(collation, statement) ||
        context.planned_later(collation, statement.source.revision, statement.source.location.line))
      continue;
    Finding finding = finding_of(context, failure, "locale-missing");
    finding.incomplete = true;
    finding.object = catalog::Object{"collation", locale};
    finding.cause =
        fmt::format("{} needs the locale \"{}\", which comes from {} and is not there on the scratch server.",
                    sender(statement, finding.location), locale,
                    locale_of_icu(locale) ? "ICU, with which the server is built" : "the operating system");
    finding.evidence = {exhibit(statement, "failed", base::one_line(statement.error->detail))};
    finding.evidence.back().location = finding.location;
    if (locale_of_icu(locale)) {
      finding.fix.summary = "Run on a server that is built with ICU, as the one in production is.";
      finding.fix.steps = {
          "windlass check --postgres BINDIR, or windlass check --scratch-url postgresql://..."};
    } else {
      const std::string language = locale.substr(0, locale.find_first_of(".@"));
      finding.fix.summary =
          "Generate the locale on the machine that windlass runs on; PostgreSQL makes a collation "
          "of each locale that it finds when a data folder is made.";
      finding.fix.steps = {
          fmt::format("On Debian and Ubuntu: apt-get install locales, then localedef -i {} -f UTF-8 {}.UTF-8",
                      language, language),
          "Alpine's C library has no locales of that kind: run on an image that is not Alpine, or write an "
          "ICU "
          "collation (\"en-x-icu\"), which PostgreSQL brings along.",
          "Or use a server that has it:\nwindlass check --scratch-url postgresql://..."};
    }
    finding.fix.do_not =
        "Do not take COLLATE out of the chain to get past this: the order of rows, and of indexes, would be "
        "another.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
