#include "agent/engine/dynamic_values.hpp"

#include <array>
#include <fstream>
#include <unistd.h>

#include <fmt/format.h>

#include "agent/engine/unresolved_reference.hpp"
#include "agent/protocol/execution_id.hpp"

namespace ibtest {

namespace {

// Quotes as the shell that reads /etc/os-release would take them.
std::string unquoted(std::string text) {
  const bool quoted = text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front();
  return quoted ? text.substr(1, text.size() - 2) : text;
}

std::string from_os_release(const std::string& key) {
  for (const char* const name : {"/etc/os-release", "/usr/lib/os-release"}) {
    std::ifstream file(name);
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with(key + "=")) return unquoted(line.substr(key.size() + 1));
    }
    if (file.is_open()) return {};
  }
  return {};
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

// "2024-03-09T07:05:02"
std::string current_second() {
  constexpr std::size_t length = 19;
  return format_time_ns(current_time_ns()).substr(0, length);
}

}  // namespace

DynamicValues::Value DynamicValues::value_of(const Reference& reference, const DynamicReference& dynamic,
                                             const std::string& phase, const std::string& step,
                                             const std::map<std::string, std::string, std::less<>>& variables) const {
  if (dynamic.source == "env") {
    const auto found = job_.environment.find(dynamic.name);
    if (found == job_.environment.end()) {
      throw UnresolvedReference(reference, "the environment has no variable of this name");  // VAR-21
    }
    return {found->second};
  }
  if (dynamic.source == "aws:ssm") return parameter_store_value(reference, dynamic.name, variables);
  if (auto given = given_value(dynamic.source, dynamic.name)) return *given;
  if (dynamic.source == "context") {
    if (dynamic.name == "phase") return {phase};
    if (dynamic.name == "step") return {step};
    return {context_value(reference, dynamic.name)};
  }
  throw UnresolvedReference(reference, "there is no instance metadata here; give a value for it with --values FILE");
}

// VAR-20: the name itself may be the value of a parameter, or of another SSM parameter.
DynamicValues::Value DynamicValues::parameter_store_value(
    const Reference& reference, const std::string& name,
    const std::map<std::string, std::string, std::less<>>& variables) const {
  constexpr std::string_view resolve = "resolve(";
  constexpr std::string_view nested = "aws:ssm:";
  std::string parameter = name;
  if (name.starts_with(resolve) && name.ends_with(')')) {
    const std::string inner = name.substr(resolve.size(), name.size() - resolve.size() - 1);
    if (inner.starts_with(nested)) {
      parameter = parameter_store_value(reference, inner.substr(nested.size()), variables).text;
    } else if (const auto variable = variables.find(inner); variable != variables.end()) {
      parameter = variable->second;
    } else {
      throw UnresolvedReference(reference, fmt::format("no parameter or constant has the name {}", inner));
    }
  }
  auto given = given_value("aws:ssm", parameter);
  if (!given) {
    throw UnresolvedReference(
        reference,
        fmt::format("the SSM parameter {} is not known here; give a value for it with --values FILE", parameter));
  }
  if (given->secure && given->text.find('\n') != std::string::npos) {
    throw UnresolvedReference(reference, "the secret has several lines, which the cloud refuses");  // VAR-19
  }
  return *given;
}

std::optional<DynamicValues::Value> DynamicValues::given_value(const std::string& source,
                                                               const std::string& name) const {
  const auto values = job_.values.find(source);
  if (values == job_.values.end()) return std::nullopt;
  const auto found = values->second.find(name);
  if (found == values->second.end()) return std::nullopt;
  return Value{found->second.text, found->second.secure};
}

std::string DynamicValues::context_value(const Reference& reference, const std::string& key) const {
  if (key == "executionId") return job_.execution_id;
  if (key == "osPlatform") return "linux";
  if (key == "osName") return from_os_release("NAME");
  if (key == "osVersion") return from_os_release("VERSION_ID");
  if (key == "date") return current_second().substr(0, 10);
  if (key == "dateTime") return current_second() + "Z";
  if (key == "uuid") return make_random_uuid();
  if (key == "hostname") return host_name();
  // accountId and region: the example account of the documentation stands for them (VAR-24).
  const auto known = job_.environment.find("AWS_SSM_REGION_NAME");
  if (key == "region" && known != job_.environment.end()) return known->second;
  if (key == "accountId") return "123456789012";
  throw UnresolvedReference(reference, "there is no such context value; give one with --values FILE");
}

}  // namespace ibtest
