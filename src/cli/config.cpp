// The only user of toml++: it is slow to compile.
#include "cli/config.h"

#include <fmt/core.h>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>

#include "base/file.h"
#include "base/text.h"
#include "base/toml_text.h"
#include "cli/scenarios.h"
#include "cli/servers.h"
#include "cli/settings.h"
#include "cli/suggest.h"

namespace windlass::cli {

namespace fs = std::filesystem;

namespace {

class Reader {
 public:
  Reader(const fs::path& file, Config& config) : file_(file), config_(config) {}

  base::Result<void> read(const toml::table& root) {
    Keys keys;
    keys["python"] = [&](auto& node) { return text(node, config_.python); };
    keys["config"] = [&](auto& node) -> base::Result<void> {
      WINDLASS_CHECK(text(node, config_.config));
      config_.config = resolved(config_.config).string();
      return {};
    };
    keys["scratch"] = [&](auto& node) { return table(node, "scratch", scratch_keys()); };
    keys["check"] = [&](auto& node) { return table(node, "check", check_keys()); };
    keys["prove"] = [&](auto& node) { return table(node, "prove", prove_keys()); };
    keys["fix"] = [&](auto& node) { return table(node, "fix", fix_keys()); };
    keys["repairs"] = [&](auto& node) { return table(node, "repairs", repairs_keys()); };
    keys["env"] = [&](auto& node) { return pairs(node, "env", config_.env); };
    keys["suppress"] = [&](auto& node) { return suppressions(node); };
    WINDLASS_CHECK(each(root, "", keys));
    // `python = ".venv"` is a folder beside the file; another bare word is looked up in PATH.
    std::error_code error;
    if (!config_.python.empty() && (base::contains(config_.python, "/") ||
                                    std::filesystem::is_directory(resolved(config_.python), error)))
      config_.python = resolved(config_.python).string();
    return {};
  }

 private:
  using Keys = std::map<std::string, std::function<base::Result<void>(const toml::node&)>>;

  Keys scratch_keys() {
    Keys keys;
    keys["postgres"] = [&](auto& node) { return servers(node); };
    keys["url"] = [&](auto& node) { return text(node, config_.scratch_url); };
    keys["encoding"] = [&](auto& node) { return text(node, config_.encoding); };
    keys["superuser"] = [&](auto& node) { return truth(node, config_.superuser); };
    keys["roles"] = [&](auto& node) { return texts(node, config_.roles); };
    keys["extensions"] = [&](auto& node) { return texts(node, config_.extensions); };
    keys["setup"] = [&](auto& node) -> base::Result<void> {
      std::vector<std::string> files;
      WINDLASS_CHECK(texts(node, files));
      for (const std::string& name : files) config_.setup.push_back(resolved(name).string());
      return {};
    };
    keys["settings"] = [&](auto& node) { return server_settings(node); };
    keys["servers-apart"] = [&](auto& node) { return truth(node, config_.servers_apart); };
    return keys;
  }

  Keys prove_keys() {
    Keys keys;
    keys["require"] = [&](auto& node) -> base::Result<void> {
      WINDLASS_CHECK(texts(node, config_.require));
      for (const std::string& name : config_.require)
        if (auto known = check_required_name(name); !known) return at(node, std::move(known).error());
      return {};
    };
    keys["budget"] = [&](auto& node) -> base::Result<void> {
      WINDLASS_CHECK(version(node, config_.budget));
      if (auto time = parse_timeout(config_.budget, "budget"); !time)
        return at(node, std::move(time).error());
      return {};
    };
    return keys;
  }

  Keys fix_keys() {
    Keys keys;
    keys["released"] = [&](auto& node) -> base::Result<void> {
      WINDLASS_CHECK(version(node, config_.released));
      if (base::trim(config_.released).empty())
        return wrong(node.source(), "it names no revision", "Say which was released: released = \"head\"");
      return {};
    };
    return keys;
  }

  Keys repairs_keys() {
    Keys keys;
    keys["files"] = [&](auto& node) -> base::Result<void> {
      WINDLASS_CHECK(texts(node, config_.repairs));
      for (std::string& pattern : config_.repairs) pattern = resolved(pattern).string();
      return {};
    };
    return keys;
  }

  Keys check_keys() {
    Keys keys;
    keys["timeout"] = [&](auto& node) -> base::Result<void> {
      WINDLASS_CHECK(version(node, config_.timeout));
      if (auto time = parse_timeout(config_.timeout); !time) return at(node, std::move(time).error());
      return {};
    };
    keys["fail-on"] = [&](auto& node) {
      return choice(node, {"error", "warning", "never"}, config_.fail_on);
    };
    keys["parameters"] = [&](auto& node) {
      return choice(node, {"off", "types", "values"}, config_.parameters);
    };
    keys["only"] = [&](auto& node) -> base::Result<void> {
      WINDLASS_CHECK(texts(node, config_.only));
      for (const std::string& code : config_.only)
        if (auto known = check_finding_code(code); !known) return at(node, std::move(known).error());
      return {};
    };
    keys["scenarios"] = [&](auto& node) -> base::Result<void> {
      WINDLASS_CHECK(texts(node, config_.scenarios));
      for (const std::string& name : config_.scenarios)
        if (auto known = check_scenario_name(name); !known) return at(node, std::move(known).error());
      return {};
    };
    keys["as-role"] = [&](auto& node) { return text(node, config_.as_role); };
    keys["name"] = [&](auto& node) { return text(node, config_.name); };
    keys["baseline"] = [&](auto& node) -> base::Result<void> {
      WINDLASS_CHECK(text(node, config_.baseline));
      config_.baseline = resolved(config_.baseline).string();
      return {};
    };
    keys["run-as"] = [&](auto& node) { return text(node, config_.run_as); };
    keys["isolation"] = [&](auto& node) { return truth(node, config_.isolation); };
    keys["x"] = [&](auto& node) { return texts(node, config_.x); };
    return keys;
  }

  base::Result<void> suppressions(const toml::node& node) {
    if (!node.is_array()) return wrong_type(node, "tables: [[suppress]]");
    for (const toml::node& entry : *node.as_array()) {
      diagnose::Suppression one;
      one.at = {file_.string(), static_cast<int>(entry.source().begin.line), 0};
      Keys keys;
      keys["code"] = [&](auto& value) -> base::Result<void> {
        WINDLASS_CHECK(text(value, one.code));
        if (auto known = check_finding_code(one.code); !known) return at(value, std::move(known).error());
        return {};
      };
      keys["reason"] = [&](auto& value) { return text(value, one.reason); };
      keys["revision"] = [&](auto& value) { return version(value, one.revision); };
      keys["file"] = [&](auto& value) -> base::Result<void> {
        WINDLASS_CHECK(text(value, one.file));
        one.file = resolved(one.file).string();
        return {};
      };
      keys["object"] = [&](auto& value) { return text(value, one.object); };
      WINDLASS_CHECK(table(entry, "suppress", keys));
      if (one.code.empty())
        return wrong(entry.source(), "the suppression names no code", "Add the finding's: code = \"...\"");
      if (base::trim(one.reason).empty())
        return wrong(entry.source(), fmt::format("the suppression of {} gives no reason", one.code),
                     "Say why it is not to count: reason = \"...\"");
      config_.suppress.push_back(std::move(one));
    }
    return {};
  }

  base::Result<void> each(const toml::table& table, const std::string& where, const Keys& keys) {
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      const auto known = keys.find(name);
      if (known == keys.end()) {
        std::vector<std::string> names;
        for (const auto& [each_name, reader] : keys) names.push_back(each_name);
        return wrong(key.source(),
                     fmt::format("there is no setting {}{}", where.empty() ? "" : where + ".", name),
                     did_you_mean(name, names, fmt::format("Known here: {}.", base::join(names, ", "))));
      }
      WINDLASS_CHECK(known->second(node));
    }
    return {};
  }

  base::Result<void> table(const toml::node& node, const std::string& where, const Keys& keys) {
    if (!node.is_table()) return wrong_type(node, fmt::format("a table: [{}]", where));
    return each(*node.as_table(), where, keys);
  }

  base::Result<void> pairs(const toml::node& node, std::string_view where, run::Variables& into) {
    if (!node.is_table()) return wrong_type(node, fmt::format("a table: [{}]", where));
    for (const auto& [key, value] : *node.as_table()) {
      std::string read;
      WINDLASS_CHECK(version(value, read));
      into.emplace_back(std::string(key.str()), read);
    }
    return {};
  }

  base::Result<void> server_settings(const toml::node& node) {
    WINDLASS_CHECK(pairs(node, "scratch.settings", config_.settings));
    // Where the server's files and its socket are is windlass's to say: nothing else could find or remove
    // them.
    static constexpr std::array<std::string_view, 9> kOurs = {"config_file",
                                                              "data_directory",
                                                              "external_pid_file",
                                                              "hba_file",
                                                              "ident_file",
                                                              "listen_addresses",
                                                              "port",
                                                              "unix_socket_directories",
                                                              "unix_socket_permissions"};
    for (const auto& [name, value] : config_.settings)
      if (std::find(kOurs.begin(), kOurs.end(), base::to_lower(name)) != kOurs.end() ||
          base::to_lower(name).starts_with("pg_windlass"))
        return wrong(node.source(), fmt::format("{} of a scratch server is windlass's own to set", name),
                     "To use a server of your own: --scratch-url.");
    return {};
  }

  base::Result<void> text(const toml::node& node, std::string& into) {
    if (!node.is_string()) return wrong_type(node, "a string");
    into = node.as_string()->get();
    return {};
  }
  /// One server or a list of them, which is kept as --postgres has it.
  base::Result<void> servers(const toml::node& node) {
    std::vector<std::string> words;
    if (!node.is_array()) {
      WINDLASS_CHECK(version(node, config_.postgres));
    } else {
      for (const toml::node& item : *node.as_array()) {
        WINDLASS_CHECK(version(item, words.emplace_back()));
        if (base::contains(words.back(), ","))
          return wrong(item.source(), fmt::format("\"{}\" holds a comma", words.back()),
                       "One server each: postgres = [\"13\", \"15\"]");
        if (base::trim(words.back()).empty()) return wrong(item.source(), "a server has no name", "");
      }
      config_.postgres = base::join(words, ",");
    }
    if (auto known = server_words(config_.postgres); !known) return at(node, std::move(known).error());
    return {};
  }
  /// A string, or a whole number that people write without quotes: postgres = 15.
  base::Result<void> version(const toml::node& node, std::string& into) {
    if (node.is_integer())
      into = std::to_string(node.as_integer()->get());
    else if (node.is_boolean())
      into = node.as_boolean()->get() ? "true" : "false";
    else
      return text(node, into);
    return {};
  }
  base::Result<void> truth(const toml::node& node, std::optional<bool>& into) {
    if (!node.is_boolean()) return wrong_type(node, "true or false");
    into = node.as_boolean()->get();
    return {};
  }
  base::Result<void> texts(const toml::node& node, std::vector<std::string>& into) {
    if (!node.is_array()) return wrong_type(node, "a list of strings: [\"...\"]");
    for (const toml::node& item : *node.as_array()) {
      if (!item.is_string()) return wrong_type(item, "a string");
      into.push_back(item.as_string()->get());
    }
    return {};
  }
  base::Result<void> choice(const toml::node& node, const std::vector<std::string>& values,
                            std::string& into) {
    WINDLASS_CHECK(text(node, into));
    if (std::find(values.begin(), values.end(), into) != values.end()) return {};
    return wrong(node.source(), fmt::format("\"{}\" is none of {}", into, base::join(values, ", ")),
                 did_you_mean(into, values));
  }

  base::Result<void> at(const toml::node& node, base::Error error) {
    error.got = fmt::format("\"{}\": {}", error.on, error.got);
    return wrong(node.source(), error.got, error.hint);
  }
  base::Result<void> wrong_type(const toml::node& node, std::string_view wanted) {
    return wrong(node.source(), fmt::format("it must be {}", wanted), "");
  }
  base::Result<void> wrong(const toml::source_region& place, std::string got, std::string hint) {
    return base::fail({"read the settings", fmt::format("{}:{}", file_.string(), place.begin.line),
                       std::move(got), std::move(hint), base::Exit::Usage});
  }
  fs::path resolved(const std::string& name) const { return (file_.parent_path() / name).lexically_normal(); }

  const fs::path& file_;
  Config& config_;
};

}  // namespace

base::Result<Config> parse_config(std::string_view text, const fs::path& file) {
  Config config;
  config.file = file;
  const auto no_toml = [&](int line, std::string_view why) {
    return base::fail({"read the settings", fmt::format("{}:{}", file.string(), line), std::string(why),
                       "It is TOML: https://toml.io", base::Exit::Usage});
  };
  if (const int line = base::line_of_bad_toml_header(text); line > 0)
    return no_toml(line, "the header of a table lacks its name");
  const toml::parse_result parsed = toml::parse(text, file.string());
  if (!parsed)
    return no_toml(static_cast<int>(parsed.error().source().begin.line), parsed.error().description());
  WINDLASS_CHECK(Reader(file, config).read(parsed.table()));
  return config;
}

base::Result<Config> read_config(const fs::path& folder) {
  std::error_code error;
  for (fs::path at = fs::weakly_canonical(folder, error); !error && !at.empty(); at = at.parent_path()) {
    const fs::path file = at / "windlass.toml";
    if (fs::is_regular_file(file, error)) {
      auto text = base::read_file(file, size_t{4} << 20);
      if (!text) {
        text.error().exit = base::Exit::Usage;
        return base::fail(std::move(text).error());
      }
      return parse_config(*text, file);
    }
    if (fs::exists(at / ".git", error) || at == at.parent_path()) break;
    error.clear();
  }
  return Config{};
}

}  // namespace windlass::cli
