// Small pure functions on text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace windlass::base {

std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string_view trim(std::string_view text);
std::string to_lower(std::string_view text);
std::string replace_all(std::string text, std::string_view from, std::string_view to);
bool contains(std::string_view text, std::string_view part);
/// Whether one of the list is `text`.
bool contains(const std::vector<std::string>& list, std::string_view text);
/// Case-insensitive for ASCII only.
bool equal_ignoring_case(std::string_view a, std::string_view b);

/// All white space folded to single blanks, trimmed: "SELECT  1\n" becomes "SELECT 1".
std::string one_line(std::string_view text);
/// At most `limit` bytes (never cutting a UTF-8 sequence), with "…" where something was cut.
std::string shorten(std::string_view text, size_t limit);

/// Damerau-Levenshtein distance (optimal string alignment), in bytes.
size_t edit_distance(std::string_view a, std::string_view b);
/// The candidate nearest to `word`, when it is near enough to be a misspelling
/// (distance at most a third of the length, and at most 3); empty otherwise.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

/// `text` with every invalid UTF-8 byte replaced by U+FFFD: what JSON output may carry.
std::string valid_utf8(std::string_view text);
bool is_utf8(std::string_view text);

/// "1 statement", "2 statements".
std::string count_of(size_t n, std::string_view singular, std::string_view plural = {});
/// Seconds as people read them: "0.61 s", "12 ms", "3 min 4 s".
std::string duration_text(double seconds);

}  // namespace windlass::base
