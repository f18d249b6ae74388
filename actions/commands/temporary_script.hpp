#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "actions/action_context.hpp"

namespace ibtest {

/// The script file of one attempt in a temporary folder of its own, `AWSTOE<digits>/script-<digits>.sh` in the system's
/// temporary folder; removed with the folder when this goes, on failure too (EXECUTEBASH-2).
class TemporaryScript {
 public:
  /// Writes the commands one after another, separated by line breaks (EXECUTEBASH-1).
  TemporaryScript(const std::vector<std::string>& commands, ActionContext& context);
  TemporaryScript(const TemporaryScript&) = delete;
  TemporaryScript& operator=(const TemporaryScript&) = delete;
  ~TemporaryScript();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Why there is no script; empty when there is one.
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  void create_folder();
  void write(const std::vector<std::string>& commands);

  ActionContext& context_;
  std::filesystem::path folder_;
  std::filesystem::path path_;
  std::string error_;
};

}  // namespace ibtest
