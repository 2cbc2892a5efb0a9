#include "scratch/closed_folder.h"

#include <grp.h>
#include <sys/stat.h>

#include <algorithm>
#include <vector>

namespace windlass::scratch {

namespace fs = std::filesystem;

fs::path closed_folder(const fs::path& folder, const base::SystemUser& user) {
  int count = 64;
  std::vector<gid_t> groups(static_cast<size_t>(count));
  if (::getgrouplist(user.name.c_str(), user.gid, groups.data(), &count) < 0) count = 64;
  groups.resize(static_cast<size_t>(count));
  std::error_code ignored;
  fs::path way;
  for (const fs::path& part : fs::canonical(folder, ignored)) {
    way /= part;
    struct stat info {};
    if (::stat(way.c_str(), &info) != 0) return {};
    const bool own = info.st_uid == user.uid;
    const bool group = std::find(groups.begin(), groups.end(), info.st_gid) != groups.end();
    const mode_t needed = own ? S_IXUSR : group ? S_IXGRP : S_IXOTH;
    if ((info.st_mode & needed) == 0) return way;
  }
  return {};
}

}  // namespace windlass::scratch
