#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "agent/protocol/job.hpp"

namespace ibtest {

class ActionContext;
class ActionInputs;
class Findings;
struct Step;
struct YamlNode;

enum class Platform { linux_os, windows, macos };

/// `named_values`: a list of mappings with the keys `name` and `value`.
enum class InputType { string, string_list, boolean, integer, string_map, string_or_list, named_values };

/// What a value must fulfil beyond its type; check_values.cpp says what each means.
enum class InputRule {
  none,
  not_negative,        ///< of integers
  path,                ///< PATH-1, PATH-2
  file_path,           ///< CREATEFILE-6: and no separator at its end
  path_with_wildcard,  ///< GLOB-1, GLOB-2
  name_pattern,        ///< GLOB-1
  link_target,         ///< CREATESYMLINK-2
  account,             ///< OWN-2: the name or ID of a user or group
  octal_mode,          ///< PERM-1, PERM-2
  overwrite,           ///< LIST-3
  new_encoding,        ///< SETFILEENCODING-3
  registry_path,       ///< SETREGISTRY-1, SETREGISTRY-4
  msi_log_options,     ///< INSTALLMSI-9
  msi_properties,      ///< INSTALLMSI-5
};

/// One row of an action's input table. The checks, the run, the log files and the documentation all read it.
struct InputField {
  std::string_view name;
  InputType type = InputType::string;
  bool required = false;
  std::string_view default_value = {};              ///< as written in the specification's table; "" for none
  std::span<const std::string_view> accepted = {};  ///< empty: any value; compared without letter case
  bool exact_case = false;                          ///< accepted values are compared with letter case
  InputRule rule = InputRule::none;
  bool unix_only = false;     ///< refused on Windows
  bool may_be_empty = false;  ///< although it is required
  std::string_view description;
};

/// `condition`: one operator with its operands (section 5 of the language specification), no table.
enum class InputShape { object, list, condition };

/// What became of one attempt (section 2.2 of the module specification).
struct ActionResult {
  enum class Outcome { success, failure, reboot_then_repeat, reboot_then_continue, execute_child };
  Outcome outcome = Outcome::success;
  std::string error;                                                 ///< text of failureMessage, e.g. "exit status 1"
  std::optional<int> exit_code;                                      ///< of the process, for modules that run one
  std::int64_t reboot_delay_seconds = 0;                             ///< to wait before the reboot (REBOOT-1)
  nlohmann::ordered_json outputs = nlohmann::ordered_json::array();  ///< one object per element (OUT-1, OUT-5)

  std::optional<ChildRun> child = {};  ///< the document to execute; how it comes out is the result of the attempt
  bool ends_run = false;               ///< a failure that ends the run, whatever `onFailure` says (STEP-6)

  static ActionResult success() { return {}; }
  static ActionResult failure(std::string error) {
    ActionResult result;
    result.outcome = Outcome::failure;
    result.error = std::move(error);
    return result;
  }
};

/// An action module: its interface as a table, and what it does. One constant of this type per file of actions/.
struct ActionModule {
  std::string_view name;
  std::string_view summary;  ///< one sentence for documentation and hover texts
  std::span<const Platform> platforms;
  InputShape shape = InputShape::object;
  bool inputs_optional = false;  ///< GEN-3
  std::span<const InputField> inputs;
  std::span<const std::string_view> one_of = {};  ///< names of inputs of which exactly one must be given
  /// What the table cannot say: rules between inputs of one item, or between them and the step. Null: none.
  void (*check_item)(const YamlNode& item, const Step& step, Findings& findings) = nullptr;
  std::span<const std::string_view> outputs = {};  ///< keys of its outputs; empty for none
  bool outputs_per_item = false;                   ///< one set of outputs for each item of the inputs (OUT-5)
  ActionResult (*run)(const ActionInputs& inputs, ActionContext& context) = nullptr;  ///< null: not on this platform
};

/// "Action ExecutePowerShell is not supported on platform linux (supported: windows)" (GEN-14).
[[nodiscard]] std::string unsupported_action_text(const ActionModule& module, Platform platform);

/// All modules of this version, by name; null pointer for none.
[[nodiscard]] const ActionModule* find_action(std::string_view name);
[[nodiscard]] std::span<const ActionModule* const> all_actions();
[[nodiscard]] std::vector<std::string_view> action_names();

}  // namespace ibtest
