#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/document/diagnostic.hpp"
#include "agent/document/source_text.hpp"

namespace ibtest::testing {

inline std::shared_ptr<const SourceText> source(std::string text) {
  return std::make_shared<const SourceText>("document.yml", std::move(text));
}

inline std::vector<std::string> codes(const std::vector<Diagnostic>& diagnostics) {
  std::vector<std::string> result;
  for (const Diagnostic& diagnostic : diagnostics)
    result.push_back(diagnostic.code);
  return result;
}

inline std::string repeated(std::string_view text, std::size_t times) {
  std::string result;
  result.reserve(text.size() * times);
  for (std::size_t count = 0; count < times; ++count)
    result += text;
  return result;
}

/// "line:column" of where a finding begins.
inline std::string place(const Diagnostic& diagnostic) {
  return std::to_string(diagnostic.range.begin.line) + ":" + std::to_string(diagnostic.range.begin.column);
}

}  // namespace ibtest::testing
