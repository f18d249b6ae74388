#include "runner/cli/aws_environment.hpp"

#include <array>

#include "agent/protocol/fault.hpp"

namespace ibtest {

namespace {

struct Variable {
  const char* name;
  bool required;
  bool secret;
};

constexpr std::array variables = {
    Variable{"AWS_ACCESS_KEY_ID", true, false},   Variable{"AWS_SECRET_ACCESS_KEY", true, true},
    Variable{"AWS_SESSION_TOKEN", false, true},   Variable{"AWS_REGION", false, false},
    Variable{"AWS_DEFAULT_REGION", false, false},
};

}  // namespace

std::map<std::string, std::string> aws_environment(const EnvironmentVariables& environment) {
  std::map<std::string, std::string> passed;
  for (const Variable& variable : variables) {
    const auto found = environment.find(variable.name);
    if (found != environment.end() && !found->second.empty()) {
      passed.insert(*found);
    } else if (variable.required) {
      throw Fault(ExitStatus::not_runnable,
                  std::string("--pass-aws-env: ") + variable.name + " is not set in the environment",
                  "`eval \"$(aws configure export-credentials --format env)\"` sets it from a profile");
    }
  }
  return passed;
}

std::vector<std::string> secrets_of(const std::map<std::string, std::string>& aws_environment) {
  std::vector<std::string> secrets;
  for (const Variable& variable : variables) {
    const auto found = aws_environment.find(variable.name);
    if (variable.secret && found != aws_environment.end()) secrets.push_back(found->second);
  }
  return secrets;
}

}  // namespace ibtest
