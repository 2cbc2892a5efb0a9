#include "wire/framer.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <vector>

#include "wire/bytes.h"

namespace windlass::wire {
namespace {

Hold policy(char kind) {
  if (kind == 'Q') return {64, 16};
  if (kind == 'S') return {5, 5};
  return {};
}

struct Message {
  char kind;
  std::string bytes;
  bool operator==(const Message&) const = default;
};

/// Feeds `stream` in buffers of the given sizes, as a channel would, and joins the pieces.
std::vector<Message> frame(const std::string& stream, const std::vector<size_t>& cuts, bool& broken) {
  Framer framer(policy);
  std::vector<Message> messages;
  std::string buffer;
  size_t at = 0, cut = 0;
  while (at < stream.size()) {
    const size_t count =
        std::min(stream.size() - at, cuts.empty() ? stream.size() : 1 + cuts[cut++ % cuts.size()] % 40);
    buffer.append(stream, at, count);
    at += count;
    std::string_view bytes = buffer;
    while (const auto piece = framer.next(bytes)) {
      if (piece->first) messages.push_back({piece->kind, {}});
      const Hold hold = policy(piece->kind);
      EXPECT_TRUE(!piece->first || piece->last || piece->size > hold.whole);
      EXPECT_TRUE(!piece->first || piece->last || piece->bytes.size() >= hold.head);
      messages.back().bytes.append(piece->bytes);
      EXPECT_TRUE(!piece->last || messages.back().bytes.size() == piece->size);
    }
    buffer = std::string(bytes);
    EXPECT_LT(buffer.size(), 64u + kHeaderSize + 40);
  }
  broken = framer.broken();
  return messages;
}

TEST(Framer, AnyCutOfAStreamGivesTheSameMessages) {
  EXPECT_TRUE(
      rc::check([](const std::vector<std::pair<char, std::string>>& given, const std::vector<size_t>& cuts) {
        std::string stream;
        std::vector<Message> expected;
        for (const auto& [number, body] : given) {
          const char kind = "QSDxP"[static_cast<unsigned char>(number) % 5];
          std::string message;
          append_message(message, kind, body);
          expected.push_back({kind, message});
          stream += message;
        }
        bool broken = false;
        RC_ASSERT(frame(stream, cuts, broken) == expected);
        RC_ASSERT(!broken);
      }));
}

TEST(Framer, NoBytesMakeItFailOrWaitForMoreThanItsPolicy) {
  EXPECT_TRUE(rc::check([](const std::string& stream, const std::vector<size_t>& cuts) {
    bool broken = false;
    frame(stream, cuts, broken);
  }));
}

TEST(Framer, RefusesImpossibleLengths) {
  for (const uint32_t length : {0u, 3u, 0x40000000u, 0x80000000u, 0xffffffffu}) {
    std::string stream = "Q";
    append_u32(stream, length);
    stream += "body";
    bool broken = false;
    EXPECT_TRUE(frame(stream, {}, broken).empty()) << length;
    EXPECT_TRUE(broken) << length;
  }
}

TEST(Framer, TheLargestMessageIsTakenInPieces) {
  Framer framer(policy);
  std::string head = "d";
  append_u32(head, kMaxLength);
  std::string_view bytes = head;
  const auto piece = framer.next(bytes);
  ASSERT_TRUE(piece);
  EXPECT_TRUE(piece->first);
  EXPECT_FALSE(piece->last);
  EXPECT_TRUE(framer.inside());
}

}  // namespace
}  // namespace windlass::wire
