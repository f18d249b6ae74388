#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "agent/document/document_keys.hpp"
#include "agent/document/document_parts.hpp"
#include "agent/document/field_reader.hpp"
#include "agent/document/unicode.hpp"

namespace ibtest {

namespace {

void check_unique_steps(const Phase& phase, Findings& findings) {
  std::map<std::string_view, std::size_t> lines;
  for (const Step& step : phase.steps) {
    if (step.name.value.empty()) continue;
    const auto [first, is_new] = lines.emplace(step.name.value, step.name.range.begin.line);
    if (is_new) continue;
    findings.add(
        "duplicate-step"_code, step.name.range,
        "the phase " + in_backticks(phase.name.value) + " has a step " + in_backticks(step.name.value) + " already",
        "it is on line " + std::to_string(first->second) + "; step names are unique within their phase");
  }
}

void check_unique_loops(const Phase& phase, Findings& findings) {
  std::map<std::string_view, std::size_t> lines;
  for (const Step& step : phase.steps) {
    if (!step.loop || step.loop->name.empty()) continue;
    const auto [first, is_new] = lines.emplace(step.loop->name, step.loop->range.begin.line);
    if (is_new) continue;
    findings.add(
        "duplicate-loop"_code, step.loop->range,
        "the phase " + in_backticks(phase.name.value) + " has a loop " + in_backticks(step.loop->name) + " already",
        "it is on line " + std::to_string(first->second) + "; rename one of them, or remove its name");
  }
}

void read_phase_name(const YamlNode& node, Phase& phase, Findings& findings) {
  const YamlNode* name = find_field(node, "name", phase_keys);
  if (name == nullptr) {
    findings.add("missing-key"_code, head_range(node), "this phase has no `name`", "add `name`, e.g. `name: build`");
    return;
  }
  const auto text = read_text(*name, "the `name` of a phase", findings);
  if (!text) return;
  phase.name = {*text, name->range};
  check_name(*name, "phase", findings);
}

/// Phases that no stage of Image Builder runs (DOC-9). A name that is refused is one finding, not two.
void check_stages(const std::vector<Phase>& phases, Findings& findings) {
  for (const Phase& phase : phases) {
    const std::string& name = phase.name.value;
    const bool known = std::ranges::find(image_builder_phases, name) != image_builder_phases.end();
    if (known || !is_valid_name(name)) continue;
    findings.add("phase-never-runs"_code, phase.name.range, "Image Builder never runs a phase " + in_backticks(name),
                 did_you_mean(name, image_builder_phases, "it runs " + enumerate(image_builder_phases)));
  }
}

/// Keys of steps that stand beside `steps` are what happens most.
void check_phase_keys(const YamlNode& node, Findings& findings) {
  constexpr std::array<std::string_view, 7> of_steps = {"action", "timeoutSeconds", "onFailure", "maxAttempts",
                                                        "inputs", "loop",           "if"};
  const bool has_step_key =
      std::ranges::any_of(of_steps, [&node](std::string_view key) { return node.find(key) != nullptr; });
  check_keys(node, "a phase", phase_keys, findings, has_step_key ? "it is a key of each step, below `steps`" : "");
}

/// How the first item of the list looks that was written as a mapping.
std::string first_item(const YamlNode& node, const std::string& what, const std::string& otherwise) {
  if (node.find("name") != nullptr || node.find("action") != nullptr || node.find("steps") != nullptr)
    return "write `- ` before " + in_backticks(node.entries.front().key.text) + ", and indent the other keys like it";
  const std::string name = node.entries.empty() ? otherwise : node.entries.front().key.text;
  return "begin each " + what + " with its name, as in " +
         in_backticks("- name: " + (is_valid_name(name) ? name : otherwise));
}

std::optional<Phase> read_phase(const YamlNode& node, Findings& findings) {
  if (!node.is_mapping()) {
    report_type(node, "a phase", "a mapping with `name` and `steps`", findings,
                "write `- name: build` and `steps:` below it");
    return std::nullopt;
  }
  if (report_name_as_key(node, "a phase", phase_keys, findings)) return std::nullopt;
  Phase phase;
  phase.range = node.range;
  check_phase_keys(node, findings);
  read_phase_name(node, phase, findings);
  if (const YamlNode* logging = node.find("disableLogging")) {
    phase.disable_logging = read_boolean(*logging, "`disableLogging`", findings).value_or(false);
  }
  const YamlNode* steps = find_field(node, "steps", phase_keys);
  const std::string which = phase.name.value.empty() ? "this phase" : "the phase " + in_backticks(phase.name.value);
  const SourceRange place = phase.name.value.empty() ? head_range(node) : phase.name.range;
  if (steps == nullptr) {
    findings.add("missing-key"_code, place, which + " has no `steps`", "add `steps`, a list of steps");
    return phase;
  }
  if (!steps->is_sequence()) {
    report_type(*steps, "`steps`", "a list of steps", findings, first_item(*steps, "step", "InstallApp"));
    return phase;
  }
  if (steps->items.empty()) {
    findings.add("empty-steps"_code, steps->range, which + " has no steps", "add its steps, or remove the phase");
  }
  for (const YamlNode& item : steps->items) {
    if (auto step = read_step(item, findings)) phase.steps.push_back(std::move(*step));
  }
  check_unique_steps(phase, findings);
  check_unique_loops(phase, findings);
  return phase;
}

}  // namespace

bool is_valid_name(std::string_view text) {
  return is_name_text(text) && text.size() >= shortest_name && text.size() <= longest_name;
}

bool is_name_text(std::string_view text) {
  return std::ranges::all_of(text, is_name_character);
}

std::string suggest_name(std::string_view text) {
  std::string name;
  for (const char character : text) {
    if ((static_cast<unsigned char>(character) & 0xC0U) == 0x80U) continue;
    name += is_name_text(std::string_view(&character, 1)) ? character : '-';
  }
  return is_valid_name(name) ? "write e.g. " + in_backticks(name) : std::string();
}

void check_name(const YamlNode& name, std::string_view what, Findings& findings) {
  const std::string place = "the name of a " + std::string(what);
  if (report_reference(name, place, findings)) return;
  if (!is_name_text(name.text)) {
    findings.add("invalid-name"_code, name.range,
                 place + " may only hold letters, digits, `-` and `_`, unlike " + in_backticks(name.text),
                 suggest_name(name.text));
  } else if (!is_valid_name(name.text)) {
    findings.add("invalid-name"_code, name.range,
                 place + " must have 3 to 128 characters, not " + std::to_string(name.text.size()));
  }
}

std::vector<Phase> read_phases(const YamlNode& node, Findings& findings) {
  std::vector<Phase> phases;
  if (!node.is_sequence() && !node.is_null()) {
    report_type(node, "`phases`", "a list of phases", findings, first_item(node, "phase", "build"));
    return phases;
  }
  if (node.items.empty()) {
    findings.add("no-phases"_code, node.range, "`phases` must hold at least one phase",
                 "add a phase, e.g. `- name: build` with its `steps`");
    return phases;
  }
  for (const YamlNode& item : node.items) {
    if (auto phase = read_phase(item, findings)) phases.push_back(std::move(*phase));
  }
  std::map<std::string_view, std::size_t> lines;
  bool standard = false;
  for (const Phase& phase : phases) {
    const std::string& name = phase.name.value;
    standard = standard || name.empty() || std::ranges::find(standard_phases, name) != standard_phases.end();
    const auto [first, is_new] = lines.emplace(name, phase.name.range.begin.line);
    if (is_new || name.empty()) continue;
    findings.add("duplicate-phase"_code, phase.name.range,
                 "the document has a phase " + in_backticks(name) + " already",
                 "it is on line " + std::to_string(first->second) + "; put the steps of both into one phase");
  }
  if (!standard && !phases.empty()) {
    const std::string& first = phases.front().name.value;
    const bool is_host_test = first == "container-host-test";
    const std::string otherwise = "rename this phase, or add one of the three";
    findings.add("no-standard-phase"_code, phases.front().name.range,
                 "at least one phase must be named `build`, `validate` or `test`",
                 is_host_test ? otherwise : did_you_mean(first, standard_phases, otherwise));
  } else {
    check_stages(phases, findings);
  }
  return phases;
}

}  // namespace ibtest
