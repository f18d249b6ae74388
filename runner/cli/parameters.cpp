#include "runner/cli/parameters.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "agent/document/nearest_name.hpp"
#include "agent/protocol/fault.hpp"
#include "agent/protocol/value_mask.hpp"
#include "runner/documents/mapping_file.hpp"

namespace ibtest {

namespace {

Fault refused(std::string what, std::string remedy) {
  return {ExitStatus::not_runnable, std::move(what), std::move(remedy)};
}

std::string with_suggestion(std::string message, std::string_view name, const std::vector<std::string_view>& known) {
  if (const auto nearest = nearest_name(name, known)) {
    message += fmt::format("; did you mean `{}`?", *nearest);
  } else if (known.empty()) {
    message += "; no document declares parameters";
  } else {
    message += fmt::format("; declared are: {}", fmt::join(known, ", "));
  }
  return message;
}

// Whether some document declares each name.
void check_names(const std::vector<const Document*>& documents, const ParameterValues& values,
                 std::string_view nobody_declares, ParameterCheck& check) {
  std::vector<std::string_view> known;
  for (const Document* document : documents) {
    for (const Parameter& parameter : document->parameters) {
      if (std::find(known.begin(), known.end(), parameter.name.value) == known.end())
        known.emplace_back(parameter.name.value);
    }
  }
  for (const auto& [name, value] : values) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const auto has_constant = [&name = name](const Document* document) {
      return document->find_constant(name) != nullptr;
    };
    const auto constant_in = std::find_if(documents.rbegin(), documents.rend(), has_constant);
    if (constant_in == documents.rend()) {
      check.undeclared.push_back(with_suggestion(fmt::format("{} a parameter {}", nobody_declares, name), name, known));
      continue;
    }
    check.errors.push_back(
        fmt::format("{}: {} is a constant and cannot be given a value from outside; declare it under parameters",
                    place_in((*constant_in)->source->name(), (*constant_in)->find_constant(name)->name.range), name));
  }
}

void check_values(const Document& document, const ParameterValues& values, std::string_view flag,
                  const std::vector<std::string>& secrets, ParameterCheck& check) {
  for (const Parameter& parameter : document.parameters) {
    const std::string& name = parameter.name.value;
    const std::string place = place_in(document.source->name(), parameter.name.range);
    const auto given = values.find(name);
    if (given == values.end()) {
      if (parameter.default_value) continue;
      check.warnings.push_back(fmt::format(
          "{}: parameter {} has neither a default nor a value and becomes the empty text (the cloud refuses this); "
          "give it with {} {}=VALUE",
          place, name, flag, name));
      continue;
    }
    const auto& allowed = parameter.allowed_values;
    if (allowed.empty() || std::find(allowed.begin(), allowed.end(), given->second) != allowed.end()) continue;
    const bool secret = std::find(secrets.begin(), secrets.end(), name) != secrets.end();
    check.errors.push_back(fmt::format("{}: parameter {} cannot be `{}`; allowed are: {}", place, name,
                                       secret ? ValueMask::stand_in : given->second, fmt::join(allowed, ", ")));
  }
}

/// What ValueMask leaves as it is.
bool has_short_line(std::string_view value) {
  while (!value.empty()) {
    const std::size_t end = std::min(value.find('\n'), value.size());
    const std::string_view line = value.substr(0, end);
    value.remove_prefix(std::min(end + 1, value.size()));
    if (!line.empty() && line.size() < ValueMask::shortest_line) return true;
  }
  return false;
}

}  // namespace

ParameterValues parse_parameters(const std::vector<std::string>& assignments, std::string_view flag) {
  ParameterValues values;
  for (const std::string& assignment : assignments) {
    const std::size_t equals = assignment.find('=');
    if (equals == std::string::npos)
      throw refused(fmt::format("{} {} has no value", flag, assignment),
                    fmt::format("write it as {} {}=VALUE", flag, assignment));
    const std::string name = assignment.substr(0, equals);
    const std::string value = assignment.substr(equals + 1);
    if (name.empty())
      throw refused(fmt::format("{} {} has no name", flag, assignment), fmt::format("write it as {} NAME=VALUE", flag));
    if (value.empty())
      throw refused(fmt::format("{} {} has an empty value", flag, assignment),
                    "an empty value can be given in a file of parameters");
    const auto [earlier, inserted] = values.emplace(name, value);
    if (!inserted && earlier->second != value)
      throw refused(fmt::format("{} {} is given twice, with different values", flag, name), "keep one of them");
  }
  return values;
}

ParameterValues read_parameters_file(const std::string& path) {
  const std::string form = "the file is one mapping of `name: value`, in YAML or JSON";
  ParameterValues values;
  for (const YamlEntry& entry : read_mapping_file(path, form).entries) {
    if (!entry.value.is_scalar() && !entry.value.is_null())
      throw refused(
          fmt::format("{}: the value of `{}` is not a text", place_in(path, entry.value.range), entry.key.text), form);
    values[entry.key.text] = entry.value.text;
  }
  return values;
}

ParameterValues merge_parameters(const ParameterValues& from_file, const ParameterValues& from_flags) {
  ParameterValues merged = from_flags;
  merged.insert(from_file.begin(), from_file.end());
  return merged;
}

ParameterValues GivenParameters::for_document(std::size_t index) const {
  return index < of_document.size() ? merge_parameters(common, of_document[index]) : common;
}

ParameterCheck check_parameters(const std::vector<const Document*>& documents, const GivenParameters& given,
                                std::string_view flag, const std::vector<std::string>& secrets) {
  ParameterCheck check;
  check_names(documents, given.common, "no document declares", check);
  for (std::size_t i = 0; i < given.of_document.size() && i < documents.size(); ++i)
    check_names({documents[i]}, given.of_document[i], documents[i]->source->name() + " does not declare", check);
  for (std::size_t i = 0; i < documents.size(); ++i)
    check_values(*documents[i], given.for_document(i), flag, secrets, check);
  return check;
}

SecretParameters secret_parameters(const std::vector<const Document*>& documents, const GivenParameters& given,
                                   const std::vector<std::string>& names) {
  std::vector<std::string_view> known;
  for (const Document* document : documents) {
    for (const Parameter& parameter : document->parameters)
      known.emplace_back(parameter.name.value);
  }
  SecretParameters secrets;
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw refused(
          with_suggestion(fmt::format("--secret {}: no document declares a parameter {}", name, name), name, known),
          "--secret takes the name of a parameter, not its value");
    for (std::size_t i = 0; i < documents.size(); ++i) {
      const Parameter* parameter = documents[i]->find_parameter(name);
      if (parameter == nullptr) continue;
      const ParameterValues values = given.for_document(i);
      const auto value = values.find(name);
      if (value == values.end() && !parameter->default_value) continue;
      const std::string& text = value == values.end() ? *parameter->default_value : value->second;
      if (value == values.end())
        secrets.warnings.push_back(fmt::format(
            "--secret {}: its value is the default in {}, whose copy in the log folder shows it; give the value with "
            "--params-file",
            name, documents[i]->source->name()));
      if (has_short_line(text))
        secrets.warnings.push_back(fmt::format(
            "--secret {}: a value or line of fewer than {} bytes is not masked: it would spoil the logs and hide "
            "nothing",
            name, ValueMask::shortest_line));
      secrets.values.push_back(text);
    }
  }
  return secrets;
}

ParameterValues parameters_for(const Document& document, const ParameterValues& values) {
  ParameterValues mine;
  for (const auto& [name, value] : values) {
    if (document.find_parameter(name) != nullptr) mine.emplace(name, value);
  }
  return mine;
}

}  // namespace ibtest
