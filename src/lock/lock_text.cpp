// A user of toml++, which is slow to compile.
#include "lock/lock_text.h"

#include <fmt/core.h>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <algorithm>
#include <cctype>

#include "base/digest.h"
#include "base/text.h"
#include "base/toml_text.h"

namespace windlass::lock {

namespace {

constexpr int64_t kFormat = 1;
constexpr std::string_view kSignature = "\n[signature]\n";
constexpr std::string_view kHint =
    "Take the version from before out of git, or let `windlass prove` write it anew.";

/// A basic string of TOML (https://toml.io/en/v1.0.0#string).
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      out += {'\\', c};
    else if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (byte < 0x20 || byte == 0x7f)
      out += fmt::format("\\u{:04X}", byte);
    else
      out += c;
  }
  return out + '"';
}

/// A bare key where it can be one.
std::string key_text(const std::string& key) {
  const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-';
  });
  return bare ? key : quoted(key);
}

std::string list(const std::vector<std::string>& texts) {
  std::vector<std::string> words;
  for (const std::string& text : texts) words.push_back(quoted(text));
  return "[" + base::join(words, ", ") + "]";
}

void add_table(std::string& text, std::string_view name, const std::map<std::string, std::string>& table) {
  text += fmt::format("\n[{}]\n", name);
  for (const auto& [key, value] : table) text += fmt::format("{} = {}\n", key_text(key), quoted(value));
}

std::string body(const Lock& lock) {
  std::string text;
  add_table(text, "scenarios", lock.scenarios);
  add_table(text, "inputs", lock.inputs);
  for (const LockedRevision& revision : lock.revisions) {
    text +=
        fmt::format("\n[[revision]]\nid = {}\nparents = {}\n", quoted(revision.id), list(revision.parents));
    if (!revision.depends_on.empty()) text += fmt::format("depends_on = {}\n", list(revision.depends_on));
    text += fmt::format("file = {}\ndigest = {}\ncatalog = {}\nstatements = [", quoted(revision.file),
                        quoted(revision.digest), quoted(revision.catalog));
    for (const std::string& statement : revision.statements)
      text += fmt::format("\n  {},", quoted(statement));
    text += revision.statements.empty() ? "]\n" : "\n]\n";
  }
  return text;
}

base::Error wrong(const std::string& file, std::string got) {
  return {"read the lock", file, std::move(got), std::string(kHint), base::Exit::Usage};
}

/// Reads values out of a table; remembers the first that is not there or of another type.
class Reader {
 public:
  explicit Reader(std::string& missing) : missing_(missing) {}

  std::string text(const toml::table& table, std::string_view key) {
    if (const auto value = table[key].value<std::string>()) return *value;
    if (missing_.empty()) missing_ = key;
    return {};
  }
  std::vector<std::string> texts(const toml::table& table, std::string_view key) {
    std::vector<std::string> all;
    const toml::array* array = table[key].as_array();
    if (array == nullptr && missing_.empty()) missing_ = key;
    if (array == nullptr) return all;
    for (const toml::node& node : *array) {
      if (const auto value = node.value<std::string>())
        all.push_back(*value);
      else if (missing_.empty())
        missing_ = key;
    }
    return all;
  }
  std::map<std::string, std::string> table(const toml::table& root, std::string_view key) {
    std::map<std::string, std::string> all;
    const toml::table* table = root[key].as_table();
    if (table == nullptr && missing_.empty()) missing_ = key;
    if (table == nullptr) return all;
    for (const auto& [name, node] : *table) {
      if (const auto value = node.value<std::string>())
        all[std::string(name.str())] = *value;
      else if (missing_.empty())
        missing_ = key;
    }
    return all;
  }

 private:
  std::string& missing_;
};

}  // namespace

std::string to_text(const Lock& lock) {
  const std::string proven = body(lock);
  const ProvenWith& with = lock.with;
  std::string text =
      "# What `windlass prove` has proven of this chain. Commit it; it is written anew, not edited.\n";
  text += fmt::format("format = {}\nproven = {}\nchain = {}\ndigest = {}\n", kFormat, quoted(with.date),
                      quoted(chain_digest(lock)), quoted(base::sha256(proven)));
  text += fmt::format(
      "\n[with]\nwindlass = {}\npython = {}\nalembic = {}\nsqlalchemy = {}\ndriver = {}\npostgresql = {}\n",
      quoted(with.windlass), quoted(with.python), quoted(with.alembic), quoted(with.sqlalchemy),
      quoted(with.driver), quoted(with.server));
  return text + proven;
}

base::Result<Lock> parse(std::string_view text, const std::string& file) {
  const std::string_view unsigned_text = part_signature(text).text;
  const auto no_toml = [&](int line, std::string_view why) {
    const bool merge = base::contains(text, "\n<<<<<<< ") || base::contains(text, "\n>>>>>>> ");
    return base::fail(wrong(fmt::format("{}:{}", file, line), merge ? "a merge of it was not resolved"
                                                                    : fmt::format("it is no TOML: {}", why)));
  };
  if (const int line = base::line_of_bad_toml_header(text); line > 0)
    return no_toml(line, "a table's header is none");
  const toml::parse_result parsed = toml::parse(text, file);
  if (!parsed)
    return no_toml(static_cast<int>(parsed.error().source().begin.line), parsed.error().description());
  const toml::table& root = parsed.table();
  const int64_t format = root["format"].value_or<int64_t>(0);
  if (format > kFormat) {
    base::Error error =
        wrong(file, fmt::format("it is of format {}, and this windlass knows {}", format, kFormat));
    error.hint = "It was written by a newer windlass: take that one.";
    return base::fail(std::move(error));
  }
  if (format < 1) return base::fail(wrong(file, "it does not say its format"));

  std::string missing;
  Reader read(missing);
  Lock lock;
  lock.with.date = read.text(root, "proven");
  const std::string chain = read.text(root, "chain"), digest = read.text(root, "digest");
  const std::map<std::string, std::string> with = read.table(root, "with");
  const auto version = [&](const char* name) {
    const auto found = with.find(name);
    return found == with.end() ? std::string() : found->second;
  };
  lock.with.windlass = version("windlass");
  lock.with.python = version("python");
  lock.with.alembic = version("alembic");
  lock.with.sqlalchemy = version("sqlalchemy");
  lock.with.driver = version("driver");
  lock.with.server = version("postgresql");
  lock.scenarios = read.table(root, "scenarios");
  lock.inputs = read.table(root, "inputs");
  if (const toml::array* revisions = root["revision"].as_array())
    for (const toml::node& node : *revisions) {
      const toml::table* table = node.as_table();
      if (table == nullptr) return base::fail(wrong(file, "a revision of it is no table"));
      LockedRevision revision;
      revision.id = read.text(*table, "id");
      revision.parents = read.texts(*table, "parents");
      if (table->contains("depends_on")) revision.depends_on = read.texts(*table, "depends_on");
      revision.file = read.text(*table, "file");
      revision.digest = read.text(*table, "digest");
      revision.catalog = read.text(*table, "catalog");
      revision.statements = read.texts(*table, "statements");
      lock.revisions.push_back(std::move(revision));
    }
  if (!missing.empty())
    return base::fail(wrong(file, fmt::format("\"{}\" is missing, or is not what it is to be", missing)));
  // What is not written as to_text() writes it was written by somebody else.
  const size_t begin = unsigned_text.find("\n[scenarios]\n");
  if (begin == std::string_view::npos || base::sha256(unsigned_text.substr(begin)) != digest ||
      body(lock) != unsigned_text.substr(begin) || chain_digest(lock) != chain)
    return base::fail(
        wrong(file, "it is not as windlass wrote it: it was cut short, edited or merged badly"));
  return lock;
}

bool same_proof(const Lock& a, const Lock& b) { return body(a) == body(b); }

Signed part_signature(std::string_view text) {
  const size_t begin = text.rfind(kSignature);
  if (begin == std::string_view::npos) return {text, {}, {}};
  Signed parted{text.substr(0, begin), {}, {}};
  for (const std::string& line : base::split(std::string(text.substr(begin + kSignature.size())), '\n')) {
    const auto value_of = [&](std::string_view key) -> std::string {
      const std::string head = fmt::format("{} = \"", key);
      return line.starts_with(head) && line.ends_with('"') && line.size() > head.size()
                 ? line.substr(head.size(), line.size() - head.size() - 1)
                 : std::string();
    };
    if (std::string key = value_of("key"); !key.empty()) parted.key = std::move(key);
    if (std::string value = value_of("value"); !value.empty()) parted.value = std::move(value);
  }
  return parted;
}

std::string with_signature(std::string_view text, const std::string& key, const std::string& value) {
  return fmt::format("{}{}key = {}\nvalue = {}\n", text, kSignature, quoted(key), quoted(value));
}

}  // namespace windlass::lock
