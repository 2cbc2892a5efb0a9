#include "lock/lock_text.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

#include "base/digest.h"
#include "base/text.h"

namespace windlass::lock {

namespace {

constexpr std::string_view kFormat = "1";
constexpr std::string_view kSignature = "\n[signature]\n";
constexpr std::string_view kHint =
    "Take the version from before out of git, or let `windlass prove` write it anew.";

/// A basic string of TOML (https://toml.io/en/v1.0.0#string).
std::string in_quotes(std::string_view text) {
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
  return bare ? key : in_quotes(key);
}

std::string list(const std::vector<std::string>& texts) {
  std::vector<std::string> words;
  for (const std::string& text : texts) words.push_back(in_quotes(text));
  return "[" + base::join(words, ", ") + "]";
}

void add_table(std::string& text, std::string_view name, const std::map<std::string, std::string>& table) {
  text += fmt::format("\n[{}]\n", name);
  for (const auto& [key, value] : table) text += fmt::format("{} = {}\n", key_text(key), in_quotes(value));
}

std::string body(const Lock& lock) {
  std::string text;
  add_table(text, "scenarios", lock.scenarios);
  add_table(text, "inputs", lock.inputs);
  for (const LockedRevision& revision : lock.revisions) {
    text += fmt::format("\n[[revision]]\nid = {}\nparents = {}\n", in_quotes(revision.id),
                        list(revision.parents));
    if (!revision.depends_on.empty()) text += fmt::format("depends_on = {}\n", list(revision.depends_on));
    text += fmt::format("file = {}\ndigest = {}\ncatalog = {}\nstatements = [", in_quotes(revision.file),
                        in_quotes(revision.digest), in_quotes(revision.catalog));
    for (const std::string& statement : revision.statements)
      text += fmt::format("\n  {},", in_quotes(statement));
    text += revision.statements.empty() ? "]\n" : "\n]\n";
  }
  return text;
}

base::Error wrong(const std::string& file, std::string got) {
  return {"read the lock", file, std::move(got), std::string(kHint), base::Exit::Usage};
}

/// A value as in_quotes() writes it, taken off the front of `text`; nothing where there is none.
std::optional<std::string> take_string(std::string_view& text) {
  if (!text.starts_with('"')) return std::nullopt;
  std::string value;
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return value;
    }
    if (text[i] != '\\') {
      value += text[i];
      continue;
    }
    if (++i == text.size()) return std::nullopt;
    if (text[i] == 'n') {
      value += '\n';
    } else if (text[i] == 't') {
      value += '\t';
    } else if (text[i] == '"' || text[i] == '\\') {
      value += text[i];
    } else if (text[i] == 'u' && i + 4 < text.size()) {
      unsigned code = 0;
      const char* const end = text.data() + i + 5;
      if (std::from_chars(text.data() + i + 1, end, code, 16).ptr != end || code > 0x7f) return std::nullopt;
      value += static_cast<char>(code);
      i += 4;
    } else {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

/// A list as list() writes it, and nothing behind it.
std::optional<std::vector<std::string>> strings_in(std::string_view text) {
  std::vector<std::string> all;
  if (!text.starts_with('[')) return std::nullopt;
  text.remove_prefix(1);
  while (text != "]") {
    if (!all.empty()) {
      if (!text.starts_with(", ")) return std::nullopt;
      text.remove_prefix(2);
    }
    auto value = take_string(text);
    if (!value) return std::nullopt;
    all.push_back(std::move(*value));
  }
  return all;
}

std::optional<std::string> string_in(std::string_view text) {
  auto value = take_string(text);
  return value && text.empty() ? value : std::nullopt;
}

/// A line "key = value".
struct Pair {
  std::string key;
  std::string_view value;
};
std::optional<Pair> pair_in(std::string_view line) {
  Pair pair;
  if (auto key = take_string(line)) {
    pair.key = std::move(*key);
  } else {
    const size_t end = std::min(line.find(' '), line.size());
    pair.key = line.substr(0, end);
    line.remove_prefix(end);
  }
  if (pair.key.empty() || !line.starts_with(" = ")) return std::nullopt;
  pair.value = line.substr(3);
  return pair;
}

/// Reads what to_text() writes, and nothing else: a TOML that says the same in another way is somebody
/// else's. Not a library's, for bytes from outside: toml++ 3.3 runs into undefined behaviour on some.
class Reader {
 public:
  explicit Reader(std::string_view text) : lines_(base::split(std::string(text), '\n')) {}

  /// Whether every line was understood. `line()` is the one that was not.
  bool read() {
    for (number_ = 0; number_ < lines_.size(); ++number_)
      if (!take(lines_[number_])) return false;
    return !in_statements_;
  }
  size_t line() const { return number_ + 1; }

  std::map<std::string, std::string> head, with;
  Lock lock;

 private:
  bool take(const std::string& line) {
    if (in_statements_) return take_statement(line);
    if (line.empty() || line.starts_with('#')) return true;
    if (line.starts_with('[')) return take_header(line);
    const auto pair = pair_in(line);
    if (!pair) return false;
    if (into_ == nullptr) return take_of_revision(*pair);
    // The format is a number, the only one.
    const auto text = pair->key == "format" && into_ == &head ? std::optional(std::string(pair->value))
                                                              : string_in(pair->value);
    return text && into_->emplace(pair->key, *text).second;
  }

  bool take_header(const std::string& line) {
    if (line == "[with]") return into_ = &with, true;
    if (line == "[scenarios]") return into_ = &lock.scenarios, true;
    if (line == "[inputs]") return into_ = &lock.inputs, true;
    if (line != "[[revision]]") return false;
    into_ = nullptr;
    lock.revisions.emplace_back();
    return true;
  }

  bool take_of_revision(const Pair& pair) {
    LockedRevision& revision = lock.revisions.back();
    if (pair.key == "parents" || pair.key == "depends_on") {
      auto all = strings_in(pair.value);
      if (!all) return false;
      (pair.key == "parents" ? revision.parents : revision.depends_on) = std::move(*all);
      return true;
    }
    if (pair.key == "statements") {
      in_statements_ = pair.value == "[";
      return in_statements_ || pair.value == "[]";
    }
    std::string* const into = pair.key == "id"        ? &revision.id
                              : pair.key == "file"    ? &revision.file
                              : pair.key == "digest"  ? &revision.digest
                              : pair.key == "catalog" ? &revision.catalog
                                                      : nullptr;
    const auto value = string_in(pair.value);
    if (into == nullptr || !value) return false;
    *into = *value;
    return true;
  }

  bool take_statement(std::string_view line) {
    if (line == "]") {
      in_statements_ = false;
      return true;
    }
    if (!line.starts_with("  ") || !line.ends_with(',')) return false;
    auto value = string_in(line.substr(2, line.size() - 3));
    if (!value) return false;
    lock.revisions.back().statements.push_back(std::move(*value));
    return true;
  }

  std::vector<std::string> lines_;
  size_t number_ = 0;
  std::map<std::string, std::string>* into_ = &head;  // nullptr: the last revision
  bool in_statements_ = false;
};

}  // namespace

std::string to_text(const Lock& lock) {
  const std::string proven = body(lock);
  const ProvenWith& with = lock.with;
  std::string text =
      "# What `windlass prove` has proven of this chain. Commit it; it is written anew, not edited.\n";
  text += fmt::format("format = {}\nproven = {}\n", kFormat, in_quotes(with.date));
  if (!with.since.empty()) text += fmt::format("since = {}\n", in_quotes(with.since));
  text += fmt::format("chain = {}\ndigest = {}\n", in_quotes(chain_digest(lock)),
                      in_quotes(base::sha256(proven)));
  text += fmt::format(
      "\n[with]\nwindlass = {}\npython = {}\nalembic = {}\nsqlalchemy = {}\ndriver = {}\npostgresql = {}\n",
      in_quotes(with.windlass), in_quotes(with.python), in_quotes(with.alembic), in_quotes(with.sqlalchemy),
      in_quotes(with.driver), in_quotes(with.server));
  return text + proven;
}

base::Result<Lock> parse(std::string_view text, const std::string& file) {
  const std::string_view unsigned_text = part_signature(text).text;
  Reader reader(unsigned_text);
  const bool understood = reader.read();
  if (!understood && (base::contains(text, "\n<<<<<<< ") || base::contains(text, "\n>>>>>>> ")))
    return base::fail(wrong(file, "a merge of it was not resolved"));
  if (const auto format = reader.head.find("format");
      format != reader.head.end() && format->second != kFormat) {
    base::Error error =
        wrong(file, fmt::format("it is of format {}, and this windlass knows {}", format->second, kFormat));
    error.hint = "It was written by a newer windlass: take that one.";
    return base::fail(std::move(error));
  }
  if (!understood)
    return base::fail(wrong(fmt::format("{}:{}", file, reader.line()),
                            fmt::format("line {} is not as windlass writes it", reader.line())));
  Lock& lock = reader.lock;
  lock.with = {reader.with["windlass"],   reader.with["python"], reader.with["alembic"],
               reader.with["sqlalchemy"], reader.with["driver"], reader.with["postgresql"],
               reader.head["proven"],     reader.head["since"]};
  // What is not written as to_text() writes it was written by somebody else.
  const size_t begin = std::min(unsigned_text.find("\n[scenarios]\n"), unsigned_text.size());
  const std::string_view proven = unsigned_text.substr(begin);
  if (base::sha256(proven) != reader.head["digest"] || body(lock) != proven ||
      chain_digest(lock) != reader.head["chain"])
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
  return fmt::format("{}{}key = {}\nvalue = {}\n", text, kSignature, in_quotes(key), in_quotes(value));
}

}  // namespace windlass::lock
