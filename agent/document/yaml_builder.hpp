#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include "agent/document/findings.hpp"
#include "agent/document/yaml_tree.hpp"

namespace ibtest {

/// Thrown out of the parser's callbacks when reading on makes no sense; its reason is among the findings already.
struct YamlAborted {};

/// Builds our tree from the parser's events: finds where values really begin and end, applies aliases and merge keys
/// within the budget, and refuses what the parser is lenient about.
class YamlBuilder : public YAML::EventHandler {
 public:
  YamlBuilder(const SourceText& source, const YamlBudget& budget, Findings& findings);

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override;
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override;
  void OnAnchor(const YAML::Mark& mark, const std::string& name) override;

  /// The root, once the document has ended.
  [[nodiscard]] std::optional<YamlNode> take_root() { return std::move(root_); }
  [[nodiscard]] bool saw_document() const { return documents_ > 0; }
  /// Anchors that nothing refers to: mostly text that was meant to start with `&`.
  void report_unused_anchors();

  /// What the explanation of a syntax error needs to know: the last scalar or closed bracket, and where the innermost
  /// bracket that is still open stands.
  struct Progress {
    std::optional<YamlNode> last_scalar;  ///< without its text
    std::size_t last_end = 0;             ///< source offset after the last value
    bool last_was_flow = false;           ///< the last value was a closed bracket
    std::optional<std::size_t> open_bracket;
    std::optional<std::size_t> brace_reference;  ///< start of an unquoted {{ that is still open
    std::vector<std::string> aliases;            ///< that could stand here, e.g. "*defaults"
    bool in_brackets = false;                    ///< that {{, or else the place of the error, is inside brackets
  };
  [[nodiscard]] Progress progress() const;

 private:
  struct Weight {
    std::size_t values = 1;
    std::size_t bytes = 0;
    std::size_t height = 1;
  };
  struct Frame {
    YamlNode node;
    Weight weight;
    YAML::anchor_t anchor = 0;
    bool flow = false;
    bool brace_reference = false;  ///< `{{ Name }}` that its author forgot to quote
    std::optional<YamlNode> key;
    std::vector<YamlNode> merged;
    std::unordered_map<std::string, std::size_t> key_lines;
  };
  struct Anchor {
    std::string name;
    SourceRange range;
    std::optional<YamlNode> node;  ///< empty while it is being read
    Weight weight;
    bool used = false;
  };

  [[nodiscard]] std::size_t offset_of(const YAML::Mark& mark) const;
  [[nodiscard]] std::size_t skip_properties(std::size_t offset) const;
  [[nodiscard]] bool in_flow() const { return !frames_.empty() && frames_.back().flow; }
  [[nodiscard]] bool in_brace_reference() const;
  [[nodiscard]] bool expects_key() const;
  void check_indentation(std::size_t offset);
  [[nodiscard]] bool lacks_colon() const;
  void check_path_escapes(const YamlNode& scalar);
  [[nodiscard]] std::string read_tag(const std::string& tag, std::size_t offset);
  [[nodiscard]] SourceRange null_range(std::size_t offset) const;
  void start(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
             YAML::EmitterStyle::value style);
  void end();
  void remember(YAML::anchor_t anchor, const YamlNode& node, const Weight& weight);
  /// Puts a finished value where it belongs; its weight has been spent.
  void attach(YamlNode node, const Weight& weight);
  void attach_key(Frame& frame, YamlNode key);
  void attach_entry(Frame& frame, YamlNode value);
  void collect_merge(Frame& frame, YamlNode value);
  void refuse_merge(const YamlNode& value);
  void apply_merges(Frame& frame);
  void become_reference_text(Frame& frame);
  void spend(const Weight& weight, const SourceRange& range);
  [[noreturn]] void abort(CodeName code, const SourceRange& range, std::string message, std::string suggestion);

  const SourceText* source_;
  const YamlBudget* budget_;
  Findings* findings_;
  std::size_t text_begin_;  ///< length of a byte order mark, which the parser does not count
  std::vector<Frame> frames_;
  std::map<YAML::anchor_t, Anchor> anchors_;
  std::optional<Anchor> pending_anchor_;
  std::optional<YamlNode> root_;
  int documents_ = 0;
  std::size_t values_ = 0;
  std::size_t bytes_ = 0;
  std::size_t last_tab_line_ = 0;
  std::size_t last_end_ = 0;
  bool last_was_flow_ = false;
  std::optional<YamlNode> last_scalar_;
};

}  // namespace ibtest
