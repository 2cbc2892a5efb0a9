// A new windlass.toml: every setting, commented, with what was found filled in. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace windlass::cli {

/// What a project was seen to have; empty where the default does.
struct FoundSettings {
  std::string python, config;
  std::vector<std::string> scripts;  ///< files that may be repair scripts
};

/// The file's text. Python and configuration are set; the scripts are named in a comment, for a person to
/// choose from.
std::string new_config(const FoundSettings& found);

/// Whether a source file looks like one that changes a schema beside the chain. `name`: with its ending.
bool may_be_repair_script(const std::string& name, std::string_view text);

}  // namespace windlass::cli
