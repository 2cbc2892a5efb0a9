#include <gtest/gtest.h>

#include "diagnose/compose.h"

namespace windlass::diagnose {
namespace {

Finding saying(const std::string& message) {
  Finding finding;
  finding.code = "downgrade-fails";
  finding.revision = "0002";
  finding.message = message;
  return finding;
}

TEST(Fingerprint, DoesNotTellOneRunsAddressesAndNumbersFromAnothers) {
  EXPECT_EQ(fingerprint(saying("Constraint <Columns object at 0x7f441bf588b0> has no name")),
            fingerprint(saying("Constraint <Columns object at 0x7fa0c3d0e1f2> has no name")));
  EXPECT_EQ(fingerprint(saying("line 12")), fingerprint(saying("line 7")));
}

TEST(Fingerprint, TellsWhatIsSaidApart) {
  EXPECT_NE(fingerprint(saying("no name")), fingerprint(saying("no table")));
  EXPECT_NE(fingerprint(saying("0xcafe is there")), fingerprint(saying("0xcafe is gone")));
}

}  // namespace
}  // namespace windlass::diagnose
