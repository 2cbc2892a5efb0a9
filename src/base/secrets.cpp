#include "base/secrets.h"

#include <algorithm>

#include "base/text.h"

namespace windlass::base {

namespace {

constexpr std::string_view kMask = "***";

bool name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '+' ||
         c == '-' || c == '.';
}

/// Masks the password of every "scheme://user:password@" in `text`.
std::string mask_urls(std::string_view text) {
  std::string result;
  size_t from = 0;
  while (true) {
    const size_t sign = text.find("://", from);
    if (sign == std::string_view::npos) break;
    const size_t start = sign + 3;
    size_t end = start;
    while (end < text.size() && text[end] != '/' && text[end] != '?' && text[end] != '#' && text[end] > ' ' &&
           text[end] != '"' && text[end] != '\'' && text[end] != '<' && text[end] != '>')
      ++end;
    const std::string_view authority = text.substr(start, end - start);
    const size_t at = authority.rfind('@');
    const size_t colon = authority.find(':');
    const bool scheme = sign > 0 && name_byte(text[sign - 1]);
    if (scheme && at != std::string_view::npos && colon != std::string_view::npos && colon < at) {
      result.append(text.substr(from, start + colon + 1 - from));
      result.append(kMask);
      from = start + at;
    } else {
      result.append(text.substr(from, start - from));
      from = start;
    }
  }
  result.append(text.substr(from));
  return result;
}

/// Masks "password=..." and "passwd=..." of connection strings and URL queries.
std::string mask_options(std::string_view text) {
  const std::string lower = to_lower(text);
  std::string result;
  size_t from = 0;
  while (true) {
    size_t at = std::string::npos, length = 0;
    for (const std::string_view name : {"password=", "passwd=", "sslpassword="}) {
      const size_t found = lower.find(name, from);
      if (found < at) at = found, length = name.size();
    }
    if (at == std::string::npos) break;
    size_t end = at + length;
    result.append(text.substr(from, end - from));
    if (end < text.size() && (text[end] == '\'' || text[end] == '"')) {
      const char quote = text[end];
      const size_t close = text.find(quote, end + 1);
      end = close == std::string_view::npos ? text.size() : close + 1;
    } else {
      while (end < text.size() && text[end] > ' ' && text[end] != '&' && text[end] != ',' &&
             text[end] != ')' && text[end] != '\'' && text[end] != '"' && text[end] != ';')
        ++end;
    }
    result.append(kMask);
    from = end;
  }
  result.append(text.substr(from));
  return result;
}

std::string url_password(std::string_view url) {
  const size_t sign = url.find("://");
  if (sign == std::string_view::npos) return {};
  const std::string_view rest = url.substr(sign + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  const size_t at = authority.rfind('@');
  const size_t colon = authority.find(':');
  if (at == std::string_view::npos || colon == std::string_view::npos || colon > at) return {};
  return std::string(authority.substr(colon + 1, at - colon - 1));
}

}  // namespace

std::string mask_url(std::string_view url) { return mask_options(mask_urls(url)); }

bool is_secret_name(std::string_view name) {
  const std::string lower = to_lower(name);
  for (const std::string_view word : {"password", "passwd", "secret", "token", "key"})
    if (contains(lower, word)) return true;
  return false;
}

Masker::Masker(std::vector<std::string> values) {
  for (std::string& value : values) add(std::move(value));
}

Masker Masker::from_environment(const std::vector<std::string>& environment) {
  Masker masker;
  for (const std::string& entry : environment) {
    const size_t equals = entry.find('=');
    if (equals == std::string::npos) continue;
    const std::string_view name = std::string_view(entry).substr(0, equals);
    const std::string_view value = std::string_view(entry).substr(equals + 1);
    if (is_secret_name(name)) masker.add(std::string(value));
    masker.add(url_password(value));
  }
  return masker;
}

void Masker::add(std::string value) {
  if (value.size() < 4) return;
  if (std::find(values_.begin(), values_.end(), value) != values_.end()) return;
  values_.push_back(std::move(value));
  std::sort(values_.begin(), values_.end(),
            [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
}

std::string Masker::mask(std::string_view text) const {
  std::string result(text);
  for (const std::string& value : values_)
    if (contains(result, value)) result = replace_all(std::move(result), value, kMask);
  if (contains(result, "://") || contains(result, "assw") || contains(result, "ASSW"))
    return mask_url(result);
  return result;
}

}  // namespace windlass::base
