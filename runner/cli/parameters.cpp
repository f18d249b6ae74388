#include "runner/cli/parameters.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "agent/document/nearest_name.hpp"
#include "agent/protocol/fault.hpp"
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

}  // namespace

ParameterValues parse_parameters(const std::vector<std::string>& assignments) {
  ParameterValues values;
  for (const std::string& assignment : assignments) {
    const std::size_t equals = assignment.find('=');
    if (equals == std::string::npos)
      throw refused(fmt::format("--param {} has no value", assignment),
                    fmt::format("write it as --param {}=VALUE", assignment));
    const std::string name = assignment.substr(0, equals);
    const std::string value = assignment.substr(equals + 1);
    if (name.empty())
      throw refused(fmt::format("--param {} has no name", assignment), "write it as --param NAME=VALUE");
    if (value.empty())
      throw refused(fmt::format("--param {} has an empty value", assignment),
                    "an empty value can be given in a --params-file");
    const auto [earlier, inserted] = values.emplace(name, value);
    if (!inserted && earlier->second != value)
      throw refused(fmt::format("--param {} is given twice, with different values", name), "keep one of them");
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

ParameterCheck check_parameters(const std::vector<const Document*>& documents, const ParameterValues& values) {
  ParameterCheck check;
  std::vector<std::string_view> known;
  for (const Document* document : documents) {
    for (const Parameter& parameter : document->parameters) {
      if (std::find(known.begin(), known.end(), parameter.name.value) == known.end())
        known.emplace_back(parameter.name.value);
    }
  }
  for (const auto& [name, value] : values) {
    bool declared = false;
    const Document* constant_in = nullptr;
    for (const Document* document : documents) {
      if (document->find_constant(name) != nullptr) constant_in = document;
      const Parameter* parameter = document->find_parameter(name);
      if (parameter == nullptr) continue;
      declared = true;
      const auto& allowed = parameter->allowed_values;
      if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
        check.errors.push_back(fmt::format("{}: parameter {} cannot be `{}`; allowed are: {}",
                                           place_in(document->source->name(), parameter->name.range), name, value,
                                           fmt::join(allowed, ", ")));
      }
    }
    if (declared) continue;
    if (constant_in != nullptr) {
      check.errors.push_back(
          fmt::format("{}: {} is a constant and cannot be given a value from outside; declare it "
                      "under parameters",
                      place_in(constant_in->source->name(), constant_in->find_constant(name)->name.range), name));
    } else {
      check.errors.push_back(with_suggestion(fmt::format("no document declares a parameter {}", name), name, known));
    }
  }
  for (const Document* document : documents) {
    for (const Parameter& parameter : document->parameters) {
      if (parameter.default_value || values.contains(parameter.name.value)) continue;
      check.warnings.push_back(fmt::format(
          "{}: parameter {} has neither a default nor a value and becomes the empty text (the cloud refuses this); "
          "give it with --param {}=VALUE",
          place_in(document->source->name(), parameter.name.range), parameter.name.value, parameter.name.value));
    }
  }
  return check;
}

ParameterValues parameters_for(const Document& document, const ParameterValues& values) {
  ParameterValues mine;
  for (const auto& [name, value] : values) {
    if (document.find_parameter(name) != nullptr) mine.emplace(name, value);
  }
  return mine;
}

}  // namespace ibtest
