#include "runner/cli/dynamic_reference_values.hpp"

#include <cstdlib>
#include <fstream>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {
namespace {

using testing::HasSubstr;

class ValuesFile : public testing::Test {
 protected:
  ValuesFile() {
    char name[] = "/tmp/ibtest-values-XXXXXX";
    ::close(::mkstemp(name));
    path_ = name;
  }
  ~ValuesFile() override { ::unlink(path_.c_str()); }

  DynamicReferenceValues read(const std::string& text) {
    std::ofstream(path_) << text;
    return read_values_file(path_);
  }
  std::string refusal(const std::string& text) {
    try {
      static_cast<void>(read(text));
    } catch (const Fault& fault) {
      EXPECT_EQ(fault.status(), ExitStatus::not_runnable);
      return fault.message() + " / " + fault.remedy();
    }
    return "accepted";
  }

  std::string path_;
};

TEST_F(ValuesFile, HoldsTextsAndSecretsBySource_VAR19_VAR22_VAR23) {
  const auto values = read("aws:ssm: { /a: 1.0, /s: { secure: x } }\naws:imds:\n  placement/region: eu\ncontext: {}\n");
  EXPECT_EQ(values.at("aws:ssm").at("/a").text, "1.0");
  EXPECT_FALSE(values.at("aws:ssm").at("/a").secure);
  EXPECT_EQ(values.at("aws:ssm").at("/s").text, "x");
  EXPECT_TRUE(values.at("aws:ssm").at("/s").secure);
  EXPECT_EQ(values.at("aws:imds").at("placement/region").text, "eu");
  EXPECT_TRUE(read("").empty());
}

TEST_F(ValuesFile, IsRefusedWithThePlace) {
  EXPECT_THAT(refusal("aws:smm: {}"),
              HasSubstr(":1:1: there are no references of the kind `aws:smm` / did you mean `aws:ssm`?"));
  EXPECT_THAT(refusal("env: {}"), HasSubstr("there are: aws:ssm, aws:imds, context"));
  EXPECT_THAT(refusal("aws:ssm: text"), HasSubstr("`aws:ssm` is no mapping"));
  EXPECT_THAT(refusal("aws:ssm:\n  /a: [1]"),
              HasSubstr(":2:3: the value of `/a` is neither a text nor `secure: text`"));
  EXPECT_THAT(refusal("- a"), HasSubstr("this is no mapping"));
  EXPECT_THAT(refusal("a: [b"), HasSubstr(path_ + ":1:"));
}

}  // namespace
}  // namespace ibtest
