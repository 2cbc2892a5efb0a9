#include "record/statement_text.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstdlib>

#include "base/digest.h"
#include "base/text.h"
#include "sql/mask.h"

namespace windlass::record {

namespace {

/// `text` cut at a border of UTF-8 sequences: at most `limit` bytes of its head.
std::string_view head_of(std::string_view text, size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (text[limit] & 0xc0) == 0x80) --limit;
  return text.substr(0, limit);
}

std::string_view tail_of(std::string_view text, size_t limit) {
  if (text.size() <= limit) return text;
  size_t start = text.size() - limit;
  while (start < text.size() && (text[start] & 0xc0) == 0x80) ++start;
  return text.substr(start);
}

Text cut(std::string_view head, std::string_view tail, uint64_t length, std::string digest,
         const base::Masker& masker) {
  Text kept;
  kept.length = length;
  kept.digest = std::move(digest);
  // The parts may begin or end inside a string, so they are masked by words.
  kept.text = masker.mask(sql::mask_fragment(head_of(head, kKeptPart))) + "\n...\n" +
              masker.mask(sql::mask_fragment(tail_of(tail, kKeptPart)));
  return kept;
}

}  // namespace

Text keep_text(std::string_view text, const base::Masker& masker) {
  if (text.size() > kMaxText) return cut(text, text, text.size(), base::sha256(text), masker);
  Text kept;
  kept.length = text.size();
  kept.text = sql::may_hold_secret(text) ? masker.mask(sql::mask(text)) : masker.mask(text);
  return kept;
}

PassingText::PassingText(const base::Masker& masker)
    : masker_(masker), digest_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
  if (!digest_ || EVP_DigestInit_ex(digest_.get(), EVP_sha256(), nullptr) != 1) std::abort();
}

PassingText::~PassingText() = default;

void PassingText::add(std::string_view bytes) {
  EVP_DigestUpdate(digest_.get(), bytes.data(), bytes.size());
  length_ += bytes.size();
  const size_t room = kKeptPart + 4 - std::min(head_.size(), kKeptPart + 4);
  head_.append(bytes.substr(0, room));
  tail_.append(bytes.size() > kKeptPart + 4 ? bytes.substr(bytes.size() - kKeptPart - 4) : bytes);
  if (tail_.size() > 4 * kKeptPart) tail_.erase(0, tail_.size() - kKeptPart - 4);
}

Text PassingText::finish() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_DigestFinal_ex(digest_.get(), digest, &size);
  return cut(head_, tail_, length_, "sha256:" + base::to_hex({reinterpret_cast<const char*>(digest), size}),
             masker_);
}

}  // namespace windlass::record
