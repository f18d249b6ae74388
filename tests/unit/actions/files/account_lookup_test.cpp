#include "actions/files/account_lookup.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actions/files/getent.hpp"
#include "tests/unit/actions/test_context.hpp"

namespace ibtest {
namespace {

class AccountLookupTest : public testing::Test {
 protected:
  AccountLookupTest() {
    std::ofstream(temporary_.path() / "passwd") << "root:x:0:0:root:/root:/bin/bash\n+nis\nbroken\n"
                                                   "app:x:1001:1002::/home/app:/bin/sh\n123:x:77:78::/:/bin/sh\n"
                                                   "odd:x:many:1:::\n";
    std::ofstream(temporary_.path() / "group") << "root:x:0:\nappgroup:x:1002:app\n456:x:99:\n";
  }
  TemporaryFolder temporary_;
  AccountLookup accounts_{temporary_.path() / "passwd", temporary_.path() / "group"};
};

TEST_F(AccountLookupTest, FindsNamesInTheFiles_OWN_1) {
  ASSERT_TRUE(accounts_.user("app"));
  EXPECT_EQ(accounts_.user("app")->id, 1001U);
  EXPECT_EQ(accounts_.user("app")->primary_group, 1002U);
  EXPECT_EQ(accounts_.group("appgroup"), 1002U);
}

TEST_F(AccountLookupTest, TakesDigitsAsIdUnlessAnAccountHasThatName_OWN_1) {
  EXPECT_EQ(accounts_.user("4711")->id, 4711U);
  EXPECT_EQ(accounts_.user("4711")->primary_group, std::nullopt);
  EXPECT_EQ(accounts_.user("123")->id, 77U);
  EXPECT_EQ(accounts_.group("4711"), 4711U);
  EXPECT_EQ(accounts_.group("456"), 99U);
}

TEST_F(AccountLookupTest, KnowsNoOthers_OWN_2) {
  for (const auto* name :
       {"nobody-here", "", "-1", "4294967295", "99999999999", "+nis", "broken", "odd", "root:x", "1001 ", "0x10"}) {
    EXPECT_FALSE(accounts_.user(name)) << name;
  }
  EXPECT_FALSE(accounts_.group("app-no"));
}

TEST_F(AccountLookupTest, AsksGetentForWhatTheFilesDoNotHave) {
  // This machine has root; the file given here has no such account.
  const AccountLookup empty(temporary_.path() / "none", temporary_.path() / "none");
  ASSERT_TRUE(empty.user("root"));
  EXPECT_EQ(empty.user("root")->id, 0U);
  EXPECT_EQ(empty.group("root"), 0U);
  EXPECT_THAT(ask_getent("passwd", "root"), testing::StartsWith("root:x:0:0:"));
  EXPECT_EQ(ask_getent("passwd", "nobody-here"), "");
}

}  // namespace
}  // namespace ibtest
