#include "actions/packages/package_manager.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "actions/packages/service_policy.hpp"
#include "tests/unit/actions/test_context.hpp"

namespace ibtest {
namespace {

TEST(PackageManager, KnowsAmazonLinux2023_UPDATEOS_4) {
  const auto on_2023 = [](std::string_view os_release) {
    return detect_package_manager(os_release, {}, "/").on_amazon_linux_2023;
  };
  EXPECT_TRUE(
      on_2023("NAME=\"Amazon Linux\"\nVERSION=\"2023\"\nID=\"amzn\"\nID_LIKE=\"fedora\"\nVERSION_ID=\"2023\"\n"));
  EXPECT_TRUE(on_2023("VERSION_ID=2023.5\nID=amzn"));
  EXPECT_FALSE(on_2023("ID=\"amzn\"\nVERSION_ID=\"2\"\n"));
  EXPECT_FALSE(on_2023("ID_LIKE=\"amzn\"\nVERSION_ID=\"2023\"\n"));
  EXPECT_FALSE(on_2023("ID='debian'\nVERSION_ID=\"12\""));
  EXPECT_FALSE(on_2023(""));
}

class ServicePolicyTest : public ModuleTest {
 protected:
  ServicePolicyTest() { std::filesystem::create_directories(at("usr/sbin")); }
};

TEST_F(ServicePolicyTest, ForbidsStartsForItsTime_EMU_UPDATEOS_3) {
  {
    const ServicePolicy policy(context_, temporary_.path());
    EXPECT_EQ(context_.run_process({.command_line = {at("usr/sbin/policy-rc.d"), "cron", "start"}}).exit_code, 101);
    EXPECT_EQ(mode_of(at("usr/sbin/policy-rc.d")), 0755U);
  }
  EXPECT_FALSE(exists("usr/sbin/policy-rc.d"));
  EXPECT_TRUE(context_.warned.empty());
}

TEST_F(ServicePolicyTest, LeavesTheTargetsOwnAlone_EMU_UPDATEOS_3) {
  write("usr/sbin/policy-rc.d", "own");
  { const ServicePolicy policy(context_, temporary_.path()); }
  EXPECT_EQ(read("usr/sbin/policy-rc.d"), "own");
}

TEST_F(ServicePolicyTest, LeavesWhatAPackageHasPutInItsPlace) {
  {
    const ServicePolicy policy(context_, temporary_.path());
    write("new", "of a package");
    std::filesystem::rename(at("new"), at("usr/sbin/policy-rc.d"));
  }
  EXPECT_EQ(read("usr/sbin/policy-rc.d"), "of a package");
}

TEST_F(ServicePolicyTest, LetsSystemdDecideWhereItRuns_EMU_UPDATEOS_3) {
  std::filesystem::create_directories(at("run/systemd/system"));
  const ServicePolicy policy(context_, temporary_.path());
  EXPECT_FALSE(exists("usr/sbin/policy-rc.d"));
}

TEST_F(ServicePolicyTest, NeedsNoFolder) {
  std::filesystem::remove(at("usr/sbin"));
  { const ServicePolicy policy(context_, temporary_.path()); }
  EXPECT_TRUE(context_.warned.empty());
}

}  // namespace
}  // namespace ibtest
