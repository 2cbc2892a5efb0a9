#include "wire/scram.h"

#include <gtest/gtest.h>

namespace windlass::wire {
namespace {

// The exchange of RFC 7677, section 3.
constexpr const char* kClientFirst = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
constexpr const char* kServerFirst =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
constexpr const char* kClientFinal =
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+"
    "Ute9ytag9zjfMHgsqmmiz7AndVQ=";
constexpr const char* kServerFinal = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

ScramServer server(const char* password = "pencil") {
  return {password, from_base64("W22ZaJ0SNY7soEsUEjb6gQ=="), "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"};
}

TEST(Scram, SpeaksTheExampleOfTheStandard) {
  ScramServer scram = server();
  EXPECT_EQ(scram.first(kClientFirst).value(), kServerFirst);
  EXPECT_EQ(scram.final(kClientFinal).value(), kServerFinal);
}

TEST(Scram, RefusesAnotherPassword) {
  ScramServer scram = server("pencils");
  ASSERT_TRUE(scram.first(kClientFirst));
  const auto refused = scram.final(kClientFinal);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().got, "password authentication failed");
}

TEST(Scram, RefusesWhatIsMalformed) {
  for (const char* first :
       {"", "n", "n,,", "n,,n=user", "p=tls-unique,,n=user,r=abc", "x,,n=u,r=a", "n,,r=abc", "n,,n=,r="}) {
    ScramServer scram = server();
    EXPECT_FALSE(scram.first(first)) << first;
  }
  for (const char* final : {"", "c=biws", "c=biws,r=other,p=AAAA",
                            "c=eSws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=AAAA",
                            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
                            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=!!!"}) {
    ScramServer scram = server();
    ASSERT_TRUE(scram.first(kClientFirst));
    EXPECT_FALSE(scram.final(final)) << final;
  }
  ScramServer unstarted = server();
  EXPECT_FALSE(unstarted.final(kClientFinal));
}

TEST(Scram, Base64) {
  EXPECT_EQ(to_base64("n,,"), "biws");
  EXPECT_EQ(from_base64("biws"), "n,,");
  EXPECT_EQ(from_base64(to_base64("abcd")), "abcd");
  EXPECT_EQ(from_base64("abc"), "");
}

}  // namespace
}  // namespace windlass::wire
