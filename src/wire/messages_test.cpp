#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "wire/bytes.h"
#include "wire/extended.h"
#include "wire/fields.h"
#include "wire/tag.h"

namespace windlass::wire {
namespace {

using namespace std::string_literals;

TEST(Fields, ReadsWholeAndCutBodies) {
  const std::string body = "SERROR\0VERROR\0C42P01\0Mno such table\0P15\0\0"s;
  EXPECT_EQ(field(body, 'C'), "42P01");
  EXPECT_EQ(field(body, 'M'), "no such table");
  EXPECT_EQ(field(body, 'D'), "");
  EXPECT_EQ(field("Mhalf a mess", 'M'), "half a mess");
  EXPECT_EQ(field("", 'M'), "");
  EXPECT_EQ(field("M", 'M'), "");
}

TEST(Fields, EncodesAnErrorThatReadsBack) {
  const std::string message = encode_error("FATAL", "08P01", "no", "do");
  EXPECT_EQ(message[0], 'E');
  EXPECT_EQ(load_u32(message.data() + 1), message.size() - 1);
  const std::string_view body = std::string_view(message).substr(5);
  EXPECT_EQ(field(body, 'S'), "FATAL");
  EXPECT_EQ(field(body, 'C'), "08P01");
  EXPECT_EQ(field(body, 'H'), "do");
}

TEST(Extended, ReadsParse) {
  const std::string body = "s1\0SELECT $1\0\0\x02\0\0\0\x17\0\0\0\0"s;
  const auto message = parse_parse(body);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->statement, "s1");
  EXPECT_EQ(message->query, "SELECT $1");
  EXPECT_EQ(message->types, (std::vector<uint32_t>{23, 0}));
  EXPECT_FALSE(parse_parse("s1\0SELECT $1\0\xff\xff\0\0"s));
  EXPECT_FALSE(parse_parse("s1"));
}

TEST(Extended, ReadsBindValues) {
  const std::string body = "p\0s\0\0\x01\0\x01\0\x03\0\0\0\x02hi\xff\xff\xff\xff\0\0\0\0\0\0"s;
  const auto head = parse_bind_head(body);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->portal, "p");
  EXPECT_EQ(head->statement, "s");
  const auto values = parse_bind_values(body);
  ASSERT_TRUE(values);
  ASSERT_EQ(values->size(), 3u);
  EXPECT_EQ((*values)[0].bytes, "hi");
  EXPECT_TRUE((*values)[0].binary);
  EXPECT_TRUE((*values)[1].null);
  EXPECT_FALSE((*values)[2].null);
  EXPECT_FALSE(parse_bind_values("p\0s\0\0\0\0\x01\x7f\xff\xff\xff"s));
}

TEST(Extended, AnyBytesAreReadOrRefused) {
  EXPECT_TRUE(rc::check([](const std::string& bytes) {
    parse_parse(bytes);
    parse_bind_head(bytes);
    parse_bind_values(bytes);
    parse_target(bytes);
    parse_execute(bytes);
    parse_parameter_description(bytes);
    field(bytes, 'M');
    rows_of(bytes);
  }));
}

TEST(Tag, Rows) {
  EXPECT_EQ(rows_of("INSERT 0 5"), 5);
  EXPECT_EQ(rows_of("SELECT 12"), 12);
  EXPECT_EQ(rows_of("CREATE TABLE"), std::nullopt);
  EXPECT_EQ(rows_of("SELECT 99999999999999999999"), std::nullopt);
  EXPECT_EQ(rows_of(""), std::nullopt);
  EXPECT_EQ(rows_of("X "), std::nullopt);
}

}  // namespace
}  // namespace windlass::wire
