#include "agent/expression/reference.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "agent/document/document_keys.hpp"

namespace ibtest {

namespace {

bool is_blank(char character) {
  return character == ' ' || character == '\t';
}

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_name_character);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back()))
    text.remove_suffix(1);
  return text;
}

/// `name[3]` or `name`.
struct IndexedName {
  std::string_view name;
  std::optional<std::size_t> index;
};

std::optional<IndexedName> read_indexed_name(std::string_view text) {
  const std::size_t bracket = text.find('[');
  if (bracket == std::string_view::npos) return is_name(text) ? std::optional(IndexedName{text, {}}) : std::nullopt;
  const std::string_view name = text.substr(0, bracket);
  if (!is_name(name) || !text.ends_with(']')) return std::nullopt;
  const std::string_view digits = text.substr(bracket + 1, text.size() - bracket - 2);
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if (digits.empty() || end != digits.data() + digits.size() || error != std::errc()) return std::nullopt;
  return IndexedName{name, index};
}

/// The segments between the dots; more than four are of no interest and come as one more.
struct Segments {
  std::array<std::string_view, 5> part;
  std::size_t count = 0;
};

Segments split(std::string_view text) {
  Segments segments;
  while (segments.count < segments.part.size()) {
    const std::size_t dot = text.find('.');
    segments.part.at(segments.count++) = text.substr(0, dot);
    if (dot == std::string_view::npos) break;
    text.remove_prefix(dot + 1);
  }
  return segments;
}

std::optional<ChainingReference> read_chaining(const Segments& segments) {
  if (segments.count != 4 || !is_name(segments.part[0]) || !is_name(segments.part[1])) return std::nullopt;
  const auto source = read_indexed_name(segments.part[2]);
  const auto key = read_indexed_name(segments.part[3]);
  if (!source || !key || (source->name != "inputs" && source->name != "outputs")) return std::nullopt;
  ChainingReference reference;
  reference.phase = segments.part[0];
  reference.step = segments.part[1];
  reference.outputs = source->name == "outputs";
  reference.index = source->index.value_or(0);
  reference.key = key->name;
  reference.value_index = key->index;
  return reference;
}

std::optional<DynamicReference> read_dynamic(std::string_view content) {
  constexpr std::array<std::string_view, 4> sources = {"aws:ssm", "env", "aws:imds", "context"};
  for (const std::string_view source : sources) {
    if (!content.starts_with(source) || content.substr(source.size(), 1) != ":") continue;
    const std::string_view name = content.substr(source.size() + 1);
    if (!trimmed(name).empty()) return DynamicReference{std::string(source), std::string(name)};
  }
  return std::nullopt;
}

std::string without_blanks(std::string_view text) {
  std::string result;
  std::ranges::copy_if(text, std::back_inserter(result), [](char character) { return !is_blank(character); });
  return result;
}

/// Why a text that has none of the forms looks like a reference all the same. Most braces of other tools (Go
/// templates, Jinja) must not be complained about (GOTCHA-21).
ForeignText explain_foreign(std::string_view content) {
  // Longer texts are no references, and the attempts below copy them.
  constexpr std::size_t longest = 512;
  if (content.empty() || content.size() > longest) return {};
  if (content.find_first_of(" \t") != std::string_view::npos) {
    const std::string joined = without_blanks(content);
    if (read_chaining(split(joined))) return {"blanks inside a chaining expression", true, joined};
    return {};
  }
  const Segments segments = split(content);
  if (segments.count < 4) {
    constexpr std::array<std::string_view, 5> prefixes = {"aws:ssm:", "env:", "aws:imds:", "context:", "ssm:"};
    const bool named =
        std::ranges::any_of(prefixes, [&](std::string_view prefix) { return content.starts_with(prefix); });
    if (content.starts_with("ssm:"))
      return {"SSM parameters are written `aws:ssm:`", false, "aws:" + std::string(content)};
    if (named) return {"the name after the colon is missing", false, {}};
    const bool indexed = segments.count == 3 && (segments.part[2] == "inputs" || segments.part[2] == "outputs");
    if (indexed && is_name(segments.part[0]))
      return {"the key after `" + std::string(segments.part[2]) + "` is missing", true, {}};
    return {};
  }
  const auto step = read_indexed_name(segments.part[1]);
  const auto source = read_indexed_name(segments.part[2]);
  const bool chained = segments.part[2].starts_with("inputs") || segments.part[2].starts_with("outputs");
  if (!is_name(segments.part[0]) || !step) return {};
  if (step->index && chained) return {"an index after the step's name: single iterations have no outputs", true, {}};
  if (segments.count > 4 && chained) return {"more than four parts; values have no parts of their own", true, {}};
  if (source && (source->name == "input" || source->name == "output")) {
    std::string meant(content);
    meant.insert(segments.part[0].size() + segments.part[1].size() + 2 + source->name.size(), "s");
    return {"the third part is `inputs` or `outputs`", false, std::move(meant)};
  }
  if (chained) return {"an index must be a number in brackets, e.g. `outputs[0].stdout`", true, {}};
  return {};
}

ReferenceForm classify(std::string_view content) {
  if (is_name(content)) return VariableReference{std::string(content)};
  if (auto dynamic = read_dynamic(content)) return std::move(*dynamic);
  const Segments segments = split(content);
  if (auto chaining = read_chaining(segments)) return std::move(*chaining);
  const bool loop = segments.count == 2 && (segments.part[1] == "index" || segments.part[1] == "value");
  if (loop && is_name(segments.part[0])) {
    return LoopReference{std::string(segments.part[0]), segments.part[1] == "index"};
  }
  return explain_foreign(content);
}

}  // namespace

std::vector<Reference> find_references(std::string_view text) {
  std::vector<Reference> references;
  std::optional<std::size_t> open;
  for (std::size_t offset = 0; offset + 1 < text.size();) {
    if (text[offset] == '{' && text[offset + 1] == '{') {
      // Of `{{{` the last two braces open: there is no nesting (CHAIN-13).
      open = offset++;
    } else if (open && text[offset] == '}' && text[offset + 1] == '}') {
      const std::size_t end = offset + 2;
      const std::string_view written = text.substr(*open, end - *open);
      references.push_back(
          {*open, end, std::string(written), classify(trimmed(written.substr(2, written.size() - 4)))});
      open.reset();
      offset = end;
    } else {
      ++offset;
    }
  }
  return references;
}

std::string substitute(std::string_view text,
                       const std::function<std::optional<std::string>(const Reference&)>& resolve) {
  std::string result;
  std::size_t copied = 0;
  for (const Reference& reference : find_references(text)) {
    result += text.substr(copied, reference.begin - copied);
    const auto value = resolve(reference);
    result += value ? *value : reference.text;
    copied = reference.end;
  }
  result += text.substr(copied);
  return result;
}

}  // namespace ibtest
