#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>

#include "agent/document/unicode.hpp"
#include "runner/lint/rule_catalog.hpp"

namespace ibtest {

namespace {

constexpr std::string_view suggestion =
    "keep it in Parameter Store or Secrets Manager, and write `{{ aws:ssm:/path/name }}`";

/// Lower case, without `_` and `-`.
std::string folded(std::string_view name) {
  std::string text;
  for (const char character : name) {
    if (character != '_' && character != '-')
      text += static_cast<char>(std::tolower(static_cast<unsigned char>(character)));
  }
  return text;
}

/// Whether values of that name are secrets. `SecretName` and `TokenUrl` are not.
bool names_secret(std::string_view name) {
  constexpr auto endings =
      std::to_array<std::string_view>({"password", "passwd", "secret", "secretkey", "accesstoken", "authtoken",
                                       "apitoken", "apikey", "privatekey", "secretaccesskey", "passphrase"});
  const std::string text = folded(name);
  return std::ranges::any_of(endings, [&](std::string_view ending) { return text.ends_with(ending); });
}

/// Whether a value of such a name is one: not where it is kept, and not what stands for it.
bool is_secret_value(std::string_view value) {
  if (value.size() < 4 || value.find_first_of(" /\\{}$`<>") != std::string_view::npos) return false;
  if (value.starts_with("arn:") || value.starts_with("ssm:")) return false;
  constexpr auto stand_ins = std::to_array<std::string_view>(
      {"changeme", "placeholder", "none", "null", "true", "false", "example", "dummy", "yourpassword", "redacted",
       "required", "optional", "unset", "default", "disabled", "enabled"});
  const std::string text = folded(value);
  if (std::ranges::any_of(stand_ins, [&](std::string_view word) { return text == word; })) return false;
  return text.find_first_not_of("*x.") != std::string::npos;
}

void check_variables(const RuleContext& context, RuleReport& report) {
  for (const Parameter& parameter : context.document.parameters) {
    if (parameter.default_value && names_secret(parameter.name.value) && is_secret_value(*parameter.default_value))
      report.add(parameter.name.range,
                 "the default of " + in_backticks(parameter.name.value) + " is a secret in plain text",
                 std::string(suggestion));
  }
  for (const Constant& constant : context.document.constants) {
    if (names_secret(constant.name.value) && is_secret_value(constant.value))
      report.add(constant.name.range, in_backticks(constant.name.value) + " is a secret in plain text",
                 std::string(suggestion));
  }
}

void check_assignment(const StepScript& script, const ShellWord& word, RuleReport& report) {
  const std::size_t equals = word.text.find('=');
  if (!word.literal || equals == std::string::npos || equals == 0) return;
  const std::string_view name = std::string_view(word.text).substr(0, equals);
  const bool is_name = std::ranges::all_of(
      name, [](unsigned char character) { return std::isalnum(character) != 0 || character == '_'; });
  if (!is_name || !names_secret(name) || !is_secret_value(std::string_view(word.text).substr(equals + 1))) return;
  report.add(script.range(word.begin, word.end), in_backticks(name) + " is a secret in plain text",
             std::string(suggestion));
}

/// A text in quotes in which nothing is expanded, without them; empty for none.
std::string_view quoted_literal(const PowerShellWord& word) {
  std::string_view text = word.source;
  if (text.size() < 2 || (text.front() != '\'' && text.front() != '"') || text.back() != text.front()) return {};
  return text.substr(1, text.size() - 2);
}

/// `$Password = 'text'`, and `ConvertTo-SecureString 'text' -AsPlainText`.
void check_powershell(const PowerShellStep& step, RuleReport& report) {
  for (const PowerShellStatement& statement : step.shell().statements) {
    const auto& words = statement.words;
    const bool assigns =
        words.size() == 3 && words[0].text.starts_with('$') && words[1].text == "=" && names_secret(words[0].text);
    const bool converts = statement.has_word("convertto-securestring") && statement.has_word("-asplaintext");
    if (!assigns && !converts) continue;
    const auto secret =
        std::ranges::find_if(words, [](const PowerShellWord& word) { return is_secret_value(quoted_literal(word)); });
    if (secret != words.end())
      report.add(step.range(*secret), "this is a secret in plain text", std::string(suggestion));
  }
}

struct TokenForm {
  std::string_view prefix;
  std::size_t length;  ///< of what follows: letters, digits, `_`
  std::string_view what;
};

constexpr auto token_forms = std::to_array<TokenForm>({
    {"AKIA", 16, "the access key of an AWS user"},
    {"ghp_", 36, "a token of GitHub"},
    {"github_pat_", 40, "a token of GitHub"},
    {"glpat-", 20, "a token of GitLab"},
});

bool is_token_character(char character) {
  return std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '_';
}

void check_tokens(const SourceText& source, RuleReport& report) {
  const std::string_view text = source.text();
  for (const TokenForm& form : token_forms) {
    for (std::size_t place = text.find(form.prefix); place != std::string_view::npos;
         place = text.find(form.prefix, place + 1)) {
      if (place > 0 && is_token_character(text[place - 1])) continue;
      std::size_t end = place + form.prefix.size();
      while (end < text.size() && is_token_character(text[end]))
        ++end;
      const std::string_view token = text.substr(place, end - place);
      const std::size_t length = token.size() - form.prefix.size();
      const bool fits = form.prefix == "AKIA" ? length == form.length : length >= form.length;
      if (!fits || token.ends_with("EXAMPLE")) continue;
      report.add(source.range(place, end), "this is " + std::string(form.what) + " in plain text",
                 std::string(suggestion));
    }
  }
  constexpr std::string_view key_end = "PRIVATE KEY-----";
  for (std::size_t place = text.find("-----BEGIN "); place != std::string_view::npos;
       place = text.find("-----BEGIN ", place + 1)) {
    const std::string_view line = text.substr(place, std::min(text.find('\n', place), text.size()) - place);
    const std::size_t end = line.find(key_end);
    // A search for such a line has no key behind it.
    if (end == std::string_view::npos ||
        line.find_first_not_of(" \r\\n", end + key_end.size()) != std::string_view::npos)
      continue;
    report.add(source.range(place, place + end + key_end.size()), "this is a private key in plain text",
               std::string(suggestion));
  }
}

void check_secrets(const RuleContext& context, RuleReport& report) {
  check_variables(context, report);
  check_tokens(*context.document.source, report);
  for (const StepScript& script : context.scripts) {
    for (const ShellCommand& command : script.shell().commands) {
      for (const ShellWord& word : command.assignments)
        check_assignment(script, word, report);
      if (command.words.empty() || command.words[0].text != "export") continue;
      for (const ShellWord& word : command.words)
        check_assignment(script, word, report);
    }
  }
  for (const PowerShellStep& step : context.powershell_steps)
    check_powershell(step, report);
}

void check_secret_parameters(const RuleContext& context, RuleReport& report) {
  for (const Parameter& parameter : context.document.parameters) {
    if (!names_secret(parameter.name.value)) continue;
    // With a default it is the name of a place, or another rule's finding.
    if (parameter.default_value && !parameter.default_value->empty()) continue;
    report.add(
        parameter.name.range, "whoever may read the recipe, the logs or CloudTrail can read the value of a parameter",
        "take the name of an SSM parameter instead, and write `{{ aws:ssm:resolve(" + parameter.name.value + ") }}`");
  }
}

constexpr auto secret_table = std::to_array<LintRule>({
    {{"secret-in-plain-text", Severity::warning, "GOTCHA-23"}, check_secrets},
    {{"secret-parameter", Severity::hint, "VAR-6"}, check_secret_parameters},
});

}  // namespace

std::span<const LintRule> secret_rules() {
  return secret_table;
}

}  // namespace ibtest
