#include "agent/document/yaml_builder.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "agent/document/field_reader.hpp"
#include "agent/document/scalar_source.hpp"
#include "agent/document/unicode.hpp"
#include "agent/document/written_value.hpp"
#include "agent/document/yaml_explain.hpp"
#include "agent/document/yaml_explain_lines.hpp"
#include "agent/document/yaml_explain_values.hpp"

namespace ibtest {

namespace {

constexpr std::string_view standard_tags = "tag:yaml.org,2002:";
constexpr std::array<std::string_view, 7> known_tags = {"str", "int", "float", "bool", "null", "map", "seq"};

bool is_flow_indicator(char character) {
  return character == ',' || character == '[' || character == ']' || character == '{' || character == '}';
}

}  // namespace

YamlBuilder::YamlBuilder(const SourceText& source, const YamlBudget& budget, Findings& findings)
    : source_(&source),
      budget_(&budget),
      findings_(&findings),
      text_begin_(source.text().starts_with(byte_order_mark) ? byte_order_mark.size() : 0),
      last_end_(text_begin_) {}

void YamlBuilder::abort(CodeName code, const SourceRange& range, std::string message, std::string suggestion) {
  findings_->add(code, range, std::move(message), std::move(suggestion));
  throw YamlAborted{};
}

std::size_t YamlBuilder::offset_of(const YAML::Mark& mark) const {
  const std::size_t offset = mark.pos < 0 ? 0 : static_cast<std::size_t>(mark.pos);
  return std::min(offset + text_begin_, source_->text().size());
}

std::size_t YamlBuilder::skip_properties(std::size_t offset) const {
  const std::string_view text = source_->text();
  while (offset < text.size() && (text[offset] == '&' || text[offset] == '!')) {
    while (offset < text.size() && !is_blank_or_break(text[offset]) &&
           !(in_flow() && is_flow_indicator(text[offset]))) {
      ++offset;
    }
    while (offset < text.size() && (is_blank_or_break(text[offset]) || text[offset] == '#')) {
      if (text[offset] == '#') {
        offset = std::min(text.find('\n', offset), text.size());
      } else {
        ++offset;
      }
    }
  }
  return offset;
}

bool YamlBuilder::in_brace_reference() const {
  return std::ranges::any_of(frames_, [](const Frame& frame) { return frame.brace_reference; });
}

bool YamlBuilder::expects_key() const {
  return !frames_.empty() && frames_.back().node.is_mapping() && !frames_.back().key;
}

YamlBuilder::Progress YamlBuilder::progress() const {
  Progress progress;
  progress.last_scalar = last_scalar_;
  progress.last_end = last_end_;
  progress.last_was_flow = last_was_flow_;
  for (const Frame& frame : frames_) {
    const std::size_t begin = frame.node.range.begin.offset;
    const std::string_view opening = source_->text().substr(begin, 1);
    if (frame.flow && (opening == "[" || opening == "{")) progress.open_bracket = begin;
    if (frame.brace_reference && !progress.brace_reference) progress.brace_reference = begin;
    // Its own two braces do not count.
    if (frame.flow && !progress.brace_reference) progress.in_brackets = true;
  }
  for (const auto& [id, anchor] : anchors_)
    progress.aliases.push_back("*" + anchor.name);
  return progress;
}

void YamlBuilder::OnDocumentStart(const YAML::Mark& mark) {
  if (++documents_ == 1) return;
  std::size_t offset = offset_of(mark);
  if (source_->text().substr(offset, 3) != "---" && root_) {
    // Without `---` the author did not mean to start another document: this text has no place in the first one.
    explain_stray_text(*source_, progress(), offset, *findings_);
    throw YamlAborted{};
  }
  abort("several-documents"_code, source_->range(offset, offset + 3), "a second YAML document starts here",
        "keep one component document per file; remove `---` and what follows");
}

void YamlBuilder::OnAnchor(const YAML::Mark& mark, const std::string& name) {
  const std::size_t offset = offset_of(mark);
  // Properties come as one: a tag may stand before the anchor.
  const std::size_t found = std::min(source_->text().find('&', offset), source_->text().size());
  pending_anchor_ = Anchor{name, source_->range(found, found + 1 + name.size()), std::nullopt, {}, false};
}

void YamlBuilder::check_indentation(std::size_t offset) {
  if (in_flow()) return;
  const SourcePosition place = source_->position(offset);
  if (place.line == last_tab_line_) return;
  const std::size_t start = source_->line_start(place.line);
  const std::string_view before = source_->text().substr(start, offset - start);
  const std::string_view indentation = before.substr(0, std::min(before.find_first_not_of(" \t"), before.size()));
  const std::size_t tab = indentation.find('\t');
  if (tab == std::string_view::npos) return;
  last_tab_line_ = place.line;
  findings_->add("tab-indentation"_code, source_->range(start + tab, start + indentation.size()),
                 "a tab is used as indentation", "indent with spaces");
}

std::string YamlBuilder::read_tag(const std::string& tag, std::size_t offset) {
  if (tag.empty() || tag == "?") return {};
  // The parser gives `!` to every quoted scalar; one that is written is text, such as the shell's negation.
  if (tag == "!" && source_->text().substr(offset, 1) != "!") return {};
  const std::string_view view = tag;
  if (view.starts_with(standard_tags)) {
    const std::string_view name = view.substr(standard_tags.size());
    if (std::ranges::find(known_tags, name) != known_tags.end()) return "!!" + std::string(name);
  }
  explain_unknown_tag(*source_, offset, tag, *findings_);
  return tag;
}

void YamlBuilder::spend(const Weight& weight, const SourceRange& range) {
  values_ += weight.values;
  bytes_ += weight.bytes;
  if (values_ <= budget_->nodes && bytes_ <= budget_->expanded_bytes) return;
  abort("too-many-values"_code, range,
        "with its aliases applied the document holds more than " +
            (values_ > budget_->nodes ? std::to_string(budget_->nodes) + " values"
                                      : std::to_string(budget_->expanded_bytes) + " bytes"),
        "write the values out instead of repeating aliases");
}

void YamlBuilder::remember(YAML::anchor_t anchor, const YamlNode& node, const Weight& weight) {
  if (anchor == 0) return;
  Anchor& entry = anchors_[anchor];
  if (pending_anchor_) entry = *std::exchange(pending_anchor_, std::nullopt);
  entry.node = node;
  entry.weight = weight;
  // The copy is held in memory as well.
  spend(weight, node.range);
}

void YamlBuilder::report_unused_anchors() {
  for (const auto& [id, anchor] : anchors_) {
    if (anchor.used || anchor.name.empty()) continue;
    const bool on_text = anchor.node && anchor.node->is_scalar() && anchor.node->style == YamlNode::Style::plain &&
                         anchor.node->range.begin.line == anchor.range.begin.line;
    findings_->add("unused-anchor"_code, anchor.range,
                   "the anchor " + in_backticks("&" + anchor.name) + " is never used" +
                       (on_text ? ", and it is no part of the text behind it" : ""),
                   on_text
                       ? quote_it(value_on_line(*source_, anchor.range.begin.offset)) + " if the text starts with `&`"
                       : "remove it");
  }
}

void YamlBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  YamlNode node;
  node.range = null_range(offset_of(mark));
  check_indentation(node.range.begin.offset);
  if (lacks_colon()) {
    report_stray_line(frames_.back().key->range, *findings_);
    frames_.back().key.reset();
    return;
  }
  spend({}, node.range);
  remember(anchor, node, {});
  attach(std::move(node), {});
}

/// The parser takes a line of plain text among the keys of a mapping for a key without value.
bool YamlBuilder::lacks_colon() const {
  if (frames_.empty() || frames_.back().flow || !frames_.back().key) return false;
  const YamlNode& key = *frames_.back().key;
  const std::string_view text = source_->text();
  const std::size_t after = text.find_first_not_of(" \t", key.range.end.offset);
  const std::size_t before = text.find_last_not_of(" \t\r\n", key.range.begin.offset - 1);
  const bool has_colon = after != std::string_view::npos && text[after] == ':';
  const bool is_explicit = key.range.begin.offset > 0 && before != std::string_view::npos && text[before] == '?';
  return key.is_scalar() && !has_colon && !is_explicit;
}

/// The parser's mark of an empty value is the token after it, which may be many lines on.
SourceRange YamlBuilder::null_range(std::size_t offset) const {
  const std::string_view text = source_->text();
  const std::size_t written = skip_properties(offset);
  if (text.substr(written, 1) == "~") return source_->range(written, written + 1);
  if (text.substr(written, 4) == "null" || text.substr(written, 4) == "Null" || text.substr(written, 4) == "NULL") {
    return source_->range(written, written + 4);
  }
  if (frames_.empty()) return source_->range(offset, offset);
  const Frame& frame = frames_.back();
  if (frame.key) return {frame.key->range.begin, source_->position(std::min(frame.key->range.end.offset + 1, offset))};
  if (frame.node.is_sequence() && !frame.flow) {
    // The dash of this item: the first one after the item before.
    std::size_t place =
        frame.node.items.empty() ? frame.node.range.begin.offset : frame.node.items.back().range.end.offset;
    while (place < offset && text[place] != '-') {
      place = text[place] == '#' ? std::min(text.find('\n', place), offset) : place + 1;
    }
    return source_->range(place, std::min(place + 1, text.size()));
  }
  return source_->range(offset, offset);
}

void YamlBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const std::size_t offset = offset_of(mark);
  check_indentation(offset);
  Anchor& target = anchors_[anchor];
  target.used = true;
  const SourceRange range = source_->range(offset, offset + 1 + target.name.size());
  if (!target.node) {
    abort("cyclic-alias"_code, range,
          "the alias " + in_backticks("*" + target.name) + " stands inside the value it refers to",
          "an alias can only repeat a value that ends before it");
  }
  if (frames_.size() + target.weight.height > budget_->depth) {
    abort("nesting-too-deep"_code, range,
          "with this alias applied values are nested more than " + std::to_string(budget_->depth) + " levels deep",
          "write the values out instead of nesting aliases");
  }
  spend(target.weight, range);
  last_end_ = range.end.offset;
  last_was_flow_ = false;
  attach(YamlNode(*target.node), target.weight);
}

void YamlBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
  const std::size_t offset = offset_of(mark);
  check_indentation(offset);
  const std::size_t begin = skip_properties(offset);
  YamlNode node;
  node.kind = YamlNode::Kind::scalar;
  node.tag = read_tag(tag, offset);
  node.style = scalar_style(source_->text(), begin);
  node.text = value;
  std::size_t end = begin;
  if (node.style == YamlNode::Style::single_quoted || node.style == YamlNode::Style::double_quoted) {
    const auto closing = quoted_end(source_->text(), begin);
    if (!closing) {
      explain_open_quote(*source_, begin, *findings_);
      throw YamlAborted{};
    }
    end = *closing;
  } else if (const auto alignment = align_scalar(node.style, source_->text(), begin, value)) {
    end = alignment->end;
  }
  node.range = source_->range(begin, end);
  if (node.style == YamlNode::Style::double_quoted) check_path_escapes(node);
  last_end_ = end;
  last_was_flow_ = false;
  last_scalar_ = YamlNode{
      .kind = node.kind, .style = node.style, .tag = {}, .text = {}, .items = {}, .entries = {}, .range = node.range};
  const Weight weight = {1, value.size(), 1};
  spend(weight, node.range);
  remember(anchor, node, weight);
  attach(std::move(node), weight);
}

/// "c:\temp" is valid YAML and silently holds a tab (GOTCHA-20).
void YamlBuilder::check_path_escapes(const YamlNode& scalar) {
  const std::size_t begin = scalar.range.begin.offset + 1;
  const std::string_view inner = source_->text().substr(begin, scalar.range.end.offset - begin - 1);
  for (std::size_t index = 0; index + 1 < inner.size(); ++index) {
    if (inner[index] != '\\') continue;
    const auto escape = read_escape(inner, index);
    const bool control = escape && !escape->line_break && escape->value < 0x20;
    const bool after_drive = index >= 2 && inner[index - 1] == ':' && (inner[index - 2] | 0x20) >= 'a' &&
                             (inner[index - 2] | 0x20) <= 'z' && (index < 3 || is_blank_or_break(inner[index - 3]));
    if (control && after_drive) {
      const std::string written(inner.substr(index, 2));
      findings_->add("path-escape"_code, source_->range(begin + index, begin + index + 2),
                     "in double quotes `" + written + "` is a control character, not a backslash and a letter",
                     "write Windows paths in single quotes");
    }
    if (escape) index += escape->length - 1;
  }
}

void YamlBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                                  YAML::EmitterStyle::value style) {
  start(YamlNode::Kind::sequence, mark, tag, anchor, style);
}

void YamlBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value style) {
  start(YamlNode::Kind::mapping, mark, tag, anchor, style);
}

void YamlBuilder::OnSequenceEnd() {
  end();
}
void YamlBuilder::OnMapEnd() {
  end();
}

void YamlBuilder::start(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                        YAML::EmitterStyle::value style) {
  const std::size_t offset = offset_of(mark);
  check_indentation(offset);
  Frame frame;
  frame.flow = style == YAML::EmitterStyle::Flow;
  const std::size_t begin = skip_properties(offset);
  frame.node.kind = kind;
  frame.node.style = frame.flow ? YamlNode::Style::flow : YamlNode::Style::block;
  frame.node.tag = read_tag(tag, offset);
  frame.node.range = source_->range(begin, begin + 1);
  frame.anchor = anchor;
  if (frames_.size() >= budget_->depth) {
    abort("nesting-too-deep"_code, frame.node.range,
          "values are nested more than " + std::to_string(budget_->depth) + " levels deep here",
          "a component document needs no more than about 15 levels; look for brackets or dashes that are repeated");
  }
  if (kind == YamlNode::Kind::mapping && frame.flow && !in_brace_reference() &&
      source_->text().substr(begin, 2) == "{{") {
    frame.brace_reference = true;
  }
  spend({}, frame.node.range);
  if (anchor != 0 && pending_anchor_) anchors_[anchor] = *std::exchange(pending_anchor_, std::nullopt);
  frames_.push_back(std::move(frame));
}

void YamlBuilder::end() {
  Frame frame = std::move(frames_.back());
  frames_.pop_back();
  YamlNode& node = frame.node;
  const std::string_view text = source_->text();
  std::size_t end = std::max(last_end_, node.range.begin.offset);
  const bool bracketed =
      frame.flow && (text.substr(node.range.begin.offset, 1) == "[" || text.substr(node.range.begin.offset, 1) == "{");
  if (bracketed) {
    // Only blanks, comments and commas stand between the last value and the closing bracket.
    const char closing = node.is_sequence() ? ']' : '}';
    if (end == node.range.begin.offset) ++end;
    while (end < text.size() && text[end] != closing) {
      end = text[end] == '#' ? std::min(text.find('\n', end), text.size()) : end + 1;
    }
    end = std::min(end + 1, text.size());
  }
  node.range.end = source_->position(end);
  last_end_ = end;
  last_was_flow_ = bracketed;
  apply_merges(frame);
  if (frame.brace_reference) become_reference_text(frame);
  if (frame.anchor != 0) remember(frame.anchor, node, frame.weight);
  attach(std::move(node), frame.weight);
}

/// Goes on as if the reference had been quoted, so that the rest of the document is checked as well.
void YamlBuilder::become_reference_text(Frame& frame) {
  YamlNode& node = frame.node;
  const std::size_t begin = node.range.begin.offset;
  const std::size_t end = node.range.end.offset;
  explain_unquoted_reference(*source_, begin, in_flow(), *findings_);
  node.kind = YamlNode::Kind::scalar;
  node.style = YamlNode::Style::plain;
  node.text = std::string(source_->text().substr(begin, end - begin));
  node.entries.clear();
}

void YamlBuilder::attach(YamlNode node, const Weight& weight) {
  if (frames_.empty()) {
    root_ = std::move(node);
    return;
  }
  Frame& frame = frames_.back();
  frame.weight.values += weight.values;
  frame.weight.bytes += weight.bytes;
  frame.weight.height = std::max(frame.weight.height, weight.height + 1);
  if (frame.node.is_sequence()) {
    frame.node.items.push_back(std::move(node));
  } else if (!frame.key) {
    attach_key(frame, std::move(node));
  } else {
    attach_entry(frame, std::move(node));
  }
}

void YamlBuilder::attach_key(Frame& frame, YamlNode key) {
  if (key.is_null() && !in_brace_reference()) {
    explain_empty_key(*source_, key.range.begin.offset, *findings_);
  } else if (!key.is_scalar() && !in_brace_reference()) {
    findings_->add("key-not-text"_code, key.range, "a key must be a text, not " + std::string(kind_name(key)),
                   "write `key: value` with a plain key");
  }
  frame.key = std::move(key);
}

void YamlBuilder::attach_entry(Frame& frame, YamlNode value) {
  YamlNode key = *std::exchange(frame.key, std::nullopt);
  if (!key.is_scalar()) return;
  const bool is_merge = key.text == "<<" && key.style == YamlNode::Style::plain;
  const auto [first, is_new] = frame.key_lines.emplace(key.text, key.range.begin.line);
  if (!is_new) {
    if (in_brace_reference() || frame.brace_reference) return;
    findings_->add("duplicate-key"_code, key.range,
                   "the key " + in_backticks(key.text) + " is set twice in this mapping",
                   "it is first set on line " + std::to_string(first->second));
    return;
  }
  if (is_merge) {
    collect_merge(frame, std::move(value));
  } else {
    frame.node.entries.push_back({std::move(key), std::move(value)});
  }
}

void YamlBuilder::refuse_merge(const YamlNode& value) {
  const auto named = std::ranges::find_if(anchors_, [&](const auto& anchor) {
    return value.is_scalar() && !value.text.empty() && anchor.second.name == value.text;
  });
  if (named != anchors_.end()) named->second.used = true;
  findings_->add("merge-not-mapping"_code, value.range,
                 "the merge key `<<` takes a mapping, or a list of mappings, not " + std::string(kind_name(value)),
                 named != anchors_.end() ? "write `<<: *" + value.text + '`'
                                         : "refer to an anchor of a mapping, e.g. `<<: *defaults`");
}

void YamlBuilder::collect_merge(Frame& frame, YamlNode value) {
  if (value.is_mapping()) {
    frame.merged.push_back(std::move(value));
  } else if (value.is_sequence()) {
    for (YamlNode& item : value.items) {
      if (item.is_mapping()) {
        frame.merged.push_back(std::move(item));
      } else {
        refuse_merge(item);
      }
    }
  } else {
    refuse_merge(value);
  }
}

/// Keys of the mapping itself win over merged ones, earlier merged mappings over later ones.
void YamlBuilder::apply_merges(Frame& frame) {
  for (YamlNode& mapping : frame.merged) {
    for (YamlEntry& entry : mapping.entries) {
      if (frame.key_lines.emplace(entry.key.text, 0).second) frame.node.entries.push_back(std::move(entry));
    }
  }
}

}  // namespace ibtest
