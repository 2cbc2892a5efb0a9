#include "sql/object_secrets.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"
#include "sql/tokens.h"

namespace windlass::sql {

namespace {

enum class Hides { Nothing, AllOptions, SecretOptions, Connection };

struct Kind {
  std::string_view begins;
  Hides hides;
  size_t words;  // that `begins` has
};

constexpr std::array<Kind, 8> kKinds = {{{"CREATE USER MAPPING ", Hides::AllOptions, 3},
                                         {"ALTER USER MAPPING ", Hides::AllOptions, 3},
                                         {"CREATE SERVER ", Hides::SecretOptions, 2},
                                         {"ALTER SERVER ", Hides::SecretOptions, 2},
                                         {"CREATE FOREIGN DATA WRAPPER ", Hides::SecretOptions, 4},
                                         {"ALTER FOREIGN DATA WRAPPER ", Hides::SecretOptions, 4},
                                         {"CREATE SUBSCRIPTION ", Hides::Connection, 2},
                                         {"ALTER SUBSCRIPTION ", Hides::Connection, 2}}};

/// As others.sql and readers.cpp have it.
bool looks_secret(const std::string& option) {
  const std::string name = base::to_lower(option);
  for (const std::string_view part : {"password", "secret", "token", "key", "credential"})
    if (base::contains(name, part)) return true;
  return false;
}

bool says_yes_or_no(const std::string& value) {
  static constexpr std::array<std::string_view, 8> kWords = {"true", "false", "on", "off",
                                                             "yes",  "no",    "1",  "0"};
  return std::find(kWords.begin(), kWords.end(), base::to_lower(value)) != kWords.end();
}

bool is_hidden(Hides hides, const std::string& option, const std::string& value) {
  if (says_yes_or_no(value)) return false;
  return hides == Hides::SecretOptions ? looks_secret(option) : option != "user";
}

/// What the statement is about: its words up to what it says of that.
std::string about(const std::vector<Token>& all, size_t words) {
  static constexpr std::array<std::string_view, 9> kEnds = {
      "options", "connection", "type", "version", "foreign", "handler", "no", "validator", "owner"};
  std::string text;
  for (size_t i = 1; i < all.size() && all[i].name(); ++i) {
    const bool ends =
        std::any_of(kEnds.begin(), kEnds.end(), [&](std::string_view end) { return all[i].is(end); });
    if (i > words && ends) break;
    text += (text.empty() ? "" : " ") + all[i].text;
  }
  return text;
}

}  // namespace

WithoutSecrets without_secrets(std::string_view statement) {
  WithoutSecrets result{std::string(statement), {}};
  const auto kind = std::find_if(kKinds.begin(), kKinds.end(),
                                 [&](const Kind& each) { return statement.starts_with(each.begins); });
  if (kind == kKinds.end()) return result;
  const std::vector<Token> all = tokens(statement);
  std::string text;
  size_t copied = 0;
  bool inside = false;  // OPTIONS (
  for (size_t i = 1; i < all.size(); ++i) {
    inside = inside || (all[i].symbol('(') && all[i - 1].is("options"));
    if (all[i].kind != Token::Kind::String || !all[i - 1].name()) continue;
    const bool hidden = kind->hides == Hides::Connection
                            ? all[i - 1].is("connection")
                            : inside && is_hidden(kind->hides, all[i - 1].text, all[i].text);
    if (!hidden) continue;
    size_t end = i + 1 < all.size() ? all[i + 1].offset : statement.size();
    while (end > all[i].offset && base::trim(statement.substr(end - 1, 1)).empty()) --end;
    text += statement.substr(copied, all[i].offset - copied);
    text += kind->hides == Hides::Connection ? kHiddenConnection : kHiddenValue;
    copied = end;
  }
  if (copied == 0) return result;
  result.text = text + std::string(statement.substr(copied));
  result.about = about(all, kind->words);
  return result;
}

}  // namespace windlass::sql
