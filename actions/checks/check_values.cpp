#include "actions/checks/check_values.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "actions/checks/check_paths.hpp"
#include "actions/files/text_encoding.hpp"
#include "actions/inputs/input_field.hpp"
#include "agent/document/field_reader.hpp"
#include "agent/document/unicode.hpp"
#include "agent/expression/reference.hpp"

namespace ibtest {

namespace {

/// A root of the registry under its two names (SETREGISTRY-1).
struct RegistryRoot {
  std::string_view name;
  std::string_view drive;
  bool is_of_user = false;
};
constexpr std::array registry_roots = {
    RegistryRoot{"HKEY_CLASSES_ROOT", "HKCR:"},       RegistryRoot{"HKEY_USERS", "HKU:"},
    RegistryRoot{"HKEY_LOCAL_MACHINE", "HKLM:"},      RegistryRoot{"HKEY_CURRENT_CONFIG", "HKCC:"},
    RegistryRoot{"HKEY_CURRENT_USER", "HKCU:", true},
};

// INSTALLMSI-9; letters count in either case.
constexpr std::string_view msi_log_flags = "iwearucmopvx+!*";
// INSTALLMSI-5; ibtest compares them without letter case, as msiexec knows upper case names only.
constexpr std::array<std::string_view, 3> fixed_msi_properties = {"REBOOT", "REINSTALLMODE", "REINSTALL"};

class ValueCheck {
 public:
  ValueCheck(const InputField& field, const YamlNode& value, const Step& step, Platform platform, Findings& findings)
      : field_(field), value_(value), text_(value.text), step_(step), platform_(platform), findings_(findings) {}

  void check() {
    switch (field_.rule) {
      case InputRule::none:
        return;
      case InputRule::not_negative:
        return check_not_negative();
      case InputRule::path:
      case InputRule::file_path:
      case InputRule::path_with_wildcard:
      case InputRule::name_pattern:
      case InputRule::link_target:
        return check_path(field_.rule, value_, platform_, findings_);
      case InputRule::account:
        return check_account();
      case InputRule::octal_mode:
        return check_mode();
      case InputRule::overwrite:
        return check_overwrite();
      case InputRule::new_encoding:
        return check_new_encoding();
      case InputRule::registry_path:
        return check_registry_path();
      case InputRule::msi_log_options:
        return check_log_options();
      case InputRule::msi_properties:
        return check_properties();
    }
  }

 private:
  [[nodiscard]] std::string name() const { return in_backticks(field_.name); }

  void add(CodeName code, std::string message, std::string suggestion = {}) {
    findings_.add(code, value_.range, std::move(message), std::move(suggestion));
  }

  void check_not_negative() {
    if (text_.starts_with('-') && text_.find_first_of("123456789") != std::string::npos)
      add("input-not-integer"_code, name() + " must be 0 or more, not " + in_backticks(text_));
  }

  /// Accounts have no colon: it separates the fields of the files they are listed in.
  void check_account() {
    const std::size_t colon = text_.find(':');
    if (colon == std::string::npos) return;
    const std::string first = text_.substr(0, colon);
    const std::string second = text_.substr(colon + 1);
    const bool two_names = field_.name == "owner" && !first.empty() && !second.empty();
    add("owner-with-group"_code, "no account is named " + in_backticks(text_),
        two_names ? "write `owner: " + first + "` and `group: " + second + "`" : "write the name without a colon");
  }

  /// The mode that another notation means.
  [[nodiscard]] std::string suggest_mode() const {
    constexpr std::string_view letters = "rwxrwxrwx";
    std::string_view digits = text_;
    if (digits.starts_with("0o")) digits.remove_prefix(2);
    while (digits.size() > 4 && digits.starts_with('0'))
      digits.remove_prefix(1);
    if (digits != text_ && digits.size() >= 3 && digits.size() <= 4 &&
        digits.find_first_not_of("01234567") == std::string_view::npos)
      return "write '" + std::string(digits) + "'";
    std::string_view symbols = text_;
    if (symbols.size() == letters.size() + 1) symbols.remove_prefix(1);
    unsigned int mode = 0;
    for (std::size_t place = 0; place < letters.size(); ++place) {
      if (symbols.size() != letters.size() || (symbols[place] != letters[place] && symbols[place] != '-'))
        return "e.g. '0644' for a file that all may read, '0755' for one that all may run";
      mode = mode * 2 + (symbols[place] == '-' ? 0U : 1U);
    }
    std::string octal = "0";
    for (const unsigned int shift : {6U, 3U, 0U})
      octal += static_cast<char>('0' + ((mode >> shift) & 7U));
    return "write '" + octal + "'";
  }

  void check_mode() {
    const bool octal = std::ranges::all_of(text_, [](char digit) { return digit >= '0' && digit <= '7'; });
    if (!octal || text_.size() < 3 || text_.size() > 4) {
      add("invalid-permissions"_code, name() + " must be three or four octal digits, not " + in_backticks(text_),
          suggest_mode());
    } else if (text_.size() == 4 && text_.front() != '0') {
      add("special-permissions"_code,
          "set-user-ID, set-group-ID and sticky bits are set here, but Image Builder may leave them out",
          "set them with `chmod` in ExecuteBash to be sure");
    }
  }

  [[nodiscard]] bool is_repeated() const { return step_.max_attempts.value_or(1) > 1; }

  void check_overwrite() {
    if (!is_repeated() || !equal_without_case(text_, "false")) return;
    add("not-repeatable"_code,
        "a second attempt starts again from the first item and refuses to overwrite what the first attempt made",
        "remove `maxAttempts`, or set `overwrite: true`");
  }

  void check_new_encoding() {
    const auto encoding = encoding_from_name(text_);
    if (!is_repeated() || !encoding || encoding == TextEncoding::utf8) return;
    add("not-repeatable"_code,
        "a second attempt reads the file as UTF-8, which it no longer is where the first attempt converted it",
        "remove `maxAttempts`");
  }

  [[nodiscard]] std::string suggest_registry_path() const {
    for (const RegistryRoot& root : registry_roots) {
      const std::string_view name = root.drive.substr(0, root.drive.size() - 1);
      const std::string_view written = std::string_view(text_).substr(0, name.size());
      if (equal_without_case(written, name) && text_.substr(name.size(), 1) == "\\")
        return "write " + in_backticks(std::string(root.drive) + text_.substr(name.size()));
    }
    return "begin it with `HKEY_LOCAL_MACHINE\\` or `HKLM:\\`, or those of the other roots: HKCR, HKU, HKCC, HKCU";
  }

  void check_registry_path() {
    const auto starts_with = [this](std::string_view prefix) {
      return equal_without_case(std::string_view(text_).substr(0, prefix.size()), prefix);
    };
    const auto is_below = [&](const RegistryRoot& root) {
      if (starts_with(root.drive)) return true;
      return starts_with(root.name) && (text_.size() == root.name.size() || text_[root.name.size()] == '\\');
    };
    const auto* const found = std::ranges::find_if(registry_roots, is_below);
    if (found == registry_roots.end()) {
      add("registry-path"_code, in_backticks(text_) + " is below no root of the registry", suggest_registry_path());
    } else if (found->is_of_user) {
      add("registry-user-hive"_code, "the current user is the SYSTEM account when Image Builder runs this",
          "the settings of the users of the image are in their own hives");
    }
  }

  void check_log_options() {
    for (const char flag : text_) {
      const char lower = flag >= 'A' && flag <= 'Z' ? static_cast<char>(flag - 'A' + 'a') : flag;
      if (msi_log_flags.find(lower) != std::string_view::npos) continue;
      return add("input-not-accepted"_code,
                 name() + " cannot be " + in_backticks(text_) + ": there is no flag " + in_backticks({&flag, 1}),
                 "msiexec has the flags `i w e a r u c m o p v x + ! *`; without this input they are `*VX`");
    }
  }

  void check_properties() {
    for (const YamlEntry& entry : value_.entries) {
      const bool fixed = std::ranges::any_of(
          fixed_msi_properties, [&entry](std::string_view name) { return equal_without_case(name, entry.key.text); });
      if (!fixed) continue;
      findings_.add("msi-property"_code, entry.key.range,
                    "the property " + in_backticks(entry.key.text) + " is set by the action itself",
                    equal_without_case(entry.key.text, "REBOOT") ? "use the input `reboot`" : "remove it");
    }
  }

  const InputField& field_;
  const YamlNode& value_;
  const std::string& text_;
  const Step& step_;
  Platform platform_;
  Findings& findings_;
};

}  // namespace

bool is_known_text(const YamlNode& value) {
  if (!value.is_scalar()) return false;
  const auto references = find_references(value.text);
  return std::ranges::all_of(
      references, [](const Reference& reference) { return std::holds_alternative<ForeignText>(reference.form); });
}

const YamlNode* literal_input(const YamlNode& item, std::string_view key) {
  const YamlNode* const value = item.find(key);
  return value != nullptr && is_known_text(*value) && !value->text.empty() ? value : nullptr;
}

bool is_true(std::string_view text) {
  return equal_without_case(text, "true");
}

void check_value(const InputField& field, const YamlNode& value, const Step& step, Platform platform,
                 Findings& findings) {
  ValueCheck(field, value, step, platform, findings).check();
}

}  // namespace ibtest
