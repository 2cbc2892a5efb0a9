#include "run/client_folder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace windlass::run {

base::Result<std::filesystem::path> make_client_folder(const scratch::RunFolder& run,
                                                       const std::optional<base::SystemUser>& user) {
  const std::filesystem::path folder = run.path() / "client";
  if (::mkdir(folder.c_str(), 0700) != 0)
    return base::fail({"make the recorder's folder", folder.string(), base::system_error_text(errno), "",
                       base::Exit::CouldNotLook});
  if (user && (::chown(folder.c_str(), user->uid, user->gid) != 0 || ::chmod(run.path().c_str(), 0711) != 0))
    return base::fail({"hand the recorder's folder to another user", user->name,
                       base::system_error_text(errno), "Only root can run the project as another user.",
                       base::Exit::Usage});
  return folder;
}

}  // namespace windlass::run
