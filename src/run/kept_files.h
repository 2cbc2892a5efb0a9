// The files that say whether what was kept still holds, and the files that it is kept in.
#pragma once

#include <ctime>
#include <filesystem>
#include <string>

namespace windlass::run {

/// A file as the Python part names it: relative to the project, or absolute.
std::filesystem::path path_of(const std::string& file, const std::filesystem::path& project);

/// Empty where it cannot be read.
std::string digest_of_file(const std::filesystem::path& path);

/// As windlass_libraries.stamp() has it: size and time of the last write; empty where there is no file.
std::string stamp_of_file(const std::filesystem::path& path);

/// Whether the file came to be what it is after `moment`, of the system's clock. By the change time: unlike
/// that of the last write, nobody sets it back.
bool changed_since(const std::filesystem::path& path, const timespec& moment);

/// Of a folder with a file for each chain: the ones longest not written go, down to as many as are kept.
void drop_oldest_files(const std::filesystem::path& folder);

}  // namespace windlass::run
