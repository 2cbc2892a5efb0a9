#include "record/mark.h"

#include <charconv>

namespace windlass::record {

namespace {

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

std::string decode(std::string_view value) {
  std::string result;
  for (size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '~' && i + 2 < value.size() && hex(value[i + 1]) >= 0 && hex(value[i + 2]) >= 0) {
      result += static_cast<char>(hex(value[i + 1]) * 16 + hex(value[i + 2]));
      i += 2;
    } else {
      result += value[i];
    }
  }
  return result;
}

int number(std::string_view value) {
  int result = 0;
  std::from_chars(value.data(), value.data() + value.size(), result);
  return result < 0 ? 0 : result;
}

}  // namespace

Source parse_mark(std::string_view fields) {
  Source source;
  while (!fields.empty()) {
    const size_t end = fields.find(';');
    const std::string_view field = fields.substr(0, end);
    fields = end == std::string_view::npos ? std::string_view() : fields.substr(end + 1);
    if (field.size() < 2 || field[1] != '=') continue;
    const std::string_view value = field.substr(2);
    switch (field[0]) {
      case 'r':
        source.revision = decode(value);
        break;
      case 'f':
        source.location.file = decode(value);
        break;
      case 'l':
        source.location.line = number(value);
        break;
      case 'c':
        source.location.column = number(value);
        break;
      case 'h':
        source.helper.file = decode(value);
        break;
      case 'i':
        source.helper.line = number(value);
        break;
      case 'j':
        source.helper.column = number(value);
        break;
      case 'o':
        source.operation = decode(value);
        break;
      case 'e':
        source.emitted = decode(value);
        break;
      default:
        break;
    }
  }
  return source;
}

MarkReader::MarkReader(std::string_view token) {
  if (!token.empty()) opening_ = "/*wl:" + std::string(token);
}

bool MarkReader::any(std::string_view text) const {
  return !opening_.empty() && text.find(opening_) != std::string_view::npos;
}

size_t MarkReader::head(std::string_view text, Source& source) const {
  if (opening_.empty() || !text.starts_with(opening_)) return 0;
  const size_t end = text.find("*/", opening_.size());
  if (end == std::string_view::npos) return 0;
  source = parse_mark(text.substr(opening_.size(), end - opening_.size()));
  return end + 2;
}

MarkReader::Stripped MarkReader::strip(std::string_view text) const {
  Stripped stripped;
  stripped.text.reserve(text.size());
  while (!text.empty()) {
    const size_t at = opening_.empty() ? std::string_view::npos : text.find(opening_);
    Source source;
    const size_t length = at == std::string_view::npos ? 0 : head(text.substr(at), source);
    if (length == 0) break;
    stripped.text.append(text.substr(0, at));
    // The line end that leads a mark is the mark's own.
    if (at > 0 && text[at - 1] == '\n') stripped.text.pop_back();
    stripped.marks.emplace_back(stripped.text.size(), std::move(source));
    text.remove_prefix(at + length);
  }
  stripped.text.append(text);
  return stripped;
}

}  // namespace windlass::record
