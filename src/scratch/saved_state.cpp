#include "scratch/saved_state.h"

#include <system_error>
#include <utility>

namespace windlass::scratch {

SavedState::SavedState(std::filesystem::path pack, std::set<std::string> roles,
                       std::set<std::string> databases)
    : pack_(std::move(pack)), roles_(std::move(roles)), databases_(std::move(databases)) {}

SavedState::~SavedState() {
  std::error_code ignored;
  std::filesystem::remove(pack_, ignored);
}

}  // namespace windlass::scratch
