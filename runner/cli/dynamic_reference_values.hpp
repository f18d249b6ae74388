#pragma once

#include <map>
#include <string>

#include "agent/protocol/job.hpp"

namespace ibtest {

/// By source ("aws:ssm", "aws:imds", "context"), then by name.
using DynamicReferenceValues = std::map<std::string, std::map<std::string, GivenValue>>;

/// Reads the file of --values, which stands for what only the cloud knows (VAR-19 to VAR-23): a YAML or JSON mapping of
/// sources to mappings of names to values. A value is a text, or `secure: text` for what no log may show. Throws Fault
/// (not_runnable) naming the place.
[[nodiscard]] DynamicReferenceValues read_values_file(const std::string& path);

}  // namespace ibtest
