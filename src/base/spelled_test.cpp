#include "base/spelled.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "base/text.h"

namespace windlass::base {

TEST(Spelled, DifferentBytesAreDifferentText) {
  EXPECT_EQ(spelled_utf8("caf\xe9, caf\u00e9"), "caf\ufffde9, caf\u00e9");
  EXPECT_EQ(spelled_utf8("\ufffd"), "\ufffdef\ufffdbf\ufffdbd");
  EXPECT_NE(spelled_utf8("\ufffde9"), spelled_utf8("\xe9"));
}

RC_GTEST_PROP(Spelled, TheBytesCanBeHadBack, (const std::string& bytes)) {
  const std::string text = spelled_utf8(bytes);
  RC_ASSERT(is_utf8(text));
  std::string back;
  for (size_t at = 0; at < text.size();) {
    const bool spelled = text.compare(at, 3, "\ufffd") == 0;
    back += spelled ? static_cast<char>(std::stoi(text.substr(at + 3, 2), nullptr, 16)) : text[at];
    at += spelled ? 5 : 1;
  }
  RC_ASSERT(back == bytes);
}

}  // namespace windlass::base
