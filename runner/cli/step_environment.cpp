#include "runner/cli/step_environment.hpp"

#include <algorithm>
#include <array>

namespace ibtest {

namespace {

struct NamedPlatform {
  std::string_view image;
  std::string_view name;
  std::string_view version;
};

// As the Systems Manager agent names them, after /etc/os-release.
constexpr std::array platforms = {
    NamedPlatform{"al2023", "Amazon Linux", "2023"},      NamedPlatform{"al2", "Amazon Linux", "2"},
    NamedPlatform{"ubuntu-22.04", "Ubuntu", "22.04"},     NamedPlatform{"ubuntu-24.04", "Ubuntu", "24.04"},
    NamedPlatform{"debian-12", "Debian GNU/Linux", "12"},
};

NamedPlatform platform_of(std::string_view target) {
  const std::string_view image = target.substr(target.find(':') + 1);
  const auto known =
      std::find_if(platforms.begin(), platforms.end(), [&](const NamedPlatform& p) { return p.image == image; });
  return known == platforms.end() ? NamedPlatform{image, "Linux", "0"} : *known;
}

std::string without_dashes(std::string text) {
  std::erase(text, '-');
  return text;
}

}  // namespace

std::map<std::string, std::string> step_environment(const EnvironmentFacts& facts) {
  const NamedPlatform platform = platform_of(facts.target);
  // The documentation's example account; nothing may reach a real one.
  const std::string arn = "arn:aws:imagebuilder:us-east-1:123456789012:";
  return {
      {"LANG", "en_US.UTF-8"},
      {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"},
      {"AWS_SSM_INSTANCE_ID", "i-0123456789abcdef0"},
      {"AWS_SSM_PLATFORM_NAME", std::string(platform.name)},
      {"AWS_SSM_PLATFORM_VERSION", std::string(platform.version)},
      {"AWS_SSM_REGION_NAME", "us-east-1"},
      {"SSM_COMMAND_ID", facts.execution_id},
      {"INVOCATION_ID", without_dashes(facts.execution_id)},
      {"JOURNAL_STREAM", "8:12345"},
      {"SHLVL", "1"},
      {"PWD", facts.working_directory},
      {"_", "/usr/bin/awstoe"},
      {"IMAGE_WORKFLOW_EXECUTION_ID", "wf-" + facts.execution_id},
      {"IMAGE_STEP_EXECUTION_ID", "step-" + facts.execution_id},
      {"IMAGE_BUILD_VERSION_ARN", arn + "image/ibtest/1.0.0/1"},
      {"IMAGE_PIPELINE_ARN", arn + "image-pipeline/ibtest"},
      {"IMAGE_VERSION", "1.0.0"},
      {"IMAGE_BUILD_VERSION", "1"},
      {"WORKING_DIRECTORY", facts.working_directory},
  };
}

}  // namespace ibtest
