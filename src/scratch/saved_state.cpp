#include "scratch/saved_state.h"

#include <system_error>

namespace windlass::scratch {

SavedState::~SavedState() {
  std::error_code ignored;
  std::filesystem::remove(pack_, ignored);
}

}  // namespace windlass::scratch
