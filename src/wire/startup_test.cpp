#include "wire/startup.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "wire/bytes.h"

namespace windlass::wire {
namespace {

std::string with_code(uint32_t code, std::string_view rest) {
  std::string body;
  append_u32(body, code);
  body.append(rest);
  return body;
}

TEST(Startup, ReadsSettings) {
  using namespace std::string_literals;
  const auto packet = parse_first_packet(with_code(3 << 16, "user\0me\0database\0db\0options\0-c x=y\0\0"s));
  ASSERT_TRUE(packet);
  const auto& startup = std::get<Startup>(*packet);
  EXPECT_EQ(startup.setting("user"), "me");
  EXPECT_EQ(startup.setting("database"), "db");
  EXPECT_EQ(startup.setting("options"), "-c x=y");
  EXPECT_EQ(startup.setting("absent"), "");
}

TEST(Startup, KeepsAMinorVersionForTheServerToNegotiate) {
  using namespace std::string_literals;
  const auto packet = parse_first_packet(with_code(3 << 16 | 2, "user\0me\0_pq_.new\0on\0\0"s));
  ASSERT_TRUE(packet);
  const auto& startup = std::get<Startup>(*packet);
  EXPECT_EQ(startup.protocol, 3u << 16 | 2);
  const std::string again = encode(startup);
  EXPECT_EQ(again.substr(4), with_code(3 << 16 | 2, "user\0me\0_pq_.new\0on\0\0"s));
  EXPECT_EQ(load_u32(again.data()), again.size());
}

TEST(Startup, ReadsTheOtherFirstPackets) {
  EXPECT_TRUE(std::holds_alternative<SslRequest>(*parse_first_packet(with_code(80877103, ""))));
  EXPECT_TRUE(std::holds_alternative<GssRequest>(*parse_first_packet(with_code(80877104, ""))));
  const auto packet = parse_first_packet(with_code(80877102,
                                                   "\x01\x02\x03\x04"
                                                   "key of protocol 3.2"));
  ASSERT_TRUE(packet);
  const auto& cancel = std::get<CancelRequest>(*packet);
  EXPECT_EQ(cancel.pid, 0x01020304u);
  EXPECT_EQ(cancel.key, "key of protocol 3.2");
  EXPECT_EQ(encode(cancel).substr(4), with_code(80877102,
                                                "\x01\x02\x03\x04"
                                                "key of protocol 3.2"));
}

TEST(Startup, RefusesWhatIsNone) {
  using namespace std::string_literals;
  EXPECT_FALSE(parse_first_packet(""));
  EXPECT_FALSE(parse_first_packet("abc"));
  EXPECT_FALSE(parse_first_packet(with_code(2 << 16, "user\0me\0\0"s)));
  EXPECT_FALSE(parse_first_packet("GET / HTTP/1.1\r\n\r\n"));
  EXPECT_FALSE(parse_first_packet(with_code(3 << 16, "user\0me\0"s)));
  EXPECT_FALSE(parse_first_packet(with_code(3 << 16, "user\0me"s)));
  EXPECT_FALSE(parse_first_packet(with_code(3 << 16, "database\0me\0\0"s)));
  EXPECT_FALSE(parse_first_packet(with_code(3 << 16, "user\0me\0\0more"s)));
  EXPECT_FALSE(parse_first_packet(with_code(80877102, "\x01\x02\x03\x04"s)));
  EXPECT_FALSE(parse_first_packet(std::string(kMaxStartup, 'x')));
}

TEST(Startup, AnyBytesGiveAPacketOrAnError) {
  EXPECT_TRUE(rc::check(
      [](const std::string& bytes) { static_cast<void>(parse_first_packet(with_code(3 << 16, bytes))); }));
}

TEST(Startup, RoundTrip) {
  EXPECT_TRUE(rc::check([](const std::vector<std::pair<std::string, std::string>>& given) {
    Startup startup{3 << 16, {{"user", "me"}}};
    for (auto [name, value] : given) {
      std::erase(name, '\0');
      std::erase(value, '\0');
      if (!name.empty()) startup.settings.emplace_back(name, value);
    }
    const std::string bytes = encode(startup);
    RC_PRE(bytes.size() <= kMaxStartup);
    const auto again = parse_first_packet(std::string_view(bytes).substr(4));
    RC_ASSERT(again.has_value());
    RC_ASSERT(std::get<Startup>(*again).settings == startup.settings);
  }));
}

}  // namespace
}  // namespace windlass::wire
