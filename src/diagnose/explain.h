// The pages behind `windlass explain`: docs/findings/NAME.md, carried inside the binary.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/embedded.h"

namespace windlass::diagnose {

/// Written by the build from embed.txt.
std::span<const base::Embedded> embedded_files();

/// Every code that a finding can have, sorted, each once.
std::vector<std::string> finding_codes();

/// The page's name for a code ("object-created-twice" for "index-created-twice"); the code itself
/// where it has a page of its own, "" for what is no code.
std::string_view page_of(std::string_view code);

/// The page about a finding, as Markdown; empty for what is no code and no page.
std::string_view explain_page(std::string_view code);

}  // namespace windlass::diagnose
