#include "runner/lsp/key_description.hpp"

#include "actions/inputs/input_field.hpp"

namespace ibtest {

const DocumentField* find_document_field(DocumentPart part, std::string_view key) {
  switch (part) {
    case DocumentPart::document:
      return find_row(document_fields, key);
    case DocumentPart::parameter:
      return find_row(parameter_fields, key);
    case DocumentPart::constant:
      return find_row(constant_fields, key);
    case DocumentPart::phase:
      return find_row(phase_fields, key);
    case DocumentPart::step:
      return find_row(step_fields, key);
    case DocumentPart::loop:
      return find_row(loop_fields, key);
    case DocumentPart::for_loop:
      return find_row(for_fields, key);
    case DocumentPart::for_each:
      return find_row(for_each_fields, key);
    case DocumentPart::condition:
      if (const DocumentField* const outcome = find_row(outcome_fields, key)) return outcome;
      [[fallthrough]];
    case DocumentPart::nested_condition:
      if (const DocumentField* const operand = find_row(operand_fields, key)) return operand;
      return find_row(operator_fields, key);
    case DocumentPart::other:
    case DocumentPart::phase_list:
    case DocumentPart::step_list:
    case DocumentPart::inputs:
    case DocumentPart::inputs_list:
    case DocumentPart::named_value:
      break;
  }
  return nullptr;
}

std::string_view key_description(DocumentPart part, std::string_view key) {
  if (part == DocumentPart::named_value) {
    const InputField* const field = find_named_value_field(key);
    return field == nullptr ? std::string_view() : field->description;
  }
  const DocumentField* const field = find_document_field(part, key);
  return field == nullptr ? std::string_view() : field->description;
}

}  // namespace ibtest
