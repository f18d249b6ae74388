#include "runner/lint/lint_input.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include "agent/protocol/fault.hpp"
#include "runner/lint/path_pattern.hpp"

namespace ibtest {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> extensions = {".yml", ".yaml", ".json", ".template"};
constexpr std::array<std::string_view, 5> made_by_tools = {".git", ".ibtest", "build", "node_modules", ".terraform"};

template <std::size_t N>
bool holds(const std::array<std::string_view, N>& list, const std::string& text) {
  return std::ranges::find(list, text) != list.end();
}

class InputCollector {
 public:
  void add(const std::string& argument) {
    std::error_code error;
    if (argument != "-" && fs::is_directory(argument, error)) {
      walk(argument, [](const fs::path& path) { return holds(extensions, path.extension().string()); });
    } else if (argument == "-" || !is_pattern(argument) || fs::exists(argument, error)) {
      named(argument);
    } else {
      expand(argument);
    }
  }

  std::vector<LintInput> take() {
    std::vector<LintInput> inputs;
    inputs.reserve(inputs_.size());
    for (auto& [path, is_named] : inputs_)
      inputs.push_back({path, is_named});
    return inputs;
  }

 private:
  static std::string shown(const fs::path& path) {
    const fs::path normal = path.lexically_normal();
    return normal.empty() ? path.string() : normal.string();
  }

  void named(const std::string& path) {
    // A file `./-` must not become standard input.
    const std::string name = shown(path);
    inputs_[name == "-" ? path : name] = true;
  }

  void expand(const std::string& pattern) {
    const std::size_t wildcard = pattern.find_first_of("*?[");
    const std::size_t slash = pattern.rfind('/', wildcard);
    const std::string folder = slash == std::string::npos ? "." : slash == 0 ? "/" : pattern.substr(0, slash);
    const std::string wanted = shown(pattern);
    const std::size_t before = inputs_.size();
    std::error_code error;
    if (fs::is_directory(folder, error))
      walk(folder, [&](const fs::path& path) { return matches_path(wanted, shown(path)); });
    if (inputs_.size() == before)
      throw Fault(ExitStatus::not_runnable, fmt::format("no file matches {}", pattern),
                  "`**` stands for any number of folders, `*` for a part of one name");
  }

  /// Files only, links to files included; links to folders are not followed, as they may lead in circles.
  template <typename Wanted>
  void walk(const fs::path& folder, const Wanted& wanted) {
    std::error_code error;
    fs::recursive_directory_iterator place(folder, error);
    for (; !error && place != fs::recursive_directory_iterator(); place.increment(error)) {
      std::error_code ignored;
      if (place->is_directory(ignored) && holds(made_by_tools, place->path().filename().string()))
        place.disable_recursion_pending();
      if (place->is_regular_file(ignored) && wanted(place->path())) inputs_.emplace(shown(place->path()), false);
    }
    if (error)
      throw Fault(ExitStatus::not_runnable, fmt::format("reading the folder {}: {}", folder.string(), error.message()));
  }

  std::map<std::string, bool> inputs_;
};

}  // namespace

std::vector<LintInput> find_lint_inputs(const std::vector<std::string>& arguments) {
  InputCollector collector;
  for (const std::string& argument : arguments)
    collector.add(argument);
  return collector.take();
}

}  // namespace ibtest
