#include "cli/servers.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "cli/settings.h"

namespace windlass::cli {

namespace {

base::Error wrong_list(const std::string& list, std::string got) {
  return {"read --postgres", list, std::move(got),
          "Write versions, or folders of a server's programs, parted by commas: --postgres 13,15,17",
          base::Exit::Usage};
}

}  // namespace

base::Result<std::vector<std::string>> server_words(const std::string& list) {
  std::vector<std::string> words;
  if (base::trim(list).empty()) return std::vector<std::string>{""};
  for (const std::string& part : base::split(list, ',')) {
    const std::string word(base::trim(part));
    if (word.empty()) return base::fail(wrong_list(list, "nothing stands before or behind a comma"));
    if (std::find(words.begin(), words.end(), word) != words.end())
      return base::fail(wrong_list(list, fmt::format("{} is named twice", word)));
    words.push_back(word);
  }
  return words;
}

base::Result<std::vector<std::string>> wanted_servers(const PlaceOptions& options, const Config& config,
                                                      const std::vector<std::string>& environment) {
  const std::vector<std::string> servers = WINDLASS_TRY(
      server_words(strongest(options.postgres, environment, "WINDLASS_POSTGRES", config.postgres)));
  const std::string given =
      strongest(options.scratch_url, environment, "WINDLASS_SCRATCH_URL", config.scratch_url);
  if (given.empty()) return servers;
  // The one word of a flag is passed over for a server that is given; several were asked for with a purpose.
  if (servers.size() > 1 && !options.postgres.empty())
    return base::fail({"read the settings", fmt::format("--postgres {}", options.postgres),
                       "a server that runs already is given, too, by WINDLASS_SCRATCH_URL or windlass.toml",
                       "Leave one of them out: the chain runs on that server alone.", base::Exit::Usage});
  return std::vector<std::string>{""};
}

base::Result<void> only_one_server(const std::vector<std::string>& servers, const std::string& command) {
  if (servers.size() == 1) return {};
  return base::fail({"choose the server of " + command, base::join(servers, ","),
                     "it runs on one server, and several are asked for",
                     fmt::format("Name one of them: --postgres {}", servers.front()), base::Exit::Usage});
}

base::Result<void> fit_for_several(const std::vector<std::string>& servers, const PlaceOptions& options,
                                   const std::vector<std::string>& scenarios) {
  if (servers.size() == 1) return {};
  const std::string one = fmt::format("Name one server: --postgres {}", servers.front());
  const auto refused = [&](const std::string& what, const std::string& why, const std::string& hint) {
    return base::fail({"run the chain on several servers", base::join(servers, ","),
                       fmt::format("{} {}", what, why), hint, base::Exit::Usage});
  };
  if (options.keep) return refused("--keep", "leaves one server running", one);
  if (!options.recording.empty()) return refused("--recording", "writes what one run sent", one);
  if (std::any_of(scenarios.begin(), scenarios.end(), [](const auto& name) { return name != "clean"; }))
    return refused("further scenarios", "are run on one server only",
                   one + ", or leave the scenarios out (--scenarios clean).");
  return {};
}

}  // namespace windlass::cli
