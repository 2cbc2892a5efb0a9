#include "diagnose/source_scan.h"

#include <algorithm>
#include <initializer_list>

#include "base/text.h"
#include "diagnose/python_words.h"
#include "sql/split.h"
#include "sql/targets.h"
#include "sql/tokens.h"

namespace windlass::diagnose {

namespace {

struct EnumWritten {
  std::string schema, name;
  std::vector<std::string> labels;
};

class Scan {
 public:
  explicit Scan(std::string_view source) : words_(python_words(source)) {}

  std::vector<Declared> run() {
    for (size_t i = 0; i < words_.size(); ++i) {
      if (words_[i].kind == PythonWord::Kind::Name && at(i + 1).symbol('(')) call(i);
      if (words_[i].kind == PythonWord::Kind::String) sql(words_[i]);
    }
    return std::move(found_);
  }

  int end_of_call(int line) const {
    for (size_t i = 0; i < words_.size(); ++i)
      if (words_[i].line == line && words_[i].kind == PythonWord::Kind::Name && at(i + 1).symbol('('))
        return std::max(line, at(closing(i + 1)).line);
    return line;
  }

  std::string table_of_drop_index(int line) {
    for (size_t i = 0; i < words_.size(); ++i) {
      if (words_[i].kind != PythonWord::Kind::Name || !at(i + 1).symbol('(')) continue;
      if (words_[i].text == "batch_alter_table") call(i);
      if (words_[i].text != "drop_index" || words_[i].line > line || at(closing(i + 1)).line < line) continue;
      const auto arguments = positional(i + 1);
      const std::string table = keyword(i + 1, "table_name");
      if (!table.empty()) return table;
      if (arguments.size() > 1) return arguments[1];
      return i > 1 && words_[i - 2].text == "op" ? "" : batch_;
    }
    return "";
  }

 private:
  const PythonWord& at(size_t i) const {
    static const PythonWord none{PythonWord::Kind::Symbol, " ", 0};
    return i < words_.size() ? words_[i] : none;
  }

  /// The index of the bracket that closes the one at `open`.
  size_t closing(size_t open) const {
    int depth = 0;
    for (size_t i = open; i < words_.size(); ++i) {
      if (at(i).symbol('(') || at(i).symbol('[') || at(i).symbol('{')) ++depth;
      if ((at(i).symbol(')') || at(i).symbol(']') || at(i).symbol('}')) && --depth == 0) return i;
    }
    return words_.size();
  }

  /// The string literals that are arguments by position, and op.f("...") in their place.
  std::vector<std::string> positional(size_t open) const {
    std::vector<std::string> result;
    const size_t close = closing(open);
    int depth = 0;
    for (size_t i = open; i < close; ++i) {
      const bool is_f = at(i).kind == PythonWord::Kind::Name && at(i).text == "f" && at(i + 1).symbol('(');
      if (is_f) {
        ++i;
        if (at(i + 1).kind == PythonWord::Kind::String && depth == 1) result.push_back(at(i + 1).text);
        i = closing(i);
        continue;
      }
      if (at(i).symbol('(') || at(i).symbol('[')) ++depth;
      if (at(i).symbol(')') || at(i).symbol(']')) --depth;
      if (depth == 1 && at(i).kind == PythonWord::Kind::String && !at(i - 1).symbol('='))
        result.push_back(at(i).text);
      if (depth == 1 && at(i).text == "None") result.emplace_back();
    }
    return result;
  }

  std::string keyword(size_t open, std::string_view key) const {
    const size_t close = closing(open);
    int depth = 0;
    for (size_t i = open; i < close; ++i) {
      if (at(i).symbol('(')) ++depth;
      if (at(i).symbol(')')) --depth;
      if (depth == 1 && at(i).text == key && at(i + 1).symbol('=') &&
          at(i + 2).kind == PythonWord::Kind::String)
        return at(i + 2).text;
    }
    return "";
  }

  void add(std::string kind, std::string schema, std::string table, std::string name, int line,
           std::vector<std::string> labels = {}) {
    if (!name.empty())
      keep(
          {{std::move(kind), std::move(schema), std::move(table), std::move(name)}, line, std::move(labels)});
  }

  void keep(Declared declared) {
    const auto same = [&](const Taken& taken) {
      return kind_matches(declared.name.kind, taken.name.kind) && taken.name.name == declared.name.name &&
             (taken.name.table.empty() || declared.name.table.empty() ||
              taken.name.table == declared.name.table);
    };
    for (const Taken& taken : taken_)
      if (same(taken)) declared.replaces = taken.guarded ? Replaces::WhatMayBeThere : Replaces::WhatIsThere;
    found_.push_back(std::move(declared));
  }

  void take(std::string kind, std::string table, std::string name, bool guarded = false) {
    if (!name.empty()) taken_.push_back({{std::move(kind), "", std::move(table), std::move(name)}, guarded});
  }

  void columns(size_t open, const std::string& schema, const std::string& table) {
    const size_t close = closing(open);
    for (size_t i = open; i < close; ++i)
      if (at(i).text == "Column" && at(i + 1).symbol('(') && at(i + 2).kind == PythonWord::Kind::String)
        add("column", schema, table, at(i + 2).text, at(i).line);
  }

  void call(size_t i) {
    const std::string& name = words_[i].text;
    const int line = words_[i].line;
    const auto strings = [&] { return positional(i + 1); };
    if (name == "create_table") {
      const auto arguments = strings();
      if (arguments.empty()) return;
      const std::string schema = keyword(i + 1, "schema");
      add("table", schema, "", arguments[0], line);
      columns(i + 1, schema, arguments[0]);
    } else if (name == "batch_alter_table") {
      const auto arguments = strings();
      batch_ = arguments.empty() ? "" : arguments[0];
    } else if (name == "add_column") {
      const auto arguments = strings();
      columns(i + 1, keyword(i + 1, "schema"), arguments.empty() ? batch_ : arguments[0]);
    } else if (name == "create_index") {
      const auto arguments = strings();
      if (!arguments.empty()) add("index", keyword(i + 1, "schema"), "", arguments[0], line);
    } else if (name == "create_unique_constraint" || name == "create_foreign_key" ||
               name == "create_check_constraint" || name == "create_primary_key") {
      const auto arguments = strings();
      if (arguments.size() > 1) add("constraint", "", arguments[1], arguments[0], line);
    } else if (name == "rename_table") {
      const auto arguments = strings();
      if (!arguments.empty()) take("table", "", arguments[0]);
      if (arguments.size() > 1) add("table", keyword(i + 1, "schema"), "", arguments[1], line);
    } else if (name == "drop_table" || name == "drop_index") {
      const auto arguments = strings();
      if (!arguments.empty()) take(name == "drop_table" ? "table" : "index", "", arguments[0]);
    } else if (name == "drop_column" || name == "drop_constraint") {
      // Of a batch the table is known already.
      const auto arguments = strings();
      const bool of_batch = arguments.size() == 1 || (i > 1 && words_[i - 2].text != "op");
      const size_t which = name == "drop_column" && !of_batch ? 1 : 0;
      if (arguments.size() > which)
        take(name == "drop_column" ? "column" : "constraint",
             of_batch ? batch_ : arguments[arguments.size() > 1 ? 1 - which : 0], arguments[which]);
    } else if (name == "alter_column") {
      const auto arguments = strings();
      add("column", "", arguments.size() > 1 ? arguments[0] : batch_, keyword(i + 1, "new_column_name"),
          line);
    } else if (name == "Enum" || name == "ENUM") {
      enums_.push_back({keyword(i + 1, "schema"), keyword(i + 1, "name"), strings()});
      if (in_create_table(i))
        add("type", enums_.back().schema, "", enums_.back().name, line, enums_.back().labels);
    } else if (name == "create" && i > 1 && words_[i - 1].symbol('.')) {
      explicit_create(i, line);
    } else if (name == "drop" && i > 1 && words_[i - 1].symbol('.')) {
      for (const EnumWritten& each : enums_) take("type", "", each.name);
    }
  }

  // x.create(bind): of an enum made in this file. Which of several cannot be told without running: all of
  // them.
  void explicit_create(size_t, int line) {
    for (const EnumWritten& each : enums_) add("type", each.schema, "", each.name, line, each.labels);
  }

  bool in_create_table(size_t i) const {
    int depth = 0;
    for (size_t n = i; n > 0; --n) {
      if (at(n).symbol(')')) ++depth;
      if (at(n).symbol('(') && --depth < 0) {
        if (at(n - 1).text == "create_table") return true;
        depth = 0;
      }
    }
    return false;
  }

  void sql(const PythonWord& word) {
    const std::string head = base::to_lower(base::trim(word.text).substr(0, 6));
    if (!head.starts_with("create") && !head.starts_with("alter") && !head.starts_with("do") &&
        !head.starts_with("drop"))
      return;
    for (const sql::Target& target : sql::read_targets(word.text).targets) {
      Name name = name_of(target);
      if (target.action == sql::Action::Drop || target.action == sql::Action::Rename)
        take(name.kind, name.table, name.name, target.guarded);
      if (target.action == sql::Action::Rename) name.name = target.new_name;
      if (target.action != sql::Action::Create && target.action != sql::Action::Rename) continue;
      if (!name.empty()) keep({name, word.line, target.labels});
    }
  }

  struct Taken {
    Name name;
    bool guarded = false;
  };

  std::vector<PythonWord> words_;
  std::vector<Declared> found_;
  std::vector<Taken> taken_;
  std::vector<EnumWritten> enums_;
  std::string batch_;
};

bool starts_definition(std::string_view line, std::string_view name) {
  for (const std::string_view lead : {"def ", "async def "})
    if (line.starts_with(lead) && line.substr(lead.size()).starts_with(name)) {
      const std::string_view rest = line.substr(lead.size() + name.size());
      return !rest.empty() && !is_python_word(rest.front());
    }
  return false;
}

/// {from, to} in bytes of the top-level function `name`; empty range when there is none.
std::pair<size_t, size_t> function_range(std::string_view source, std::string_view name) {
  size_t from = std::string_view::npos;
  for (size_t at = 0; at < source.size();) {
    const size_t end = std::min(source.size(), source.find('\n', at));
    const std::string_view line = source.substr(at, end - at);
    if (from == std::string_view::npos) {
      if (starts_definition(line, name)) from = at;
    } else if (!line.empty() && line[0] != ' ' && line[0] != '\t' && line[0] != '\r' && line[0] != '#' &&
               line[0] != ')') {
      return {from, at};
    }
    at = end + 1;
  }
  return from == std::string_view::npos ? std::pair<size_t, size_t>{0, 0} : std::pair{from, source.size()};
}

}  // namespace

std::vector<Declared> declared_in(std::string_view source) {
  std::string kept(source);
  const auto [from, to] = function_range(source, "downgrade");
  for (size_t i = from; i < to; ++i)
    if (kept[i] != '\n') kept[i] = ' ';  // line numbers stay
  return Scan(kept).run();
}

std::vector<Declared> declared_in_sql(std::string_view script) {
  std::vector<Declared> found;
  int line = 1;
  size_t counted = 0;
  for (const sql::StatementSpan& span : sql::split(script)) {
    const std::string_view statement = span.in(script);
    const std::vector<sql::Token> first = sql::tokens(statement, 1);  // after the comments before it
    if (first.empty()) continue;
    const size_t start = span.start + first.front().offset;
    line += static_cast<int>(std::count(script.begin() + static_cast<std::ptrdiff_t>(counted),
                                        script.begin() + static_cast<std::ptrdiff_t>(start), '\n'));
    counted = start;
    for (const sql::Target& target : sql::read_targets(statement).targets)
      if (target.action == sql::Action::Create) found.push_back({name_of(target), line, target.labels});
  }
  return found;
}

std::string function_text(std::string_view source, std::string_view name) {
  const auto [from, to] = function_range(source, name);
  return std::string(source.substr(from, to - from));
}

std::string indexed_table(std::string_view source, int line) {
  return Scan(source).table_of_drop_index(line);
}

int end_of_call(std::string_view source, int line) { return Scan(source).end_of_call(line); }

int loop_around(std::string_view source, int line) {
  const std::vector<std::string> lines = base::split(source, '\n');
  if (line < 1 || static_cast<size_t>(line) > lines.size()) return 0;
  const auto starts = [](std::string_view text, std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return text.starts_with(word); });
  };
  size_t inner = std::string::npos;
  for (int at = line; at > 0; --at) {
    const std::string& whole = lines[static_cast<size_t>(at) - 1];
    const size_t indent = whole.find_first_not_of(" \t\r");
    if (indent == std::string::npos || whole[indent] == '#' || indent >= inner) continue;
    const std::string_view text = std::string_view(whole).substr(indent);
    if (starts(text, {"for ", "while ", "async for "})) return at;
    if (at == line && base::contains(text.substr(0, text.find('#')), " for ") && text.back() != ':')
      return at;
    if (starts(text, {"def ", "async def ", "class "})) return 0;
    inner = indent;
  }
  return 0;
}

}  // namespace windlass::diagnose
