#include "run/database_url.h"

#include <fmt/core.h>

namespace windlass::run {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decoded(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && text.size() - i > 2 && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      result += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

std::string percent_encoded(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain)
      result += c;
    else
      result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return result;
}

}  // namespace

bool DatabaseUrl::postgresql() const {
  const std::string_view name = std::string_view(scheme).substr(0, scheme.find('+'));
  return name == "postgresql" || name == "postgres";
}

std::optional<DatabaseUrl> parse_database_url(std::string_view text) {
  const size_t sign = text.find("://");
  if (sign == std::string_view::npos || sign == 0) return std::nullopt;
  DatabaseUrl url;
  url.scheme = text.substr(0, sign);
  for (const char c : url.scheme)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
          c == '_' || c == '-' || c == '.'))
      return std::nullopt;
  std::string_view rest = text.substr(sign + 3);
  if (const size_t question = rest.find('?'); question != std::string_view::npos) {
    url.query = rest.substr(question + 1);
    rest = rest.substr(0, question);
  }
  // The last '@' ends the user part: passwords are often written unescaped.
  if (const size_t at = rest.rfind('@'); at != std::string_view::npos) {
    const std::string_view login = rest.substr(0, at);
    const size_t colon = login.find(':');
    url.user = percent_decoded(login.substr(0, colon));
    if (colon != std::string_view::npos) url.password = percent_decoded(login.substr(colon + 1));
    rest = rest.substr(at + 1);
  }
  const size_t slash = rest.find('/');
  url.host = rest.substr(0, slash);
  if (slash != std::string_view::npos) url.database = percent_decoded(rest.substr(slash + 1));
  return url;
}

std::string redirected(const DatabaseUrl& url, std::string_view host, int port, std::string_view password) {
  std::string text = fmt::format("{}://{}:{}@{}:{}/{}", url.scheme, percent_encoded(url.user),
                                 percent_encoded(password), host, port, percent_encoded(url.database));
  if (!url.query.empty()) text += "?" + url.query;
  return text;
}

}  // namespace windlass::run
