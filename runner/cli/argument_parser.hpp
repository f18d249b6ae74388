#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {

/// A mistake on the command line, and what to do about it.
[[nodiscard]] Fault usage_fault(std::string what, std::string remedy);

/// "`ibtest help run` shows all flags".
[[nodiscard]] std::string see_help(std::string_view command);

/// Lets a flag be given several times, with one value each: otherwise it would swallow the files after it.
CLI::Option* repeated(CLI::Option* option);

/// All flags of a command, with their dashes.
[[nodiscard]] std::vector<std::string> flags_of(const CLI::App& app);

/// "did you mean `x`?", or `otherwise` when nothing is near.
[[nodiscard]] std::string suggestion(std::string_view given, const std::vector<std::string>& candidates,
                                     std::string_view otherwise);

/// Parses one command's arguments; what CLI11 says about mistakes is said again in our words, as a Fault.
void parse_arguments(CLI::App& app, std::string_view command, std::vector<std::string> arguments);

/// A number from 0 to `most`. Throws Fault.
[[nodiscard]] std::uint32_t whole_number(std::string_view flag, const std::string& text, std::uint32_t most);

/// Splits "name=value"; `form` is what the message asks for. Throws Fault.
[[nodiscard]] std::pair<std::string, std::string> split_assignment(std::string_view flag, const std::string& text,
                                                                   std::string_view form);

/// The value that one of several words stands for. Throws Fault.
template <typename Value, std::size_t N>
Value choose(std::string_view flag, const std::string& given,
             const std::array<std::pair<std::string_view, Value>, N>& choices) {
  std::vector<std::string> words;
  for (const auto& [word, value] : choices) {
    if (given == word) return value;
    words.emplace_back(word);
  }
  throw usage_fault(fmt::format("{} cannot be `{}`", flag, given),
                    suggestion(given, words, fmt::format("it is one of: {}", fmt::join(words, ", "))));
}

}  // namespace ibtest
