// The text of a statement as the recording keeps it: masked, and of a very
// long one only head, tail, length and digest.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/secrets.h"
#include "record/recording.h"

struct evp_md_ctx_st;

namespace windlass::record {

constexpr size_t kMaxText = size_t{1} << 20;
constexpr size_t kKeptPart = size_t{64} << 10;  ///< of head and of tail, when the text is longer

/// Shared by every statement that was run from it.
struct Text {
  std::string text;
  uint64_t length = 0;
  std::string digest;
  Source source;
};
using TextPointer = std::shared_ptr<const Text>;

/// A text that stands whole in memory.
Text keep_text(std::string_view text, const base::Masker& masker);

/// A text that passes by in pieces.
class PassingText {
 public:
  explicit PassingText(const base::Masker& masker);
  ~PassingText();
  void add(std::string_view bytes);
  Text finish();

 private:
  const base::Masker& masker_;
  std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> digest_;
  std::string head_, tail_;
  uint64_t length_ = 0;
};

}  // namespace windlass::record
