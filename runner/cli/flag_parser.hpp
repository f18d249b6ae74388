#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "agent/protocol/fault.hpp"

namespace ibtest {

/// Fault (not_runnable) about the command line.
[[nodiscard]] Fault usage_fault(std::string what, std::string remedy);

/// "`ibtest help run` shows all flags".
[[nodiscard]] std::string see_help(std::string_view command);

/// "did you mean `x`?", or `otherwise` when no candidate is near.
[[nodiscard]] std::string suggestion(std::string_view given, const std::vector<std::string>& candidates,
                                     std::string_view otherwise);

/// One value per flag: otherwise a flag that may be repeated would swallow the files after it.
CLI::Option* repeated(CLI::Option* option);

/// Names of all flags of a command, with their dashes.
[[nodiscard]] std::vector<std::string> flags_of(const CLI::App& app);

/// Parses one command's arguments; what CLI11 says about mistakes is said again in our words. Throws Fault.
void parse_flags(CLI::App& app, std::string_view command, std::vector<std::string> arguments);

/// The value that a word of a flag stands for. Throws Fault with the nearest word, or all of them.
template <typename Value, std::size_t N>
[[nodiscard]] Value choose(std::string_view flag, const std::string& given,
                           const std::array<std::pair<std::string_view, Value>, N>& choices) {
  std::vector<std::string> words;
  std::string all;
  for (const auto& [word, value] : choices) {
    if (given == word) return value;
    words.emplace_back(word);
    all += (all.empty() ? "" : ", ") + words.back();
  }
  throw usage_fault(std::string(flag) + " cannot be `" + given + "`", suggestion(given, words, "it is one of: " + all));
}

/// A number from 0 to `most`. Throws Fault.
[[nodiscard]] std::uint32_t whole_number(std::string_view flag, const std::string& text, std::uint32_t most);

/// Splits "name=value". Throws Fault that says to write `form`.
[[nodiscard]] std::pair<std::string, std::string> split_assignment(std::string_view flag, const std::string& text,
                                                                   std::string_view form);

/// The texts between the commas, as they are; one empty text for an empty one.
[[nodiscard]] std::vector<std::string> split_at_commas(std::string_view text);

}  // namespace ibtest
