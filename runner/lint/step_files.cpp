#include "runner/lint/step_files.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace ibtest {

namespace {

struct PathInput {
  std::string_view action;
  std::string_view input;
};

constexpr auto inputs_that_make = std::to_array<PathInput>({{"AppendFile", "path"},
                                                            {"CopyFile", "destination"},
                                                            {"CopyFolder", "destination"},
                                                            {"CreateFile", "path"},
                                                            {"CreateFolder", "path"},
                                                            {"CreateSymlink", "path"},
                                                            {"MoveFile", "destination"},
                                                            {"MoveFolder", "destination"},
                                                            {"S3Download", "destination"},
                                                            {"WebDownload", "destination"}});

constexpr auto inputs_that_use = std::to_array<PathInput>({{"CopyFile", "source"},
                                                           {"CopyFolder", "source"},
                                                           {"ExecuteBinary", "path"},
                                                           {"MoveFile", "source"},
                                                           {"MoveFolder", "source"},
                                                           {"ReadFile", "path"},
                                                           {"S3Upload", "source"},
                                                           {"SetFileOwner", "path"},
                                                           {"SetFilePermissions", "path"}});

bool is_literal(std::string_view path) {
  return !path.empty() && path.find_first_of("$`*?{") == std::string_view::npos;
}

void read_inputs(const Step& step, std::span<const PathInput> inputs, std::vector<PathUse>& paths) {
  if (!step.inputs) return;
  const auto read_item = [&](const YamlNode& item) {
    for (const PathInput& input : inputs) {
      if (input.action != step.action.value) continue;
      const YamlNode* const value = item.find(input.input);
      if (value != nullptr && value->is_scalar() && is_literal(value->text))
        paths.push_back({value->text, value->range});
    }
  };
  if (step.inputs->is_mapping()) read_item(*step.inputs);
  for (const YamlNode& item : step.inputs->items)
    read_item(item);
}

/// `tar czf`, `tar -cf`, `tar --create`.
bool packs(const ShellCommand& command) {
  const std::size_t index = program_index(command) + 1;
  if (index >= command.words.size()) return false;
  const std::string_view word = command.words[index].text;
  return word == "--create" || (!word.starts_with("--") && word.find('c') != std::string_view::npos);
}

/// Whether a word of a command names what it makes: `tee FILE`, `cp FROM FILE`, `curl -o FILE`.
bool is_made(const ShellCommand& command, std::size_t index) {
  constexpr auto makes_all = std::to_array<std::string_view>({"tee", "touch", "mkdir", "mktemp"});
  constexpr auto makes_last = std::to_array<std::string_view>({"cp", "mv", "install", "ln", "rsync"});
  constexpr auto options =
      std::to_array<std::string_view>({"-o", "-O", "--output", "--output-document", "-C", "-d", "-fsSLo", "-sSLo"});
  const std::string_view program = program_name(command);
  if (std::ranges::find(makes_all, program) != makes_all.end()) return true;
  if (program == "tar") return packs(command);
  if (std::ranges::find(makes_last, program) != makes_last.end() && index + 1 == command.words.size()) return true;
  return index > 0 && std::ranges::find(options, command.words[index - 1].text) != options.end();
}

/// Commands for which the file may as well be missing.
bool may_be_missing_for(const ShellCommand& command) {
  const bool negated =
      command.negated || std::ranges::find(command.words, "!", &ShellWord::text) != command.words.end();
  return negated || program_name(command) == "rm" || program_name(command) == "echo" ||
         command.after == ShellSeparator::or_else;
}

void read_script(const StepScript& script, StepFiles& files) {
  for (const ShellCommand& command : script.shell().commands) {
    if (is_literal(command.output_file)) files.made.push_back({command.output_file, script.range(command)});
    for (std::size_t index = 0; index < command.words.size(); ++index) {
      const ShellWord& word = command.words[index];
      if (!word.literal || !word.text.starts_with('/') || !is_literal(word.text)) continue;
      const PathUse use{word.text, script.range(word)};
      if (is_made(command, index)) {
        files.made.push_back(use);
      } else if (!may_be_missing_for(command)) {
        files.used.push_back(use);
      }
    }
  }
}

/// Whether a script asks for a reboot, after which it runs again.
bool runs_again(const StepScript& script) {
  return std::ranges::any_of(script.shell().commands, [](const ShellCommand& command) {
    return command.words.size() == 2 && command.words[0].text == "exit" && command.words[1].text == "194";
  });
}

}  // namespace

StepFiles step_files(const Step& step, std::span<const StepScript> scripts) {
  StepFiles files;
  read_inputs(step, inputs_that_make, files.made);
  read_inputs(step, inputs_that_use, files.used);
  const auto script =
      std::ranges::find_if(scripts, [&step](const StepScript& candidate) { return &candidate.step() == &step; });
  if (script == scripts.end()) return files;
  read_script(*script, files);
  files.runs_again = runs_again(*script);
  return files;
}

}  // namespace ibtest
